import { queryOptions, useQueries } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { explain } from '../api/apiError.ts';
import { graphql } from '../api/generated/gql.ts';
import { request } from '../api/request.ts';
import { shownValue } from '../entity/shownValue.ts';
import { validTime } from '../format/dates.ts';
import { counted } from '../format/numbers.ts';
import { Button } from '../ui/Button.tsx';
import { Tag } from '../ui/Chip.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { useSteps } from '../ui/More.tsx';
import { ErrorState, SkeletonRows } from '../ui/State.tsx';
import { busy } from '../ui/whyNot.ts';
import { useDeleteRelationship } from './caseActs.ts';
import styles from './Dialogs.module.css';
import { useWorkspace } from './workspace.ts';

const RelationshipDocument = graphql(`
  query Relationship($id: ID!) {
    relationship(id: $id) {
      id
      label
      type
      validFrom
      validTo
      reference
      dataset {
        key
        title
        reliability
        kind
      }
      properties {
        name
        label
        type
        values
        entities {
          id
          caption
        }
      }
      sourceRow {
        filename
        row
        line
        text
        truncated
      }
    }
  }
`);

const relationshipQuery = (id: string) =>
  queryOptions({
    queryKey: ['relationship', id],
    queryFn: ({ signal }) =>
      request(RelationshipDocument, { id }, { signal }).then((data) => data.relationship),
  });

/** Who says that two entities are linked: each statement with its dataset, its properties and its row. */
export function RelationshipDialog({ id, onClose }: { id: string; onClose(): void }) {
  const { model, data, locked, id: investigationId } = useWorkspace();
  const link = model.links.find((one) => one.id === id);
  const { shown, more } = useSteps(link?.relationshipIds ?? [], 20, 'statements');
  const said = useQueries({ queries: shown.map(relationshipQuery) });
  const remove = useDeleteRelationship();
  if (!link) return null;
  const name = (end: string) => model.byId.get(end)?.caption ?? '';
  return (
    <Dialog title={link.label} isOpen onClose={onClose} width={600}>
      <div className={styles.form}>
        <p>
          {name(link.source)} {link.directed ? '→' : '–'} {name(link.target)}{' '}
          <span className={styles.meta}>
            {counted(link.relationshipIds.length, 'statement')} in {counted(link.datasets, 'dataset')}
            {link.reference && ', derived from a property'}
          </span>
        </p>
        {said.map(({ data: one, isPending, error }, index) => {
          const key = shown[index];
          if (isPending) return <SkeletonRows key={key} count={2} />;
          if (error)
            return (
              <ErrorState key={key} title={explain(error).title}>
                {explain(error).detail}
              </ErrorState>
            );
          if (!one) return null;
          const when = validTime(one.validFrom, one.validTo);
          return (
            <section key={key} aria-label={one.dataset.title}>
              <h3>
                {one.dataset.kind === 'NOTEBOOK' ? 'This notebook' : one.dataset.title}{' '}
                {one.dataset.reliability && <Tag>{one.dataset.reliability}</Tag>}
              </h3>
              <dl className={styles.facts}>
                {when && (
                  <>
                    <dt>True</dt>
                    <dd>{when}</dd>
                  </>
                )}
                {one.properties.map((property) => (
                  <Property key={property.name} {...property} />
                ))}
                {one.sourceRow && (
                  <>
                    <dt>Row</dt>
                    <dd>
                      <code>{one.sourceRow.text.slice(0, 600)}</code>
                      <p className={styles.meta}>
                        {one.sourceRow.filename}
                        {one.sourceRow.line !== null && `, line ${one.sourceRow.line}`}
                      </p>
                    </dd>
                  </>
                )}
              </dl>
              {one.dataset.key === data.notebook.key && locked === undefined && (
                <Button
                  look="danger"
                  height={26}
                  icon={<Trash2 />}
                  whyNot={remove.isPending ? busy : undefined}
                  onPress={() =>
                    remove.mutate({ input: { investigationId, id: one.id } }, { onSuccess: onClose })
                  }
                >
                  Delete link
                </Button>
              )}
            </section>
          );
        })}
        {more}
      </div>
    </Dialog>
  );
}

type PropertyProps = {
  label: string;
  type: string;
  values: string[];
  entities: ({ caption: string } | null)[];
};

function Property({ label, type, values, entities }: PropertyProps) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{values.map((value, place) => shownValue(type, value, entities[place])).join(', ')}</dd>
    </>
  );
}
