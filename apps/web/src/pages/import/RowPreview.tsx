import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, MoveDown } from 'lucide-react';
import { useState } from 'react';
import { entityType, readable } from '../../entity/entityTypes.ts';
import { labelsOf } from '../../entity/propertyLabels.ts';
import { TypeBadge } from '../../entity/TypeBadge.tsx';
import { country } from '../../format/countries.ts';
import { IconButton } from '../../ui/Button.tsx';
import page from '../Page.module.css';
import styles from './Import.module.css';
import { type MappingPreview, schemasQuery } from './importQueries.ts';

type Made = {
  schema?: string;
  type?: string;
  props?: Record<string, string[]>;
  source?: string;
  target?: string;
  sourceKey?: string;
  validFrom?: string;
  validTo?: string;
};

/** What one row becomes, as it will look. */
export function RowPreview({ rows }: { rows: MappingPreview['rows'] }) {
  const [chosen, setChosen] = useState(0);
  const { data: schemas = [] } = useQuery(schemasQuery);
  const at = Math.min(chosen, Math.max(0, rows.length - 1));
  const row = rows[at];
  const made = (row?.after ?? {}) as Made;
  const schema = schemas.find(({ name }) => name === (made.schema ?? made.type));
  const labels = labelsOf(schemas);
  const types = new Map(schema?.properties.map(({ name, type }) => [name, type]));
  return (
    <>
      <header className={page.sectionHead}>
        <h2>Preview</h2>
        <span className={page.meta}>
          {row ? `${at + 1} of ${rows.length} from the first rows` : 'nothing yet'}
        </span>
        <span>
          <IconButton
            label="Row before"
            size={24}
            whyNot={at === 0 ? 'This is the first row' : undefined}
            onPress={() => setChosen(at - 1)}
          >
            <ChevronLeft />
          </IconButton>
          <IconButton
            label="Next row"
            size={24}
            whyNot={at >= rows.length - 1 ? 'This is the last of the rows shown' : undefined}
            onPress={() => setChosen(at + 1)}
          >
            <ChevronRight />
          </IconButton>
        </span>
      </header>
      {row && (
        <div className={styles.made1}>
          {row.kind === 'relationship' ? (
            <div className={styles.link}>
              <code>{made.source ?? '?'}</code>
              <span>
                <MoveDown aria-hidden /> {readable(made.type ?? 'link')}
              </span>
              <code>{made.target ?? '?'}</code>
            </div>
          ) : (
            <div className={styles.record}>
              <TypeBadge schema={made.schema ?? 'Thing'} size={36} />
              <strong>{row.caption ?? made.sourceKey}</strong>
              <span className={page.meta}>{entityType(made.schema ?? 'Thing').name}</span>
            </div>
          )}
          <dl className={styles.props}>
            {Object.entries(made.props ?? {}).map(([name, values]) => (
              <div key={name}>
                <dt>{labels(name, schema?.name)}</dt>
                <dd>
                  {values.map((value) => (
                    <bdi key={value}>{types.get(name) === 'country' ? country(value) : value}</bdi>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      <p className={styles.notYet}>Rehearsed on the first rows; nothing is written.</p>
    </>
  );
}
