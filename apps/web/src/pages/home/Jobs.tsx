import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-aria-components';
import { count, counted, duration, percent } from '../../format/numbers.ts';
import { paths } from '../../paths.ts';
import { classes } from '../../ui/classes.ts';
import { Progress } from '../../ui/State.tsx';
import { shareOf } from '../import/importQueries.ts';
import page from '../Page.module.css';
import styles from './Home.module.css';
import { type RunningImport, runningImportsQuery } from './homeQueries.ts';

/** Imports at work: share done and what is left of the time. */
export function Jobs() {
  const { data, error } = useQuery(runningImportsQuery);
  const jobs = data?.edges.map((edge) => edge.node) ?? [];
  const total = data?.bounded.total ?? 0;
  return (
    <section aria-label="Running jobs">
      <header className={page.sectionHead}>
        <h2>Running</h2>
        <span className={page.meta}>
          {jobs.length > 0 ? counted(total, 'job') : data || !error ? 'nothing' : 'could not be read'}
        </span>
      </header>
      {jobs.length > 0 && (
        <ul className={styles.jobs}>
          {jobs.map((job) => (
            <li key={job.id}>
              <Link href={paths.importJob(job.id)} className={styles.job as string}>
                <span>
                  {job.isPreview ? 'Check' : job.state === 'UNDOING' ? 'Undo of' : 'Import'} {job.filename}
                </span>
                <span className={page.meta}>{left(job)}</span>
              </Link>
              <Progress label={job.filename} share={shareOf(job)} />
            </li>
          ))}
        </ul>
      )}
      {total > jobs.length && (
        <p className={classes(page.meta, styles.more)}>and {count(total - jobs.length)} more</p>
      )}
    </section>
  );
}

function left(job: RunningImport): string {
  if (job.state === 'QUEUED') return 'waiting';
  const share = shareOf(job);
  const eta = job.progress.etaSeconds;
  return [share === undefined ? '' : percent(share), eta === null ? '' : `${duration(eta)} left`]
    .filter(Boolean)
    .join(', ');
}
