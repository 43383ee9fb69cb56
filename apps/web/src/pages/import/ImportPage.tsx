import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { SearchX, Upload } from 'lucide-react';
import { useState } from 'react';
import { ApiError, explain, explainAct } from '../../api/apiError.ts';
import { counted } from '../../format/numbers.ts';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ReadError } from '../../ui/ReadError.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/State.tsx';
import { notify } from '../../ui/Toast.tsx';
import { because, busy } from '../../ui/whyNot.ts';
import page from '../Page.module.css';
import { DropStep } from './DropStep.tsx';
import { useStartImport } from './importActs.ts';
import { importJobQuery, isWorking, type Uploaded, uploadedQuery } from './importQueries.ts';
import { JobBody } from './JobBody.tsx';
import { MapStep } from './MapStep.tsx';
import { Steps } from './Steps.tsx';
import { type Draft, useDraft } from './useDraft.ts';

const route = getRouteApi('/app/import');

/** File, mapping, check: nothing is written before the last step, and a reload keeps where one is. */
export default function ImportPage() {
  const { file, dataset } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, isPending, refetch } = useQuery({
    ...uploadedQuery(file ?? ''),
    enabled: file !== undefined,
  });
  if (file === undefined) {
    return (
      <div className={page.body} data-region="File">
        <Top title="Import" icon={<Upload />} centre={<Steps at={0} />} />
        <DropStep onSent={(id) => void navigate({ search: (before) => ({ ...before, file: id }) })} />
        <StatusLine>Step 1 of 4</StatusLine>
      </div>
    );
  }
  const another = (
    <Button
      onPress={() =>
        void navigate({
          search: () => ({ file: undefined, dataset, investigation: undefined, check: undefined }),
        })
      }
    >
      Choose another file
    </Button>
  );
  if (data === null || (error && !data)) {
    return (
      <div className={page.narrow} data-region="File">
        <Top title="Import" icon={<Upload />} centre={<Steps at={0} />} />
        {data === null ? (
          <EmptyState icon={<SearchX />} title="The file is not here any more" acts={another}>
            Nothing was written. Send it again.
          </EmptyState>
        ) : isOfTheFile(error) ? (
          <ErrorState title={explain(error).title} acts={another}>
            {explain(error).detail}
          </ErrorState>
        ) : (
          <ReadError error={error} onAgain={() => void refetch()} />
        )}
      </div>
    );
  }
  if (isPending || !data) return <SkeletonRows count={10} />;
  return <Sent file={data} />;
}

/** Asked again, the answer would be the same. */
const isOfTheFile = (error: unknown): boolean =>
  error instanceof ApiError && ['FILE_DAMAGED', 'FORMAT_UNKNOWN'].includes(error.code);

function Sent({ file }: { file: Uploaded }) {
  const { dataset, check, investigation } = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  const [draft, change] = useDraft(file, dataset);
  const start = useStartImport();
  const { data: checked } = useQuery({ ...importJobQuery(check ?? ''), enabled: check !== undefined });
  const [asks, setAsks] = useState<string | null>(null);

  const begin = (preview: boolean, confirmRemovals = false) => {
    start.mutate(
      {
        input: { ...inputOf(file, draft), investigationId: investigation ?? null, confirmRemovals },
        preview,
      },
      {
        onSuccess: (data) => {
          const { id } = data.startImport.import;
          if (preview) void navigate({ search: (before) => ({ ...before, check: id }) });
          else router.history.push(paths.importJob(id));
        },
        onError: (error) => {
          const said = explainAct(error);
          if ('code' in error && error.code === 'REPLACE_NOT_CONFIRMED') setAsks(error.message);
          else notify({ tone: 'error', title: said.title, detail: said.detail });
        },
      },
    );
  };
  const back = () => void navigate({ search: (before) => ({ ...before, check: undefined }) });

  if (check !== undefined) {
    const isReady = checked?.state === 'PREVIEWED';
    const rows = (checked?.result as { rows?: number } | null)?.rows;
    return (
      <>
        <Top
          title="Import"
          icon={<Upload />}
          beside={<span className="crumb">into {draft.title || draft.dataset}</span>}
          centre={<Steps at={2} />}
          acts={
            <>
              <Button onPress={back}>Back</Button>
              <Button
                look="primary"
                whyNot={because(start.isPending && busy, !isReady && 'Wait until every row is checked')}
                onPress={() => begin(false)}
              >
                {rows === undefined ? 'Import' : `Import ${counted(rows, 'row')}`}
              </Button>
            </>
          }
        />
        {checked ? <JobBody job={checked} /> : <SkeletonRows count={8} />}
        <StatusLine>
          {checked && isWorking(checked.state) ? 'Step 3 of 4, reading' : 'Step 3 of 4'}
        </StatusLine>
        <Dialog
          title="Replace the dataset"
          isOpen={asks !== null}
          onClose={() => setAsks(null)}
          foot={
            <>
              <Button onPress={() => setAsks(null)}>Cancel</Button>
              <Button
                look="danger"
                onPress={() => {
                  setAsks(null);
                  begin(false, true);
                }}
              >
                Replace and remove
              </Button>
            </>
          }
        >
          {asks} What is removed can be brought back by undoing the import.
        </Dialog>
      </>
    );
  }
  return (
    <>
      <Top
        title="Import"
        icon={<Upload />}
        beside={<span className="crumb">into {draft.title || draft.dataset}</span>}
        centre={<Steps at={1} />}
        acts={
          <>
            <Button onPress={() => void navigate({ search: (before) => ({ ...before, file: undefined }) })}>
              Back
            </Button>
            <Button
              look="primary"
              whyNot={because(
                start.isPending && busy,
                draft.dataset.trim() === '' && 'Name the dataset first',
                draft.format === '' && 'Choose the format first',
              )}
              onPress={() => begin(true)}
            >
              Check all rows
            </Button>
          </>
        }
      />
      <MapStep file={file} draft={draft} onChange={change} />
      <StatusLine>Step 2 of 4</StatusLine>
    </>
  );
}

function inputOf(file: Uploaded, draft: Draft) {
  return {
    fileId: file.id,
    dataset: draft.dataset.trim(),
    datasetTitle: draft.title.trim() || null,
    format: draft.format,
    mapping: file.mapping === null ? null : draft.mapping,
    mode: draft.mode,
    marking: draft.marking,
    options: draft.options,
  };
}
