import { SummitError } from '@summit/process/errors';
import { type Changing, type Outcome, runCommand } from '../change/command.ts';
import { type Edited, mustEdit } from '../change/membership.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { uuidv7 } from '../ids.ts';
import { ontologyOf } from '../ontology/ontology.queries.ts';
import type { Ontology } from '../ontology/ontology.ts';
import { cleanValue } from '../ontology/values.ts';
import { loadRecords } from '../record/record.queries.ts';
import { loadRelationships } from '../relationship/relationship.queries.ts';
import type { RelationshipNode } from '../relationship/relationship.ts';
import { writeRelationships } from '../relationship/write.ts';
import { checkedText } from '../text.ts';
import type { DeleteInput } from './notebook.commands.ts';
import { cleanProps, type PropertyInput } from './notebookFacts.ts';

export interface NewRelationship {
  investigationId: string;
  type: string;
  /** Any record of the entity at that end. */
  source: string;
  target: string;
  directed?: boolean | null | undefined;
  properties?: readonly PropertyInput[] | null | undefined;
  validFrom?: string | null | undefined;
  validTo?: string | null | undefined;
  reason?: string | null | undefined;
}

/** A link in the notebook; the result is its id. Throws NOT_FOUND, INPUT_INVALID, FORBIDDEN. */
export function createRelationship(
  ctx: Context,
  input: NewRelationship,
  preview?: boolean,
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('entity:write');
  const { investigationId, source, target, reason } = input;
  return runCommand(
    ctx,
    { action: 'relationship.created', reason, investigationId, preview, input },
    async (tx) => {
      const edited = await mustEdit(tx, investigationId);
      const ontology = await ontologyOf(tx);
      const type = checkedText(input.type, 'the type', 200);
      const props = cleanProps(ontology, type, input.properties ?? []);
      const ends = await loadRecords(tx, [source, target]);
      const missing = [source, target].find((id) => !ends.has(id));
      if (missing !== undefined) throw new SummitError('NOT_FOUND', { what: 'entity', id: missing });
      const id = uuidv7();
      await writeRelationships(tx, [
        {
          id,
          dataset: { id: edited.notebookId, key: edited.notebookKey },
          type,
          source,
          target,
          directed: input.directed ?? true,
          props,
          marking: edited.notebookMarking,
          ...validity(ontology, type, props, input),
        },
      ]);
      tell(tx, 'Linked', ontology, type, ends.get(source)!.caption, ends.get(target)!.caption);
      tx.touches(
        { kind: 'relationship', id, caption: ontology.label(type) },
        ...[source, target].map((end) => ({ kind: 'record', id: end, caption: ends.get(end)!.caption })),
      );
      return id;
    },
  );
}

export interface RelationshipUpdate {
  investigationId: string;
  id: string;
  /** Replaces the properties that are named; without values one is removed. */
  properties?: readonly PropertyInput[] | null | undefined;
  validFrom?: string | null | undefined;
  validTo?: string | null | undefined;
  reason?: string | null | undefined;
}

/** Throws NOT_FOUND, INPUT_INVALID, BELONGS_TO_SOURCE. */
export function updateRelationship(
  ctx: Context,
  input: RelationshipUpdate,
  preview?: boolean,
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('entity:write');
  const { investigationId, reason } = input;
  return runCommand(
    ctx,
    { action: 'relationship.updated', reason, investigationId, preview, input },
    async (tx) => {
      const edited = await mustEdit(tx, investigationId);
      const old = await own(tx, edited, input.id);
      const ontology = await ontologyOf(tx);
      const named = input.properties ?? [];
      const kept = Object.entries(old.props).filter(([name]) => !named.some((each) => each.name === name));
      const props = { ...Object.fromEntries(kept), ...cleanProps(ontology, old.type, named) };
      await writeRelationships(tx, [
        {
          id: old.id,
          dataset: { id: edited.notebookId, key: edited.notebookKey },
          type: old.type,
          source: old.sourceRecord,
          target: old.targetRecord,
          directed: old.directed,
          props,
          marking: old.marking,
          ...validity(ontology, old.type, props, {
            validFrom: input.validFrom === undefined ? old.validFrom : input.validFrom,
            validTo: input.validTo === undefined ? old.validTo : input.validTo,
          }),
        },
      ]);
      await tellOf(tx, 'Changed', ontology, old);
      return old.id;
    },
  );
}

/** Removes only what the notebook made. Throws NOT_FOUND, BELONGS_TO_SOURCE. */
export function deleteRelationship(
  ctx: Context,
  input: DeleteInput,
  preview?: boolean,
): Promise<Outcome<string>> {
  ctx.actor.mustBeAbleTo('entity:write');
  const { investigationId, reason } = input;
  return runCommand(
    ctx,
    { action: 'relationship.deleted', reason, investigationId, preview, input },
    async (tx) => {
      const edited = await mustEdit(tx, investigationId);
      const old = await own(tx, edited, input.id);
      await tx.execute(
        sql`delete from relationships where tenant_id = ${tx.reader.tenant} and id = ${old.id}`,
      );
      await tellOf(tx, 'Unlinked', await ontologyOf(tx), old);
      return old.id;
    },
  );
}

async function own(tx: Changing, edited: Edited, id: string): Promise<RelationshipNode> {
  const found = (await loadRelationships(tx, [id])).get(id);
  if (!found) throw new SummitError('NOT_FOUND', { what: 'relationship', id });
  if (found.datasetId !== edited.notebookId) throw new SummitError('BELONGS_TO_SOURCE', { id });
  if (found.reference)
    throw new SummitError('INPUT_INVALID', { problem: 'this follows from a property: change the property' });
  return found;
}

function validity(
  ontology: Ontology,
  type: string,
  props: Record<string, string[]>,
  given: { validFrom?: string | null | undefined; validTo?: string | null | undefined },
) {
  const read = (text: string | null | undefined) => (text ? (cleanValue('date', text)?.value ?? null) : null);
  const derived = ontology.valid(type, props);
  return {
    validFrom: read(given.validFrom) ?? derived.validFrom ?? null,
    validTo: read(given.validTo) ?? derived.validTo ?? null,
  };
}

async function tellOf(tx: Changing, verb: string, ontology: Ontology, link: RelationshipNode): Promise<void> {
  const ends = await loadRecords(tx, [link.sourceRecord, link.targetRecord]);
  const caption = (id: string) => ends.get(id)?.caption ?? 'something that is gone';
  tell(tx, verb, ontology, link.type, caption(link.sourceRecord), caption(link.targetRecord));
  tx.touches(
    { kind: 'relationship', id: link.id, caption: ontology.label(link.type) },
    ...[link.sourceRecord, link.targetRecord].map((id) => ({ kind: 'record', id, caption: caption(id) })),
  );
}

const tell = (
  tx: Changing,
  verb: string,
  ontology: Ontology,
  type: string,
  source: string,
  target: string,
): void => tx.says(`${verb} ${source} and ${target} (${ontology.label(type).toLowerCase()})`);
