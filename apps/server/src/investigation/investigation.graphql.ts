import { actorOf, changeOf, positionOf } from '../change/change.graphql.ts';
import type { Outcome } from '../change/command.ts';
import { toPayload } from '../change/payload.ts';
import { type At, read } from '../change/read.ts';
import { loadDatasets } from '../dataset/dataset.queries.ts';
import { type EntityNode, entityNode } from '../entity/entity.ts';
import { chartOf } from '../graph/graphQuestions.ts';
import { bounded, connection, decodeCursor, pageSize } from '../graphql/connection.ts';
import { loader } from '../graphql/loader.ts';
import { atOf } from '../graphql/moment.ts';
import type { RequestContext } from '../graphql/request.ts';
import { isUuid } from '../ids.ts';
import { markingName } from '../tenant/marking.ts';
import { lastSeen } from '../tenant/viewer.ts';
import { copyInvestigation } from './copy.commands.ts';
import {
  createInvestigation,
  removeMember,
  setMember,
  updateInvestigation,
} from './investigation.commands.ts';
import {
  countChangesSince,
  listInvestigations,
  loadInvestigations,
  membersOf,
  notesOf,
  notesOn,
} from './investigation.queries.ts';
import type { InvestigationNode, ItemNode, NoteNode } from './investigation.ts';
import { addItems, arrangeItems, removeItems } from './items.commands.ts';
import { casesOf, countItems, itemRecords, listItems, takenOut } from './items.queries.ts';
import { createEntity, deleteEntity, type NewEntity, updateEntity } from './notebook.commands.ts';
import { knownLike } from './notebookFacts.ts';
import { createRelationship, deleteRelationship, updateRelationship } from './notebookLinks.commands.ts';
import { removeNote, writeNote } from './notes.commands.ts';

interface Page {
  first?: number | null;
  after?: string | null;
}

/** One verb of the schema: the command does everything, the payload says what came of it. */
const verb =
  <Input>(
    command: (ctx: RequestContext, input: Input, preview?: boolean) => Promise<Outcome<string | string[]>>,
  ) =>
  async (_: unknown, { input, preview }: { input: Input; preview: boolean }, ctx: RequestContext) => {
    const outcome = await command(ctx, input, preview);
    return toPayload(ctx, outcome, { ids: [outcome.result].flat() });
  };

const investigationOf = (ctx: RequestContext, at: At, id: string) =>
  loader(ctx, 'investigations', at, (ids) => read(ctx, at, (tx) => loadInvestigations(tx, ids))).load(id);

const reads = {
  investigation: (parent: unknown, { id }: { id: string }, ctx: RequestContext) =>
    investigationOf(ctx, atOf(parent), id),
  async investigations(parent: unknown, { first, after }: Page, ctx: RequestContext) {
    const at = atOf(parent);
    const place = decodeCursor(after, (cursor) => {
      const [position, id] = cursor as [string, string];
      if (!isUuid(id)) throw new TypeError('no place in the list');
      return { change: changeOf(ctx, position), id };
    });
    const size = pageSize(first, 50);
    const page = await read(ctx, at, (tx) => listInvestigations(tx, { first: size, after: place }));
    return connection(
      {
        nodes: page.rows,
        hasMore: page.hasMore,
        total: page.total,
        cursorOf: ({ lastChange, id }) => [positionOf(ctx, lastChange), id],
      },
      place !== undefined,
    );
  },
};

const itemCountOf = async (ctx: RequestContext, { at, id }: Pick<InvestigationNode, 'at' | 'id'>) =>
  (await loader(ctx, 'itemCounts', at, (ids) => read(ctx, at, (tx) => countItems(tx, ids))).load(id)) ?? 0;

