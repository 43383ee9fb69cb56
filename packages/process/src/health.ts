/** A check resolves when its dependency works and rejects (with a `code`) when it does not. */
export type Check = () => Promise<void>;

export type Finding = { service: string; code: string; since: string };

export type ServiceState = 'healthy' | 'unhealthy' | 'not-configured' | (string & {});

/** Every answer comes within 300 ms, also through the gateway, which waits 220 ms: the checks themselves get this. */
const CHECK_MS = 150;

/** Names of services in the words of the handbook. */
const spoken: Record<string, string> = {
  postgres: 'PostgreSQL',
  neo4j: 'Neo4j',
  redis: 'Redis',
  kafka: 'Kafka',
  server: 'Server',
};

/** Runs the checks side by side, each time-boxed; remembers since when each one fails. */
export class Checks {
  readonly #checks: Record<string, Check>;
  readonly #failing = new Map<string, Finding>();

  constructor(checks: Record<string, Check>) {
    this.#checks = checks;
  }

  /** The failing services; empty when all work. */
  async failures(timeoutMs = CHECK_MS): Promise<Finding[]> {
    await Promise.all(
      Object.entries(this.#checks).map(async ([service, check]) => {
        const code = await outcome(check, timeoutMs);
        if (code === undefined) this.#failing.delete(service);
        else {
          const since = this.#failing.get(service)?.since ?? new Date().toISOString();
          this.#failing.set(service, { service, code, since });
        }
      }),
    );
    return [...this.#failing.values()].sort((left, right) => left.service.localeCompare(right.service));
  }

  names(): string[] {
    return Object.keys(this.#checks);
  }
}

async function outcome(check: Check, timeoutMs: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((done) => {
    timer = setTimeout(() => done('TIMEOUT'), timeoutMs);
  });
  const result = check().then(
    () => undefined,
    (error: unknown) => String((error as { code?: unknown }).code ?? 'FAILED'),
  );
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}

/** `/health` and `/healthz`: the process runs. Touches nothing else. */
export const liveBody = () => ({
  status: 'ok' as const,
  timestamp: new Date().toISOString(),
  uptime: Math.round(process.uptime() * 1000) / 1000,
});

/** `/health/ready`. A store that is not configured is no failure. */
export function readyAnswer(failures: Finding[], draining = false): { status: number; body: object } {
  const named = failures.map(({ service, code }) => `${spoken[service] ?? service}: ${code}`);
  if (draining) named.push('Server: DRAINING');
  if (named.length === 0) return { status: 200, body: { status: 'ready' } };
  return { status: 503, body: { status: 'not ready', failures: named } };
}

/** `/health/detailed`. `services` holds what is checked elsewhere or not at all, e.g. `{ neo4j: 'not-configured' }`. */
export function detailedAnswer(
  checked: string[],
  failures: Finding[],
  services: Record<string, ServiceState>,
  environment: string,
): { status: number; body: object } {
  const failing = new Set(failures.map(({ service }) => service));
  const states: Record<string, ServiceState> = {};
  for (const name of checked) states[name] = failing.has(name) ? 'unhealthy' : 'healthy';
  const ok = failures.length === 0;
  return {
    status: ok ? 200 : 503,
    body: {
      ...liveBody(),
      status: ok ? 'ok' : 'degraded',
      environment,
      services: { ...states, ...services },
      errors: failures,
    },
  };
}
