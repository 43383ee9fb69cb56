import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { errorBody, toPublic } from '@summit/process/errors';
import { signInternal } from '@summit/process/internalIdentity';
import { internalKeys } from '@summit/process/keys';
import { afterAll, expect, test } from 'vitest';
import { Database } from '../database/database.ts';
import { handleIdentity } from './identity.http.ts';

const keys = internalKeys('a jwt secret of this test, long enough too');
const nobody = '00000000-0000-0000-0000-000000000000';
const gateway = { sub: nobody, tenant: nobody, name: 'gateway', roles: [], clearance: 'TLP:CLEAR' } as const;

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterAll(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('of a database that says nothing the gateway is told before it stops waiting', async () => {
  const silent = await portOf(createSocketServer((socket) => socket.on('error', () => {})));
  const db = new Database({ url: `postgres://nobody:nothing@127.0.0.1:${silent}/nowhere` });
  const isDatabaseThere = () => new Promise<never>(() => {});
  const parts = { db, isDatabaseThere, sessionSecret: 'of this test', publicKey: keys.publicKey };
  const door: RequestListener = (request, response) => {
    handleIdentity(request, response, parts).catch((error) => {
      const told = toPublic(error, 'r-1');
      response.writeHead(told.status).end(errorBody(told));
    });
  };
  const port = await portOf(createServer(door));
  const token = signInternal({ ...gateway, roles: [], scope: 'gateway' }, keys.privateKey);
  const answer = await Promise.race([
    fetch(`http://127.0.0.1:${port}/internal/identity/token-resolve`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ token: 'a token' }),
    }).then(async (response) => ({ status: response.status, body: await response.json() })),
    // Before the database's own limit of five seconds.
    delay(3_000, undefined, { ref: false }),
  ]);
  expect(answer).toMatchObject({ status: 503, body: { error: { code: 'DATABASE_UNAVAILABLE' } } });
});
