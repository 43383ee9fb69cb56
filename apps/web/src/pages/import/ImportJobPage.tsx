import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Upload } from 'lucide-react';
import { ApiError } from '../../api/apiError.ts';
import { StatusLine, Top } from '../../frame/slots.tsx';
import { paths } from '../../paths.ts';
import { Button, ButtonLink } from '../../ui/Button.tsx';
import { Marking, Tag } from '../../ui/Chip.tsx';
import { ReadError } from '../../ui/ReadError.tsx';
import { SkeletonRows } from '../../ui/State.tsx';
import { because, busy } from '../../ui/whyNot.ts';
import { askUndoImport } from '../history/undoImport.ts';
import page from '../Page.module.css';
import { NotFoundPage } from '../PageError.tsx';
import { useCancelImport, useResumeImport } from './importActs.ts';
import { importJobQuery, isWorking } from './importQueries.ts';
import { JobBody } from './JobBody.tsx';
import { Steps } from './Steps.tsx';
import { stateWord } from './stateWord.ts';

const route = getRouteApi('/app/import/$job');

/** One import: it goes on when the page is closed, and is undone as one thing. */
export default function ImportJobPage() {
  const { job: id } = route.useParams();
  const { data: job, error, refetch } = useQuery(importJobQuery(id));
  const cancel = useCancelImport();
  const resume = useResumeImport();
  if (job === null || (error instanceof ApiError && error.code === 'INPUT_INVALID')) return <NotFoundPage />;
  if (!job)
    return (
      <div className={page.narrow} data-region="Import">
        <Top title="Import" icon={<Upload />} />
        {error ? <ReadError error={error} onAgain={() => void refetch()} /> : <SkeletonRows count={10} />}
      </div>
    );
  const canUndo = !job.isPreview && ['DONE', 'CANCELLED', 'FAILED'].includes(job.state);
  return (
    <>
      <Top
        title={job.filename}
        icon={<Upload />}
        beside={
          <>
            <span className="crumb">into {job.dataset?.title ?? job.datasetKey}</span>
            <Tag tone={job.state === 'FAILED' ? 'amber' : 'plain'}>{stateWord(job.state)}</Tag>
            <Marking value={job.dataset?.marking} />
          </>
        }
        centre={<Steps at={3} />}
        acts={
          <>
            {(job.state === 'RUNNING' || job.state === 'QUEUED') && (
              <Button
                whyNot={cancel.isPending ? busy : undefined}
                onPress={() => cancel.mutate({ input: { id } })}
              >
                Stop, keep what is in
              </Button>
            )}
            {(job.state === 'FAILED' || job.state === 'CANCELLED') && (
              <Button
                whyNot={because(resume.isPending && busy, job.removed && 'Its original was removed')}
                onPress={() => resume.mutate({ input: { id } })}
              >
                Go on
              </Button>
            )}
            {canUndo && <Button onPress={() => askUndoImport(id)}>Undo import</Button>}
            <ButtonLink look="primary" href={paths.dataset(job.datasetKey)}>
              Open dataset
            </ButtonLink>
          </>
        }
      />
      <JobBody job={job} />
      <StatusLine>
        {isWorking(job.state)
          ? 'You may leave this page: the import goes on'
          : `Import ${stateWord(job.state)}`}
      </StatusLine>
    </>
  );
}
