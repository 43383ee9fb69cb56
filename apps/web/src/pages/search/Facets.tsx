import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { readable } from '../../entity/entityTypes.ts';
import { TypeBadge } from '../../entity/TypeBadge.tsx';
import { country } from '../../format/countries.ts';
import { count } from '../../format/numbers.ts';
import { classes } from '../../ui/classes.ts';
import { Checkbox } from '../../ui/Field.tsx';
import page from '../Page.module.css';
import styles from './SearchPage.module.css';
import type { SearchAnswer } from './searchQueries.ts';

export type FacetName = 'schema' | 'dataset' | 'country';
export type FacetState = Record<FacetName, string[]>;

const titles: Record<string, string> = { schema: 'Type', dataset: 'Dataset', country: 'Country' };

type Props = {
  facets: SearchAnswer['facets'];
  state: FacetState;
  onChange(name: FacetName, values: string[]): void;
};

/** What could be kept, with how many each would leave. */
export function Facets({ facets, state, onChange }: Props) {
  if (facets.every(({ values }) => values.length === 0)) return <NoFacets />;
  return (
    <>
      {facets.map((facet) => (
        <Facet
          key={facet.name}
          facet={facet}
          chosen={state[facet.name as FacetName] ?? []}
          onChange={(values) => onChange(facet.name as FacetName, values)}
        />
      ))}
    </>
  );
}

/** The column keeps its place while there is nothing in it, and says what for. */
function NoFacets() {
  return (
    <p className={classes(page.meta, styles.noFacets)}>
      Types, datasets and countries of what is found stand here, to keep only some of them.
    </p>
  );
}

type FacetProps = {
  facet: SearchAnswer['facets'][number];
  chosen: string[];
  onChange(values: string[]): void;
};

function Facet({ facet, chosen, onChange }: FacetProps) {
  const [all, setAll] = useState(false);
  // What is chosen stays visible, whatever its count.
  const missing = chosen.filter((value) => !facet.values.some((one) => one.value === value));
  const values = [...missing.map((value) => ({ value, label: value, count: 0 })), ...facet.values];
  const shown = all ? values : values.slice(0, 8);
  if (values.length === 0) return null;
  return (
    <section className={styles.facet} aria-label={titles[facet.name] ?? readable(facet.name)}>
      <h2>{titles[facet.name] ?? readable(facet.name)}</h2>
      <ul>
        {shown.map((value) => (
          <li key={value.value}>
            <Checkbox
              isSelected={chosen.includes(value.value)}
              onChange={(on) =>
                onChange(on ? [...chosen, value.value] : chosen.filter((one) => one !== value.value))
              }
            >
              {facet.name === 'schema' && <TypeBadge schema={value.value} size={16} labelled={false} />}
              <span className={styles.facetName}>
                {facet.name === 'country' ? country(value.value) : value.label}
              </span>
            </Checkbox>
            <span className={page.meta}>
              {facet.exact ? '' : '≥ '}
              {count(value.count)}
            </span>
          </li>
        ))}
      </ul>
      {values.length > shown.length && (
        <AriaButton className={page.link as string} onPress={() => setAll(true)}>
          {shown.length} of {values.length}, show the rest
        </AriaButton>
      )}
    </section>
  );
}