export const resolvers = {
  Query: reads,
  Moment: reads,
  Mutation: {
    createInvestigation: verb(createInvestigation),
    updateInvestigation: verb(updateInvestigation),
    copyInvestigation: verb(copyInvestigation),
    setMember: verb(setMember),
    removeMember: verb(removeMember),
    addItems: verb(addItems),
    removeItems: verb(removeItems),
    arrangeItems: verb(arrangeItems),
    writeNote: verb(writeNote),
    removeNote: verb(removeNote),
    async createEntity(
      _: unknown,
      { input, preview }: { input: NewEntity; preview: boolean },
      ctx: RequestContext,
    ) {
      // Asked before it is made: afterwards it would look like itself.
      const hints = await knownLike(ctx, input);
      const outcome = await createEntity(ctx, input, preview);
      return toPayload(ctx, outcome, { ids: [outcome.result], hints });
    },
    updateEntity: verb(updateEntity),
    deleteEntity: verb(deleteEntity),
    createRelationship: verb(createRelationship),
    updateRelationship: verb(updateRelationship),
    deleteRelationship: verb(deleteRelationship),
  },
  Investigation: {
    marking: ({ marking }: InvestigationNode) => markingName(marking),
    createdBy: ({ createdBy }: InvestigationNode, _: unknown, ctx: RequestContext) => actorOf(ctx, createdBy),
    notebook: ({ at, notebookId }: InvestigationNode, _: unknown, ctx: RequestContext) =>
      loader(ctx, 'datasets', at, (ids) => read(ctx, at, (tx) => loadDatasets(tx, ids))).load(notebookId),
    async members({ at, id }: InvestigationNode, _: unknown, ctx: RequestContext) {
      const members = await loader(ctx, 'members', at, (ids) =>
        read(ctx, at, (tx) => membersOf(tx, ids)),
      ).load(id);
      return members ?? [];
    },
    itemCount: (node: InvestigationNode, _: unknown, ctx: RequestContext) => itemCountOf(ctx, node),
    async items({ at, id }: InvestigationNode, { first, after }: Page, ctx: RequestContext) {
      const place = decodeCursor(after, String);
      const size = pageSize(first, 500);
      const page = await read(ctx, at, (tx) => listItems(tx, id, { first: size, after: place }));
      const shown = { nodes: page.rows, hasMore: page.hasMore, cursorOf: (item: ItemNode) => item.id };
      return {
        ...connection({ ...shown, total: page.rows.length }, place !== undefined),
        // To count looks at the whole case, so it is done for who asks.
        bounded: async () => bounded({ ...shown, total: await itemCountOf(ctx, { at, id }) }),
      };
    },
    async notes({ at, id }: InvestigationNode, _: unknown, ctx: RequestContext) {
      const notes = await loader(ctx, 'notes', at, (ids) => read(ctx, at, (tx) => notesOf(tx, ids))).load(id);
      return notes ?? [];
    },
    graph: async (
      { at, id }: InvestigationNode,
      args: { references?: boolean | null },
      ctx: RequestContext,
    ) =>
      chartOf(ctx, at, await read(ctx, at, (tx) => itemRecords(tx, id)), {
        references: args.references ?? false,
      }),
    changesSinceSeen: async ({ id }: InvestigationNode, _: unknown, ctx: RequestContext) =>
      (await loader(ctx, 'changesSinceSeen', undefined, async (ids) => {
        const seen = await lastSeen(ctx, ids);
        return read(ctx, undefined, (tx) => countChangesSince(tx, seen, ids, ctx.actor.id));
      }).load(id)) ?? 0,
  },
  Member: {
    user: ({ userId }: { userId: string }, _: unknown, ctx: RequestContext) => actorOf(ctx, userId),
  },
  Item: {
    entityId: ({ entity, recordId }: ItemNode) => entity?.[0] ?? recordId,
    entity: ({ at, entity }: ItemNode) => entity && entityNode(at, entity),
    takenOut: async ({ at, entity, recordId }: ItemNode, _: unknown, ctx: RequestContext) =>
      entity || at !== undefined
        ? null
        : ((await loader(ctx, 'takenOut', at, (ids) => read(ctx, at, (tx) => takenOut(tx, ids))).load(
            recordId,
          )) ?? null),
    addedBy: ({ addedBy }: ItemNode, _: unknown, ctx: RequestContext) => actorOf(ctx, addedBy),
  },
  Note: {
    by: ({ madeBy }: NoteNode, _: unknown, ctx: RequestContext) => actorOf(ctx, madeBy),
    at: ({ madeAt }: NoteNode) => madeAt,
  },
  Entity: {
    async investigations({ at, recordIds }: EntityNode, _: unknown, ctx: RequestContext) {
      const cases = loader(ctx, 'casesOf', at, (ids) => read(ctx, at, (tx) => casesOf(tx, ids)));
      const ids = new Set(
        (await Promise.all(recordIds.map((id) => cases.load(id)))).flatMap((each) => each ?? []),
      );
      return Promise.all([...ids].map((id) => investigationOf(ctx, at, id)));
    },
    async notes({ at, recordIds }: EntityNode, _: unknown, ctx: RequestContext) {
      const notes = loader(ctx, 'notesOn', at, (ids) => read(ctx, at, (tx) => notesOn(tx, ids)));
      return (await Promise.all(recordIds.map((id) => notes.load(id)))).flatMap((each) => each ?? []);
    },
  },
};
