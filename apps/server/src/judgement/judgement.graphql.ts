import { actorOf, positionOf } from '../change/change.graphql.ts';
import { toPayload } from '../change/payload.ts';
import { read } from '../change/read.ts';
import type { EntityNode } from '../entity/entity.ts';
import { loader } from '../graphql/loader.ts';
import type { RequestContext } from '../graphql/request.ts';
import { loadRecords } from '../record/record.queries.ts';
import { type JudgementInput, recordJudgement, type SplitInput, splitEntity } from './judgement.commands.ts';
import { type JudgementNode, judgementsOf } from './judgement.queries.ts';
import type { Verdict } from './judgement.ts';

interface Said<Input> {
  input: Input;
  preview: boolean;
}

const recordOf = (ctx: RequestContext, { at }: JudgementNode, id: string) =>
  loader(ctx, 'records', at, (ids) => read(ctx, at, (tx) => loadRecords(tx, ids))).load(id);

export const resolvers = {
  Mutation: {
    async judge(_: unknown, { input, preview }: Said<JudgementInput>, ctx: RequestContext) {
      const verdict = input.verdict.toLowerCase() as Verdict;
      const outcome = await recordJudgement(ctx, { ...input, verdict }, preview);
      return toPayload(ctx, outcome, { ids: [outcome.result] });
    },
    async split(_: unknown, { input, preview }: Said<SplitInput>, ctx: RequestContext) {
      const outcome = await splitEntity(ctx, input, preview);
      return toPayload(ctx, outcome, { ids: outcome.result });
    },
  },
  Judgement: {
    left: (node: JudgementNode, _: unknown, ctx: RequestContext) => recordOf(ctx, node, node.leftRecord),
    right: (node: JudgementNode, _: unknown, ctx: RequestContext) => recordOf(ctx, node, node.rightRecord),
    verdict: ({ verdict }: JudgementNode) => verdict.toUpperCase(),
    by: ({ madeBy }: JudgementNode, _: unknown, ctx: RequestContext) => actorOf(ctx, madeBy),
    at: ({ madeAt }: JudgementNode) => madeAt,
    change: ({ sinceChange }: JudgementNode, _: unknown, ctx: RequestContext) => positionOf(ctx, sinceChange),
  },
  Entity: {
    async judgements({ at, recordIds }: EntityNode, _: unknown, ctx: RequestContext) {
      const about = loader(ctx, 'judgementsOf', at, (ids) => read(ctx, at, (tx) => judgementsOf(tx, ids)));
      const found = (await Promise.all(recordIds.map((id) => about.load(id)))).flatMap((each) => each ?? []);
      return [...new Map(found.map((each) => [each.id, each])).values()];
    },
  },
};
