import { Agent } from 'node:http';
import type { RedisConnection } from '@summit/process/connection.redis';
import { type InternalIdentity, identitySigner } from '@summit/process/internalIdentity';
import { internalKeys } from '@summit/process/keys';
import type { Part } from '@summit/process/lifecycle';
import { Revocations } from '@summit/process/revocations.redis';
import type { AccessLine } from './accessLog.ts';
import { createAdmission } from './admit.ts';
import { createAuth } from './auth.ts';
import { ownCounters } from './counters.memory.ts';
import { sharedCounters } from './counters.redis.ts';
import { openDoor } from './doors.ts';
import type { Door } from './exchange.ts';
import { createForwarder } from './forward.ts';
import { createGateway } from './gateway.ts';
import { createHealth } from './health.ts';
import { openIdentityDoor } from './identityDoor.ts';
import { createOidcClient } from './oidc.ts';
import { createSessions } from './sessions.ts';
import type { Settings } from './settings.ts';
import { createStaticFiles } from './staticFiles.ts';
import { createTokens } from './tokens.ts';

export interface GatewayReports {
  access(line: AccessLine): void;
  refusal(code: string): void;
  /** Something failed of which nobody who asks is told. */
  failure(error: unknown, what: string): void;
}

/** Where the gateway speaks for itself there is no person: the nil user of the nil tenant, accepted at one door only. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** Puts the gateway together: two doors over one way through. With Redis it shares limits and sign-outs with other gateways. */
export async function createGatewayParts(
  settings: Settings,
  secrets: { jwt: string; session: string },
  reports: GatewayReports,
  redis?: RedisConnection,
): Promise<{ parts: Part[]; drain(): void }> {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  const server = { ...settings.server, agent };
  const sign = identitySigner(internalKeys(secrets.jwt).privateKey);
  const authorize = () =>
    sign({
      sub: nobody,
      tenant: nobody,
      name: 'gateway',
      roles: [],
      clearance: 'TLP:CLEAR',
      scope: 'gateway',
    });

  const identity = openIdentityDoor({ ...server, authorize });
  const revocations = redis && new Revocations(redis, secrets.session);
  const sessions = createSessions({
    identity,
    names: settings.cookies,
    secure: settings.secure,
    report: reports.failure,
    announce: async (name) => revocations?.announce(name),
  });
  const tokens = createTokens(identity);
  revocations?.listen((name) => {
    sessions.forget(name);
    if (name === undefined) tokens.forget();
  });
  const admission = createAdmission(
    settings.rate,
    redis ? sharedCounters(redis, secrets.session) : ownCounters,
  );
  const health = createHealth(server, settings.environment, redis && (() => redis.check()));
  const forwarder = createForwarder(server);
  const embedded = settings.provider ? undefined : await embeddedProviderOf(settings, secrets.jwt, reports);
  const oidc = createOidcClient(
    embedded?.clientSettings ?? {
      ...settings.provider!,
      redirectUri: new URL('/auth/callback', settings.publicUrl).href,
    },
  );

  const handle = createGateway({
    settings,
    health,
    auth: createAuth({
      uiFolder: settings.uiFolder,
      publicUrl: settings.publicUrl,
      secure: settings.secure,
      names: settings.cookies,
      sessionSecret: secrets.session,
      oidc,
      embedded,
      identity,
      sessions,
      admission,
    }),
    admission,
    credentials: { sessions, tokens },
    forwarder,
    serveFile: createStaticFiles(settings.uiFolder, settings.secure),
    sign: ({ id, tenant, name, roles, clearance }) =>
      sign({ sub: id, tenant, name, roles, clearance, scope: 'user' } as InternalIdentity),
    report: reports.access,
    countRefusal: reports.refusal,
  });
  const door = (name: Door, port: number) =>
    openDoor({
      port,
      addresses: settings.bind,
      tls: settings.tls,
      handle: (request, response) => void handle(name, request, response),
    });

  return {
    parts: [
      { run: async () => {}, stop: async () => agent.destroy() },
      ...(redis ? [redis] : []),
      door('program', settings.apiPort),
      door('browser', settings.uiPort),
    ],
    drain() {
      health.drain();
      forwarder.endEventStreams();
    },
  };
}

/** Loaded only for a trial: with a company's provider the embedded one does not even exist in memory. */
async function embeddedProviderOf(settings: Settings, jwtSecret: string, reports: GatewayReports) {
  const { createEmbeddedProvider } = await import('./embeddedProvider.ts');
  return createEmbeddedProvider({
    publicUrl: settings.publicUrl,
    jwtSecret,
    cookiePrefix: settings.cookies.provider,
    report: (error) => reports.failure(error, 'the embedded provider failed'),
  });
}
