import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { queryClient } from '../../api/queryClient.ts';
import { counted, duration, percent } from '../../format/numbers.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Progress, SkeletonRows } from '../../ui/State.tsx';
import { notify } from '../../ui/Toast.tsx';
import { because, busy } from '../../ui/whyNot.ts';
import { factsOf, type ImportJob, importJobQuery, isWorking, shareOf } from '../import/importQueries.ts';
import page from '../Page.module.css';
import styles from './History.module.css';
import { useUndoImport } from './undoActs.ts';
import { followUndo, useUndoImports } from './undoImport.ts';

/** Asks before a whole import is taken back, and tells how its undo goes, on whichever page one is. */
export function UndoImport() {
  const { asked, following, ask } = useUndoImports();
  return (
    <>
      {asked !== null && <Ask key={asked} id={asked} onClose={() => ask(null)} />}
      {following.map((id) => (
        <Follow key={id} id={id} />
      ))}
    </>
  );
}

function Ask({ id, onClose }: { id: string; onClose(): void }) {
  const { data: job, isPending } = useQuery({ ...importJobQuery(id), staleTime: 0 });
  const undo = useUndoImport();
  const act = () =>
    undo.mutate(
      { input: { id } },
      {
        onSuccess: () => {
          void followUndo(id);
          onClose();
        },
        onError: onClose,
      },
    );
  const isReady = job != null && ['DONE', 'CANCELLED', 'FAILED'].includes(job.state);
  return (
    <Dialog
      title="Undo a whole import?"
      isOpen
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            look="danger"
            whyNot={because(undo.isPending && busy, !isReady && notReady(job))}
            onPress={act}
          >
            Undo the import
          </Button>
        </>
      }
    >
      {isPending ? <SkeletonRows count={3} /> : job && <WhatGoes job={job} />}
    </Dialog>
  );
}

function notReady(job: ImportJob | null | undefined): string {
  if (!job) return 'What it would take back is still being read';
  return job.state === 'UNDONE' ? 'It is undone already' : 'Stop the import first, or wait for its end';
}

function WhatGoes({ job }: { job: ImportJob }) {
  const { rows, created, updated, removed } = factsOf(job.result);
  if (isWorking(job.state))
    return <p>The import of {job.filename} is at work. Stop it first, or wait for its end.</p>;
  if (job.state === 'UNDONE') return <p>The import of {job.filename} is undone already.</p>;
  return (
    <>
      <p>
        The import of <strong>{job.filename}</strong> into{' '}
        <strong>{job.dataset?.title ?? job.datasetKey}</strong>, {counted(rows, 'row')}, is taken back as one
        thing:
      </p>
      <ul className={styles.whatGoes}>
        {created > 0 && <li>it added {counted(created, 'fact')}: taken out</li>}
        {updated > 0 && <li>it changed {counted(updated, 'fact')}: back to the earlier values</li>}
        {removed > 0 && <li>it removed {counted(removed, 'fact')}: put back</li>}
        {created + updated + removed === 0 && <li>it wrote no fact</li>}
      </ul>
      <p className={page.meta}>
        Judgements and notes on them sleep until they are imported again. It takes a while and can be watched;
        to bring everything back, import the file once more.
      </p>
    </>
  );
}

/** Shows the job's progress in a notice, then says how it ended and reads every page again. */
function Follow({ id }: { id: string }) {
  const { data: job } = useQuery(importJobQuery(id));
  const name = job?.filename;
  const state = job?.state;
  useEffect(() => {
    if (name === undefined) return;
    const { rows } = factsOf(queryClient.getQueryData(importJobQuery(id).queryKey)?.result);
    return notify({
      tone: 'working',
      title: `Undoing the import of ${name} (${counted(rows, 'row')}) …`,
      detail: <HowFar id={id} />,
    });
  }, [id, name]);
  useEffect(() => {
    if (job == null || state === undefined || isWorking(state)) return;
    useUndoImports.getState().ended(id);
    void queryClient.invalidateQueries();
    if (state === 'UNDONE') notify({ tone: 'done', title: `Undid the import of ${job.filename}` });
    else
      notify({
        tone: 'error',
        title: `The import of ${job.filename} was not undone to the end`,
        detail: job.error?.message ?? '',
      });
  }, [id, job, state]);
  return null;
}

function HowFar({ id }: { id: string }) {
  const { data: job } = useQuery(importJobQuery(id));
  if (!job) return null;
  const share = shareOf(job);
  const { rows, etaSeconds } = job.progress;
  return (
    <>
      <Progress label={`Undoing the import of ${job.filename}`} share={share} />
      {job.state === 'UNDOING' &&
        [
          share === undefined ? '' : percent(share),
          counted(rows, 'fact'),
          etaSeconds === null ? '' : `${duration(etaSeconds)} left`,
        ]
          .filter(Boolean)
          .join(', ')}
    </>
  );
}
