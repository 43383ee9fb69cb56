import { mendFile } from '../../api/apiError.ts';
import { readable } from '../../entity/entityTypes.ts';
import { usePropertyLabels } from '../../entity/propertyLabels.ts';
import { TypeBadge } from '../../entity/TypeBadge.tsx';
import { counted, ofTotal } from '../../format/numbers.ts';
import { useSteps } from '../../ui/More.tsx';
import { ErrorState, Warning } from '../../ui/State.tsx';
import page from '../Page.module.css';
import styles from './Import.module.css';
import { type ImportJob, isWorking } from './importQueries.ts';
import { JobProgress } from './JobProgress.tsx';
import { FileFacts } from './MapStep.tsx';
import { Rejects } from './Rejects.tsx';
import { Original } from './RemoveOriginal.tsx';
import { Result } from './Result.tsx';
import { remark } from './remark.ts';

/** Everything of one import or check: progress, result, samples, refused rows. */
export function JobBody({ job }: { job: ImportJob }) {
  return (
    <div className={page.page}>
      <section
        className={page.body}
        data-region="Import"
        aria-label="Import"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
        tabIndex={0}
      >
        <FileFacts file={{ ...job, columns: [], encoding: null, delimiter: null }} />
        {isWorking(job.state) && <JobProgress job={job} />}
        {job.error && (
          <div className={styles.notes}>
            <ErrorState title={job.isPreview ? 'The file cannot be imported as it is' : 'The import stopped'}>
              {job.error.message.replace(/[.]$/, '')}. {wayOn(job)}
            </ErrorState>
          </div>
        )}
        {job.state === 'UNDONE' && (
          <p className={styles.asIs}>
            This import is undone: what it added is out, what it changed or removed is as before. To have it
            again, import the file once more.
          </p>
        )}
        {job.warnings.length > 0 && (
          <div className={styles.notes}>
            <Remarks warnings={job.warnings} />
          </div>
        )}
        <Samples job={job} />
        <Rejects job={job} />
        {job.state === 'DONE' && job.rejects.bounded.total + job.rejects.hidden === 0 && (
          <p className={styles.asIs}>
            Every row is in. {job.removed ? '' : `Each fact leads to its row in ${job.filename}.`}
          </p>
        )}
      </section>
      <aside className={page.side} aria-label="Result" data-region="Result">
        <Result result={job.result} isPreview={job.isPreview} />
        {!job.isPreview && <Original of={job} />}
      </aside>
    </div>
  );
}

function wayOn({ error, isPreview }: ImportJob): string {
  const isDamaged = error?.code === 'FILE_DAMAGED';
  if (isPreview) return `Nothing was written. ${isDamaged ? mendFile : 'Go back and change how it is read.'}`;
  const kept = 'What was in before it stopped stays in, and can be undone as one thing.';
  return isDamaged ? `${kept} ${mendFile}` : kept;
}

function Remarks({ warnings }: { warnings: readonly string[] }) {
  const labels = usePropertyLabels();
  const { shown, more } = useSteps(warnings, 20);
  return (
    <Warning title={counted(warnings.length, 'remark')}>
      {shown.map((warning) => (
        <p key={warning}>{remark(warning, labels)}</p>
      ))}
      {more}
    </Warning>
  );
}

/** Up to 100 rows of what would change. */
function Samples({ job }: { job: ImportJob }) {
  const rows = job.preview?.rows ?? [];
  if (rows.length === 0) return null;
  return (
    <section aria-label="Samples of what would change">
      <header className={page.sectionHead}>
        <h2>What would change</h2>
        <span className={page.meta}>
          {job.preview && ofTotal(rows.length, job.preview.bounded.total, job.preview.bounded.totalIsExact)}
        </span>
      </header>
      <table className={`${page.table} ${styles.samplesTable}`}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Act</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const made = (row.after ?? row.before ?? {}) as { schema?: string; type?: string };
            return (
              <tr key={`${row.kind} ${row.id}`}>
                <td>
                  <span className={styles.looks}>
                    {made.schema && <TypeBadge schema={made.schema} size={16} labelled={false} />}
                    <bdi>{row.caption ?? readable(made.type ?? row.kind)}</bdi>
                  </span>
                </td>
                <td>{readable(made.schema ?? made.type ?? row.kind)}</td>
                <td className={styles[`act-${row.act}`]}>{row.act}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
