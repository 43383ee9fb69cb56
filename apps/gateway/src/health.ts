import { type Agent, get } from 'node:http';
import { type Check, Checks, type Finding, liveBody, readyAnswer } from '@summit/process/health';
import { z } from 'zod';
import type { Exchange } from './exchange.ts';

/** Health answers come within 300 ms whatever the server does; its own checks get 150 of these. */
const askMs = 220;
const maxAnswerBytes = 64 * 1024;

const code = z.string().regex(/^[\w .-]{1,60}$/);
const serverReady = z.object({ failures: z.array(z.string().regex(/^[\w-]+: [\w.-]+$/)).default([]) });
const serverDetailed = z.object({
  services: z.record(code, code),
  errors: z.array(z.object({ service: code, code, since: z.iso.datetime() })),
  projections: z
    .record(
      code,
      z.object({
        state: code,
        lagChanges: z.number(),
        // A server that does not say whether that is all may have counted no further.
        lagIsExact: z.boolean().default(false),
        lagSeconds: z.number(),
      }),
    )
    .optional(),
});
const count = z.int().nonnegative();
const queue = z.object({
  depth: count,
  oldestSeconds: z.number().nonnegative().nullable(),
  running: count,
  failures: count,
});
const serverQueues = z.object({
  status: z.enum(['ok', 'unknown']),
  queues: z.record(z.string().regex(/^[\w.]{1,60}$/), queue),
});

type Answer = { status: number; body: object };

export interface Health {
  answers(path: string): boolean;
  answer(exchange: Exchange): Promise<void>;
  /** From now on not ready. */
  drain(): void;
}

/** `redis`: how this gateway itself finds its Redis; undefined where none is configured. */
export function createHealth(
  server: { host: string; port: number; agent: Agent },
  environment: string,
  redis?: Check,
): Health {
  const own = new Checks(redis ? { redis } : {});
  let draining = false;
  let failing: Finding | undefined;

  const asking = new Map<string, Promise<string>>();

  /** Many probes at once share one question. */
  function ask(path: string): Promise<string> {
    const known = asking.get(path);
    if (known) return known;
    const answer = read(path, server).finally(() => asking.delete(path));
    asking.set(path, answer);
    return answer;
  }

  async function askServer<Body>(path: string, shape: z.ZodType<Body>): Promise<Body | Finding> {
    try {
      const body = shape.parse(JSON.parse(await ask(path)));
      failing = undefined;
      return body;
    } catch (error) {
      failing = { service: 'server', code: codeOf(error), since: failing?.since ?? new Date().toISOString() };
      return failing;
    }
  }

  async function ready(scope: string | null): Promise<Answer> {
    if (scope === 'pod') return gatewayAlone(draining);
    const [server, ours] = await Promise.all([askServer('/health/ready', serverReady), own.failures()]);
    if ('service' in server) return readyAnswer([...ours, server], false);
    const failures = [...server.failures];
    // The server may reach a Redis that this gateway does not reach.
    if (ours[0] && !failures.some((each) => each.startsWith('Redis: ')))
      failures.push(`Redis: ${ours[0].code}`);
    if (draining) failures.push('Gateway: DRAINING');
    if (failures.length === 0) return { status: 200, body: { status: 'ready' } };
    return { status: 503, body: { status: 'not ready', failures } };
  }

  async function detailed(scope: string | null): Promise<Answer> {
    if (scope === 'pod') return describe({ server: 'not-asked' }, []);
    const [server, ours] = await Promise.all([askServer('/health/detailed', serverDetailed), own.failures()]);
    const here = { redis: !redis ? 'not-configured' : ours.length > 0 ? 'unhealthy' : 'healthy' };
    // What cannot be asked is not known: only the server itself is certain to be unhealthy.
    if ('service' in server)
      return describe({ ...unknownServices, ...here, server: 'unhealthy' }, [...ours, server]);
    const told = new Set(server.errors.map(({ service }) => service));
    const errors = [...server.errors, ...ours.filter(({ service }) => !told.has(service))];
    const unhealthy = Object.fromEntries(errors.map(({ service }) => [service, 'unhealthy']));
    const services = { ...server.services, ...(redis && here), ...unhealthy, server: 'healthy' };
    return describe(services, errors, server.projections);
  }

  async function queues(): Promise<Answer> {
    const server = await askServer('/queues/health', serverQueues);
    const timestamp = new Date().toISOString();
    if ('service' in server) return { status: 503, body: { status: 'unknown', timestamp, queues: {} } };
    const { status } = server;
    return { status: status === 'ok' ? 200 : 503, body: { status, timestamp, queues: server.queues } };
  }

  function describe(services: Record<string, string>, errors: Finding[], projections?: object): Answer {
    const ok = errors.length === 0 && !Object.values(services).includes('unhealthy');
    return {
      status: ok ? 200 : 503,
      body: {
        ...liveBody(),
        status: ok ? 'ok' : 'degraded',
        environment,
        services,
        errors,
        ...(projections && { projections }),
      },
    };
  }

  const routes: Record<string, (scope: string | null) => Answer | Promise<Answer>> = {
    '/health': () => ({ status: 200, body: liveBody() }),
    '/healthz': () => ({ status: 200, body: liveBody() }),
    '/health/ready': ready,
    '/health/detailed': detailed,
    '/queues/health': queues,
  };

  return {
    answers: (path) => Object.hasOwn(routes, path),
    async answer({ path, query, request, response }) {
      const { status, body } = await routes[path]!(new URLSearchParams(query).get('scope'));
      const text = JSON.stringify(body);
      response.setHeader('Cache-Control', 'no-store');
      response.writeHead(status, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
      });
      response.end(request.method === 'HEAD' ? undefined : text);
    },
    drain: () => {
      draining = true;
    },
  };
}

const unknownServices = {
  postgres: 'unknown',
  neo4j: 'unknown',
  redis: 'unknown',
  'cache-strategy': 'unknown',
  'graph-query-optimizer': 'unknown',
};

function gatewayAlone(draining: boolean): Answer {
  if (!draining) return { status: 200, body: { status: 'ready' } };
  return { status: 503, body: { status: 'not ready', failures: ['Gateway: DRAINING'] } };
}

function read(path: string, server: { host: string; port: number; agent: Agent }): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ ...server, path, signal: AbortSignal.timeout(askMs) }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > maxAnswerBytes) request.destroy();
      });
      response.on('error', reject);
      response.on('close', () => (response.complete ? resolve(text) : reject(new Error('cut off'))));
    });
    request.on('error', reject);
  });
}

function codeOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'AbortError' || name === 'TimeoutError') return 'TIMEOUT';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? code : 'BAD_ANSWER';
}
