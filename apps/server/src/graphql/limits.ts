import { readFileSync } from 'node:fs';
import { SummitError } from '@summit/process/errors';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

const limitsSchema = z.strictObject({
  maxBytes: z.int().positive(),
  maxTokens: z.int().positive(),
  maxDepth: z.int().positive(),
  maxAliases: z.int().positive(),
  maxDirectives: z.int().positive(),
  maxCost: z.int().positive(),
  assumedPage: z.int().positive(),
});
export type Limits = z.infer<typeof limitsSchema>;

export const readLimits = (file = new URL('../../graphql-hardening.yaml', import.meta.url)): Limits =>
  limitsSchema.parse(parseYaml(readFileSync(file, 'utf8')));

/** Lists that are long without saying how long; all others take `first` or hold a handful. */
const PAGED = new Set(['edges', 'hits', 'rows', 'entities', 'links', 'neighbours', 'paths']);
/** Walks through the graph work hard however little is read of their answer: thirty fit a request. Asked of now, or of a moment. */
const QUESTIONS = new Set(['neighbourhood', 'commonNeighbours', 'paths', 'subgraph']);
const MOMENT = 'at';
const QUESTION = 4_000;

/**
 * Refuses a document before anything runs: too deep, too many aliases or directives, fragment cycles, or too much at once
 * (each field costs the product of the page sizes above it). Throws QUERY_TOO_COMPLEX.
 */
export function refuseExcess(
  document: DocumentNode,
  operationName: string | undefined,
  variables: Record<string, unknown>,
  limits: Limits,
): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const run = operations.filter(({ name }) => operationName === undefined || name?.value === operationName);

  let cost = 0;
  let aliases = 0;
  let directives = 0;
  const inside = new Set<string>();
  const refuse = (problem: string): never => {
    throw new SummitError('QUERY_TOO_COMPLEX', { problem });
  };

  let values = variables;
  const walk = (
    selections: SelectionSetNode,
    { depth, factor, page, asks }: { depth: number; factor: number; page: number; asks: boolean },
  ): void => {
    if (depth > limits.maxDepth) refuse(`deeper than ${limits.maxDepth} levels`);
    for (const selection of selections.selections) {
      // Every selection costs, a spread too: fragments that only spread others would fan out for nothing.
      const isQuestion = asks && selection.kind === Kind.FIELD && QUESTIONS.has(selection.name.value);
      cost += factor * (isQuestion ? QUESTION : 1);
      if (cost > limits.maxCost) refuse(`costs more than ${limits.maxCost}`);
      directives += selection.directives?.length ?? 0;
      if (directives > limits.maxDirectives) refuse(`more than ${limits.maxDirectives} directives`);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        if (inside.has(name)) refuse(`fragment ${name.slice(0, 40)} contains itself`);
        const fragment = fragments.get(name);
        if (!fragment) continue;
        inside.add(name);
        walk(fragment.selectionSet, { depth, factor, page, asks });
        inside.delete(name);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, { depth, factor, page, asks });
      } else {
        if (selection.alias && ++aliases > limits.maxAliases)
          refuse(`more than ${limits.maxAliases} aliases`);
        if (selection.selectionSet) {
          const asked = pageOf(selection, values);
          const size = asked ?? page;
          // A connection repeats its edges, not itself, whatever it is called; the answer to a question is one.
          const isOne = isQuestion || isConnection(selection);
          const repeats = PAGED.has(selection.name.value) && !isOne ? Math.max(size, 1) : 1;
          walk(selection.selectionSet, {
            depth: depth + 1,
            factor: factor * repeats,
            page: asked ?? limits.assumedPage,
            asks: asks && selection.name.value === MOMENT,
          });
        }
      }
    }
  };
  for (const operation of run) {
    values = withDefaults(operation, variables);
    walk(operation.selectionSet, { depth: 1, factor: 1, page: limits.assumedPage, asks: true });
  }
}

const isConnection = ({ selectionSet }: FieldNode): boolean =>
  selectionSet?.selections.some((each) => each.kind === Kind.FIELD && each.name.value === 'edges') ?? false;

/** The most of `first`, `limit` (inside an input too) and the number of ids of a field; undefined where it has none. */
function pageOf(field: FieldNode, variables: Record<string, unknown>): number | undefined {
  const sizes: number[] = [];
  for (const { name, value } of field.arguments ?? []) {
    const given = valueFromASTUntyped(value, variables);
    if (name.value === 'ids' || name.value === 'entityIds') {
      if (Array.isArray(given)) sizes.push(given.length);
    } else collectSizes(name.value, given, sizes, 4);
  }
  return sizes.length > 0 ? Math.max(...sizes) : undefined;
}

/** Our inputs are flat; a few levels more are looked through. */
function collectSizes(name: string, value: unknown, into: number[], levels: number): void {
  if ((name === 'first' || name === 'limit') && typeof value === 'number') into.push(value);
  if (levels === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [key, inner] of Object.entries(value)) collectSizes(key, inner, into, levels - 1);
}

/** The variables as the operation will see them: what was not given has its default. */
function withDefaults(
  { variableDefinitions }: OperationDefinitionNode,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const values = { ...given };
  for (const { variable, defaultValue } of variableDefinitions ?? []) {
    const name = variable.name.value;
    if (defaultValue && values[name] === undefined) values[name] = valueFromASTUntyped(defaultValue);
  }
  return values;
}
