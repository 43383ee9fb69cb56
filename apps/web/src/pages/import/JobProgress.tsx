import { bytes, count, counted, duration, percent } from '../../format/numbers.ts';
import { Progress } from '../../ui/State.tsx';
import page from '../Page.module.css';
import styles from './Import.module.css';
import { type ImportJob, shareOf } from './importQueries.ts';

const slow: Record<string, string> = {
  reading: 'slowed by reading the file',
  database: 'slowed by the database',
  disk: 'slowed by the disk',
  waiting: 'waiting for its turn',
};

/** Rows, rate, what is left of the time and what takes most of it. */
export function JobProgress({ job }: { job: ImportJob }) {
  const { progress } = job;
  const share = shareOf(job);
  const title =
    job.state === 'UNDOING'
      ? 'Undoing the import'
      : job.state === 'QUEUED'
        ? 'Waiting for its turn'
        : job.isPreview
          ? 'Reading the whole file'
          : 'Importing';
  return (
    <section className={styles.progress} aria-label="Progress" aria-live="off">
      <header>
        <h2>{title}</h2>
        <span>{share === undefined ? '' : percent(share)}</span>
      </header>
      <Progress label={title} share={share} />
      <p className={page.meta}>
        <span>
          {[
            counted(progress.rows, job.state === 'UNDOING' ? 'fact' : 'row'),
            progress.rowsPerSecond > 0 && `${count(Math.round(progress.rowsPerSecond))} a second`,
            job.state !== 'UNDOING' && `${bytes(progress.bytesRead)} of ${bytes(progress.bytesTotal)}`,
            progress.etaSeconds !== null &&
              progress.etaSeconds > 0 &&
              `${duration(progress.etaSeconds)} left`,
            job.state === 'RUNNING' && share === 1 && 'all rows read: counting what they made',
          ]
            .filter((part) => typeof part === 'string')
            // A line ends between two figures, never within one.
            .map((part) => part.replaceAll(' ', '\u00a0'))
            .join(' · ')}
        </span>
        {progress.slowedBy && <span>{slow[progress.slowedBy] ?? `slowed by ${progress.slowedBy}`}</span>}
      </p>
    </section>
  );
}
