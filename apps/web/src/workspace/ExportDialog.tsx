import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explainAct } from '../api/apiError.ts';
import { download } from '../api/download.ts';
import { graphql } from '../api/generated/gql.ts';
import type { ExportInput } from '../api/generated/graphql.ts';
import { request } from '../api/request.ts';
import { counted } from '../format/numbers.ts';
import { Button, ButtonLink } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { RadioGroup } from '../ui/Field.tsx';
import { SkeletonRows, Warning } from '../ui/State.tsx';
import { notify } from '../ui/Toast.tsx';
import styles from './Dialogs.module.css';
import { isOfLinks, linksTableUrl, lossInWords } from './exportLosses.ts';
import { useWorkspace } from './workspace.ts';

const ManifestDocument = graphql(`
  query ExportManifest($input: ExportInput!) {
    exportManifest(input: $input) {
      url
      records
      relationships
      references
      complete
      losses {
        what
        count
      }
    }
  }
`);

const manifestQuery = (input: ExportInput) =>
  queryOptions({
    queryKey: ['export', input],
    queryFn: ({ signal }) =>
      request(ManifestDocument, { input }, { signal }).then((data) => data.exportManifest),
    staleTime: 0,
  });

const formats = [
  { id: 'json', name: 'JSON', help: 'Everything: records and relationships, for programs.' },
  { id: 'ftm', name: 'FollowTheMoney', help: 'One entity a line; other tools of investigation read it.' },
  { id: 'csv', name: 'CSV', help: 'A table of the records for a spreadsheet, without their relationships.' },
];

const FORMAT_KEY = 'summit.exportFormat';

/** The format that was taken last on this machine; at first the one that carries everything. */
function formatOfLastTime(): string {
  const last = localStorage.getItem(FORMAT_KEY);
  return formats.some(({ id }) => id === last) ? String(last) : 'json';
}

/** Takes the investigation, or what is selected, along; says beforehand what a format cannot carry. */
export function ExportDialog({ onClose }: { onClose(): void }) {
  const { id, selection } = useWorkspace();
  const [format, setFormat] = useState(formatOfLastTime);
  const [what, setWhat] = useState(selection.length > 0 ? 'selection' : 'all');
  const input: ExportInput =
    what === 'selection' ? { entityIds: [...selection], format } : { investigationId: id, format };
  // Until it has come, what stands there is of the choice before: its address too.
  const { data, isPending, isPlaceholderData } = useQuery({
    ...manifestQuery(input),
    placeholderData: keepPreviousData,
  });
  const links = data ? data.relationships + data.references : 0;
  const linksTable = data && linksTableUrl(data.url);
  return (
    <Dialog
      title="Export"
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="primary"
            whyNot={data && !isPlaceholderData ? undefined : 'What the file will hold is still counted'}
            onPress={() => {
              localStorage.setItem(FORMAT_KEY, format);
              if (data)
                download(data.url, input).catch((failure) =>
                  notify({ tone: 'error', ...explainAct(failure, 'Download it again once it answers.') }),
                );
              onClose();
            }}
          >
            Download
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {selection.length > 0 && (
          <RadioGroup
            label="What"
            value={what}
            onChange={setWhat}
            choices={[
              { id: 'selection', name: `The selection, ${counted(selection.length, 'entity', 'entities')}` },
              { id: 'all', name: 'The whole investigation' },
            ]}
          />
        )}
        <RadioGroup label="Format" value={format} onChange={setFormat} choices={formats} />
        {isPending || !data ? (
          <SkeletonRows count={1} />
        ) : (
          <div className={styles.carried}>
            <p>
              {!data.complete && 'Too much to count quickly; at least '}
              {counted(data.records, 'record')}, {counted(data.relationships, 'relationship')},{' '}
              {counted(data.references, 'reference')}
            </p>
            {data.losses.some(isOfLinks) && (
              <Warning title={`This table leaves out ${counted(links, 'relationship')}`}>
                <p>Who is linked to whom is not in it.</p>
                <div className={styles.offers}>
                  <Button height={26} onPress={() => setFormat('json')}>
                    Choose JSON, which keeps all
                  </Button>
                  {linksTable && (
                    <ButtonLink height={26} href={linksTable} download>
                      Download a table of them too
                    </ButtonLink>
                  )}
                </div>
              </Warning>
            )}
            <ul className={styles.losses}>
              {data.losses
                .filter((loss) => !isOfLinks(loss))
                .map((loss) => (
                  <li key={loss.what} className={styles.meta}>
                    {lossInWords(loss)}
                  </li>
                ))}
            </ul>
          </div>
        )}
      </div>
    </Dialog>
  );
}
