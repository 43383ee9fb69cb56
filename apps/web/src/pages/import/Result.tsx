import { useQuery } from '@tanstack/react-query';
import { viewerQuery } from '../../api/viewer.ts';
import { count, counted } from '../../format/numbers.ts';
import page from '../Page.module.css';
import styles from './Import.module.css';

type Four = { created: number; updated: number; unchanged: number; removed: number };
type ResultLine = {
  rows?: number;
  records?: Four;
  relationships?: Four;
  references?: Four;
  unresolved?: number;
  /** Of a preview of a very large file: there are at least so many. */
  unresolvedIsExact?: false;
  rejects?: number;
  superseded?: number;
  seconds?: number;
};

const names = [
  ['records', 'Records'],
  ['relationships', 'Relationships'],
  ['references', 'References'],
] as const;

function endsNotFound({ unresolved = 0, unresolvedIsExact }: ResultLine, isPreview: boolean): string {
  const isPart = unresolvedIsExact === false;
  if (unresolved === 0)
    return isPart ? 'not every end of a link was looked for: the file has too many to keep in mind' : '';
  const found = `${isPart ? 'at least ' : ''}${counted(unresolved, 'end')} of links ${isPreview ? 'would not be found' : 'not found'}`;
  return `${found} in this dataset: files that belong together go into one`;
}

/** What an import made, or what its check says that it would make. */
export function Result({ result, isPreview }: { result: unknown; isPreview: boolean }) {
  const line = (result ?? {}) as ResultLine;
  const { data: viewer } = useQuery(viewerQuery);
  if (!line.records) return null;
  return (
    <section aria-label={isPreview ? 'What the import would make' : 'What the import made'}>
      <header className={page.sectionHead}>
        <h2>{isPreview ? 'The import would make' : 'The import made'}</h2>
        <span className={page.meta}>
          {isPreview
            ? 'rehearsed, nothing written yet'
            : line.seconds !== undefined
              ? `in ${line.seconds.toFixed(1)} s`
              : ''}
        </span>
      </header>
      <table className={`${page.table} ${styles.result}`}>
        <thead>
          <tr>
            <th scope="col">From {counted(line.rows ?? 0, 'row')}</th>
            <th scope="col" className={page.num}>
              new
            </th>
            <th scope="col" className={page.num}>
              changed
            </th>
            <th scope="col" className={page.num}>
              as before
            </th>
            <th scope="col" className={page.num}>
              removed
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map(([key, name]) => {
            const four = line[key];
            return (
              four && (
                <tr key={key}>
                  <td>{name}</td>
                  <td className={page.num}>{count(four.created)}</td>
                  <td className={page.num}>{count(four.updated)}</td>
                  <td className={page.num}>{count(four.unchanged)}</td>
                  <td className={page.num}>{count(four.removed)}</td>
                </tr>
              )
            );
          })}
        </tbody>
      </table>
      <p className={styles.notYet}>
        {[
          line.rejects ? `${counted(line.rejects, 'row')} refused` : 'No row refused',
          endsNotFound(line, isPreview),
          line.superseded ? `${counted(line.superseded, 'older version')} left aside` : '',
        ]
          .filter(Boolean)
          .join('; ')}
      </p>
      {isPreview && viewer && viewer.clearance !== 'TLP:RED' && (
        <p className={styles.notYet}>
          Counted by what you may see ({viewer.clearance}). An import that meets rows marked above that is
          refused and changes nothing of them.
        </p>
      )}
    </section>
  );
}
