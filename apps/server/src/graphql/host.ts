import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SummitError, toPublic } from '@summit/process/errors';
import type { Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import {
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
} from 'graphql';
import { createYoga, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { SharedReads } from '../change/sharedReads.ts';
import { asRefusal } from '../database/refusals.ts';
import { type Limits, refuseExcess } from './limits.ts';
import type { RequestContext } from './request.ts';

export type GraphqlHost = (
  request: IncomingMessage,
  response: ServerResponse,
  ctx: RequestContext,
) => Promise<void>;

/** The id of the request that is being answered: errors are made public where nothing else says whose they are. */
const asking = new AsyncLocalStorage<string>();

export interface HostOptions {
  schema: GraphQLSchema;
  limits: Limits;
  introspection: boolean;
  log: Logger;
}

/** GraphQL over HTTP, and over SSE for subscriptions. Everything excessive is refused before anything runs. */
export function graphqlHost({ schema, limits, introspection, log }: HostOptions): GraphqlHost {
  const hardening: Plugin<RequestContext> = {
    onRequestParse: ({ request, setRequestParser }) => {
      if (request.method === 'POST') setRequestParser((asked) => readParams(asked, limits.maxBytes));
    },
    onParse: ({ setParseFn, parseFn }) => {
      setParseFn((source, options) => parseFn(source, { ...options, maxTokens: limits.maxTokens }));
    },
    onValidate: ({ addValidationRule, params, context }) => {
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule);
      const asked = (context as { params?: { operationName?: string; variables?: Record<string, unknown> } })
        .params;
      refuseExcess(params.documentAST as never, asked?.operationName, asked?.variables ?? {}, limits);
      return ({ result, setResult }) => {
        if (result.length > 0) setResult(result.slice(0, 10).map((error) => publicError(error, log)));
      };
    },
    onExecute: ({ args }) => {
      const asked = getOperationAST(args.document, args.operationName);
      if (asked?.operation === OperationTypeNode.QUERY) args.contextValue.sharedReads = new SharedReads();
      const started = performance.now();
      return {
        onExecuteDone: ({ result }) => {
          const outcome =
            'errors' in (result as object) && (result as { errors?: unknown[] }).errors?.length
              ? 'error'
              : 'ok';
          metrics.graphqlSeconds.observe(
            { kind: 'operation', outcome },
            (performance.now() - started) / 1000,
          );
        },
      };
    },
  };
  const yoga = createYoga<RequestContext>({
    schema,
    plugins: [hardening],
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: false,
    batching: false,
    cors: false,
    logging: false,
    maskedErrors: {
      maskError: (error) => publicError(error, log),
    },
  });
  return async (request, response, ctx) => {
    await asking.run(ctx.requestId, () => yoga(request, response, ctx));
  };
}

const STATUS_THAT_SHOWS = new Set([401, 429, 503, 504]);

/** Any error as callers may see it: a code, what to do, and the request id. */
function publicError(error: unknown, log: Logger): GraphQLError {
  const given = error instanceof GraphQLError ? error : undefined;
  const cause = causeOf(error);
  const requestId = asking.getStore() ?? 'none';
  // Found invalid before, and remembered as it was told then.
  if (given?.extensions.code === 'GRAPHQL_INVALID') {
    return new GraphQLError(given.message, {
      nodes: given.nodes ?? null,
      extensions: { ...given.extensions, requestId },
    });
  }
  if (given && (!given.originalError || (cause instanceof GraphQLError && given.path === undefined))) {
    // Of GraphQL itself: syntax, validation, variables (which have causes, and no path). Suggestions would tell names that the caller may not know.
    const problem = given.message.replace(/ ?Did you mean .*$/s, '').slice(0, 500);
    const known = toPublic(new SummitError('GRAPHQL_INVALID', { problem }), requestId);
    return new GraphQLError(known.message, {
      nodes: given.nodes ?? null,
      extensions: { ...given.extensions, code: known.code, requestId },
    });
  }
  const known = toPublic(asRefusal(cause), requestId);
  // What ends because nobody waits for it has not failed.
  const isOver = (cause as { code?: unknown } | null)?.code === 'ABORT_ERR';
  if (known.code === 'INTERNAL' && !isOver)
    log.error({ error: cause, requestId }, 'a resolver failed unexpectedly');
  const { status, code, message, retryAfter, details } = known;
  return new GraphQLError(message, {
    nodes: given?.nodes ?? null,
    path: given?.path ?? null,
    extensions: {
      code,
      ...details,
      requestId,
      ...(retryAfter !== undefined && { retryAfter }),
      ...(STATUS_THAT_SHOWS.has(status) && {
        http: { status, headers: { 'retry-after': String(retryAfter ?? 1) } },
      }),
      ...(code === 'TOO_LARGE' && { http: { status } }),
    },
  });
}

/** What a GraphQL error was made of, however often it was wrapped. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** A request's JSON, read no further than allowed. Throws TOO_LARGE. */
async function readParams(request: Request, limit: number): Promise<GraphQLParams> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > limit) throw new SummitError('TOO_LARGE', { limit });
    chunks.push(chunk);
  }
  const refuse = (problem: string) => new GraphQLError(problem, { extensions: { http: { status: 400 } } });
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw refuse('the body is not JSON.');
  }
  if (typeof body !== 'object' || body === null) throw refuse('the body is not an object.');
  return body;
}
