import type { ReactNode } from 'react';
import { entityType } from '../entity/entityTypes.ts';
import { TypeBadge } from '../entity/TypeBadge.tsx';
import { country } from '../format/countries.ts';
import type { SearchHit } from '../pages/search/searchQueries.ts';
import { markedCaption, why } from '../pages/search/why.tsx';
import { SourceChip } from '../ui/Chip.tsx';
import styles from './Palette.module.css';

/** One found entity in a list: what it is called, what it is and where, why it was found, who says so. */
export function HitBody({ hit, query, end }: { hit: SearchHit; query: string; end?: ReactNode }) {
  const { entity } = hit;
  return (
    <>
      <TypeBadge schema={entity.schema} />
      <span className={styles.text}>
        <bdi className={styles.name}>{markedCaption(hit)}</bdi>
        <span className={styles.why}>
          {[entityType(entity.schema).name, ...entity.countries.slice(0, 2).map(country)].join(', ')}:{' '}
          {why(hit, query)}
        </span>
      </span>
      <span className={styles.sources}>
        {entity.datasets.slice(0, 2).map((dataset) => (
          <SourceChip key={dataset.key} name={dataset.title} reliability={dataset.reliability ?? undefined} />
        ))}
        {entity.datasets.length > 2 && <span className={styles.why}>+{entity.datasets.length - 2}</span>}
      </span>
      {end}
    </>
  );
}
