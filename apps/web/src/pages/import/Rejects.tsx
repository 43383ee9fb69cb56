import { useRouter } from '@tanstack/react-router';
import { Download, RotateCcw, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { explainAct } from '../../api/apiError.ts';
import { count, counted, ofTotal } from '../../format/numbers.ts';
import { paths } from '../../paths.ts';
import { Button, ButtonLink } from '../../ui/Button.tsx';
import { notify } from '../../ui/Toast.tsx';
import { because, busy } from '../../ui/whyNot.ts';
import page from '../Page.module.css';
import styles from './Import.module.css';
import { useRetryRejects } from './importActs.ts';
import { type ImportJob, isWorking, sendFile } from './importQueries.ts';

/** Refused rows, each with its reason: to download, edit and import again. */
export function Rejects({ job }: { job: ImportJob }) {
  const router = useRouter();
  const retry = useRetryRejects();
  const [isSending, setSending] = useState(false);
  const rows = job.rejects.edges.map((edge) => edge.node);
  const total = job.rejects.bounded.total;
  const { hidden } = job.rejects;
  const isAtWork = isWorking(job.state);
  if (total + hidden === 0) return null;
  const href = `/api/imports/${encodeURIComponent(job.id)}/rejects`;
  const again = async (file: File) => {
    setSending(true);
    try {
      const { id } = await sendFile(file, () => undefined).done;
      retry.mutate(
        { input: { id: job.id, fileId: id } },
        { onSuccess: (data) => router.history.push(paths.importJob(data.retryRejects.import.id)) },
      );
    } catch (error) {
      const { title, detail } = explainAct(
        error,
        'Nothing was written. Send the rows again once it answers.',
      );
      notify({ tone: 'error', title, detail });
    } finally {
      setSending(false);
    }
  };
  return (
    <section className={styles.rejects} aria-label="Refused rows">
      <header>
        <h2>
          <TriangleAlert aria-hidden /> {counted(total + hidden, 'row')} refused
        </h2>
        <span className={page.meta}>
          {rest(job)}{' '}
          {job.removed ? 'Their text went with the original.' : 'Refused rows are kept with the job.'}
        </span>
        <span className={styles.headEnd}>
          <ButtonLink height={26} href={`${href}?format=csv`} download icon={<Download />}>
            With reasons
          </ButtonLink>
          {!job.isPreview && !job.removed && (
            <>
              <ButtonLink height={26} href={`${href}?format=rows`} download icon={<Download />}>
                Rows to edit
              </ButtonLink>
              <FileTrigger onSelect={(files) => files?.[0] && void again(files[0])}>
                <Button
                  height={26}
                  icon={<RotateCcw />}
                  whyNot={because(
                    (isSending || retry.isPending) && busy,
                    isAtWork && 'Once the import has ended',
                    job.state === 'UNDONE' && 'The import is undone; mend its file and import it again',
                  )}
                >
                  Import edited rows…
                </Button>
              </FileTrigger>
            </>
          )}
        </span>
      </header>
      {hidden > 0 && (
        <p className={page.meta}>
          {counted(hidden, 'row is', 'rows are')} hidden from you: marked, or perhaps marked, above what you
          may see.
        </p>
      )}
      <ul>
        {rows.map((reject) => (
          <li key={reject.id}>
            <span className={page.meta}>
              {reject.row !== null
                ? `row ${count(reject.row)}`
                : reject.line !== null
                  ? `line ${count(reject.line)}`
                  : ''}
            </span>
            <span>{reject.reason}</span>
            <code title={reject.raw}>{reject.raw.slice(0, 160)}</code>
          </li>
        ))}
      </ul>
      {total > rows.length && (
        <p className={page.meta}>{ofTotal(rows.length, total)}; the download holds them all.</p>
      )}
    </section>
  );
}

/** What became of the rows that were not refused. */
function rest({ state, isPreview }: ImportJob): string {
  if (isPreview) return 'The rest can be imported.';
  if (state === 'DONE') return 'The rest is in.';
  if (state === 'UNDONE') return 'The rest was in until the import was undone.';
  if (state === 'UNDOING') return 'The rest is being taken out.';
  return isWorking(state) ? 'The rest goes in.' : 'What was read before it stopped is in.';
}
