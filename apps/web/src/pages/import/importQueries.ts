import { queryOptions } from '@tanstack/react-query';
import { graphql } from '../../api/generated/gql.ts';
import type {
  ImportJobQuery,
  ImportOptionsInput,
  MappingPreviewQuery,
  UploadedQuery,
} from '../../api/generated/graphql.ts';
import { refused, request } from '../../api/request.ts';

const UploadedDocument = graphql(`
  query Uploaded($id: ID!) {
    uploadedFile(id: $id) {
      id
      filename
      bytes
      format
      encoding
      delimiter
      sheets
      sha256
      warnings
      mapping
      rows
      columns {
        name
        becomes
        samples
      }
    }
  }
`);

export type Uploaded = NonNullable<UploadedQuery['uploadedFile']>;

/** A file that was sent: what it is, how it is written, and a guess of what its columns become. */
export const uploadedQuery = (id: string) =>
  queryOptions({
    queryKey: ['uploaded', id],
    queryFn: ({ signal }) => request(UploadedDocument, { id }, { signal }).then((data) => data.uploadedFile),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Sends a file; reports bytes sent as a share. fetch cannot tell how far an upload is, so XMLHttpRequest does it. */
export function sendFile(
  file: File,
  onShare: (share: number) => void,
): { done: Promise<{ id: string }>; stop(): void } {
  const body = new FormData();
  body.append('file', file, file.name);
  const sending = new XMLHttpRequest();
  const done = new Promise<{ id: string }>((resolve, reject) => {
    sending.open('POST', '/api/files');
    sending.setRequestHeader('x-summit-request', '1');
    sending.responseType = 'text';
    sending.upload.onprogress = (event) => event.lengthComputable && onShare(event.loaded / event.total);
    sending.onload = () => {
      if (sending.status >= 200 && sending.status < 300)
        resolve(JSON.parse(sending.responseText) as { id: string });
      else reject(refused(sending.responseText, sending.status));
    };
    sending.onerror = () => reject(refused('', 0));
    sending.onabort = () => reject(new DOMException('stopped', 'AbortError'));
  });
  sending.send(body);
  return { done, stop: () => sending.abort() };
}

const MappingPreviewDocument = graphql(`
  query MappingPreview($input: PreviewMappingInput!) {
    previewMapping(input: $input) {
      errors
      ends {
        found
        of
        dataset {
          key
          title
        }
      }
      rejects {
        id
        row
        line
        code
        reason
        raw
      }
      rows {
        id
        kind
        act
        caption
        after
      }
    }
  }
`);

export type MappingPreview = MappingPreviewQuery['previewMapping'];

/** What a mapping makes of the first 50 rows; nothing is written. */
export const mappingPreviewQuery = (
  fileId: string,
  format: string,
  mapping: string,
  options: ImportOptionsInput,
) =>
  queryOptions({
    queryKey: ['mapping-preview', fileId, format, mapping, options],
    queryFn: ({ signal }) =>
      request(MappingPreviewDocument, { input: { fileId, format, mapping, options } }, { signal }).then(
        (data) => data.previewMapping,
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

const SchemasDocument = graphql(`
  query Schemas {
    ontology {
      schemas {
        name
        label
        abstract
        isRelationship
        origin
        featured
        properties {
          name
          label
          type
        }
      }
    }
  }
`);

export const schemasQuery = queryOptions({
  queryKey: ['schemas'],
  queryFn: ({ signal }) => request(SchemasDocument, {}, { signal }).then((data) => data.ontology.schemas),
  staleTime: Number.POSITIVE_INFINITY,
});

const DatasetThereDocument = graphql(`
  query DatasetThere($key: String!) {
    dataset(key: $key) {
      key
      title
      counts {
        records
      }
    }
  }
`);

/** The dataset that stands under a key; null where none does. */
export const datasetThereQuery = (key: string) =>
  queryOptions({
    queryKey: ['datasets', 'there', key],
    queryFn: ({ signal }) => request(DatasetThereDocument, { key }, { signal }).then((data) => data.dataset),
  });

const ImportJobDocument = graphql(`
  query ImportJob($id: ID!) {
    import(id: $id) {
      id
      state
      isPreview
      filename
      format
      mode
      bytes
      sha256
      mapping
      datasetKey
      dataset {
        key
        title
        marking
      }
      startedAt
      finishedAt
      startedBy {
        name
      }
      warnings
      result
      removed {
        by {
          name
        }
        at
        reason
      }
      error {
        code
        message
      }
      progress {
        rows
        records
        relationships
        rejects
        bytesRead
        bytesTotal
        rowsPerSecond
        etaSeconds
        slowedBy
      }
      preview {
        bounded {
          shown
          total
          totalIsExact
        }
        rows {
          id
          kind
          act
          caption
          before
          after
        }
      }
      rejects(first: 50) {
        hidden
        bounded {
          shown
          total
          totalIsExact
        }
        edges {
          node {
            id
            row
            line
            code
            reason
            raw
          }
        }
      }
    }
  }
`);

export type ImportJob = NonNullable<ImportJobQuery['import']>;

export const isWorking = (state: string): boolean => ['QUEUED', 'RUNNING', 'UNDOING'].includes(state);

type Fates = { created: number; updated: number; unchanged: number; removed: number };
type ResultLine = { rows?: number } & Partial<Record<'records' | 'relationships' | 'references', Fates>>;

/** What an import says of itself, summed: source rows, and facts of all three kinds by what became of them. */
export function factsOf(result: unknown): { rows: number } & Omit<Fates, 'unchanged'> {
  const line = (result ?? {}) as ResultLine;
  const sum = (fate: keyof Fates) =>
    (line.records?.[fate] ?? 0) + (line.relationships?.[fate] ?? 0) + (line.references?.[fate] ?? 0);
  return { rows: line.rows ?? 0, created: sum('created'), updated: sum('updated'), removed: sum('removed') };
}

type AtWork = {
  state: string;
  result?: unknown;
  progress: { rows: number; bytesRead: number; bytesTotal: number };
};

/** Share done, 0 to 1: of the file while it is read, of the facts while they are taken back. */
export function shareOf({ state, result, progress }: AtWork): number | undefined {
  if (state === 'UNDOING') {
    const { created, updated, removed } = factsOf(result);
    const all = created + updated + removed;
    return all > 0 ? Math.min(1, progress.rows / all) : undefined;
  }
  return progress.bytesTotal > 0 ? Math.min(1, progress.bytesRead / progress.bytesTotal) : undefined;
}

/** One import; read again twice a second while it works. */
export const importJobQuery = (id: string) =>
  queryOptions({
    queryKey: ['import', id],
    queryFn: ({ signal }) => request(ImportJobDocument, { id }, { signal }).then((data) => data.import),
    refetchInterval: (query) => (query.state.data && isWorking(query.state.data.state) ? 500 : false),
  });
