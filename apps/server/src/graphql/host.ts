import { SummitError, toPublic } from '@summit/process/errors';
import type { Logger } from '@summit/process/log';
import { metrics } from '@summit/process/metrics';
import { GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { type Limits, refuseExcess } from './limits.ts';
import type { RequestContext } from './request.ts';

export type GraphqlHost = YogaServerInstance<RequestContext, object>;

export interface HostOptions {
  schema: GraphQLSchema;
  limits: Limits;
  introspection: boolean;
  log: Logger;
}

/** GraphQL over HTTP, and over SSE for subscriptions. Everything excessive is refused before anything runs. */
export function graphqlHost({ schema, limits, introspection, log }: HostOptions): GraphqlHost {
  const hardening: Plugin<RequestContext> = {
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
    onExecute: () => {
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
  return createYoga<RequestContext>({
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
}

const STATUS_THAT_SHOWS = new Set([401, 429, 503, 504]);

/** Any error as callers may see it: a code, what to do, and the request id. */
function publicError(error: unknown, log: Logger): GraphQLError {
  const given = error instanceof GraphQLError ? error : undefined;
  const cause = given?.originalError ?? error;
  if (given && !given.originalError) {
    // Of GraphQL itself: syntax, validation, variables. Suggestions would tell names that the caller may not know.
    const problem = given.message.replace(/ ?Did you mean .*$/s, '').slice(0, 500);
    const known = toPublic(new SummitError('GRAPHQL_INVALID', { problem }), '');
    return new GraphQLError(known.message, {
      nodes: given.nodes ?? null,
      extensions: { ...given.extensions, code: known.code },
    });
  }
  const known = toPublic(unwrap(cause), '');
  if (known.code === 'INTERNAL') log.error({ error: cause }, 'a resolver failed unexpectedly');
  const { status, code, message, retryAfter, details } = known;
  return new GraphQLError(message, {
    nodes: given?.nodes ?? null,
    path: given?.path ?? null,
    extensions: {
      code,
      ...details,
      ...(retryAfter !== undefined && { retryAfter }),
      ...(STATUS_THAT_SHOWS.has(status) && {
        http: { status, headers: { 'retry-after': String(retryAfter ?? 1) } },
      }),
    },
  });
}

function unwrap(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (error instanceof SummitError) return error;
  if (code === '57014') return new SummitError('QUERY_TIMEOUT', {}, error);
  if (code === '53100') return new SummitError('DISK_FULL', {}, error);
  if (code === '40001' || code === '40P01') return new SummitError('CONFLICT', { retryAfter: 1 }, error);
  return error;
}
