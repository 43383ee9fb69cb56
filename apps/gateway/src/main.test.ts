import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { json, text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { send } from './testing/callers.ts';
import { selfSigned } from './testing/selfSigned.ts';
import { freePort } from './testing/testGateway.ts';
import { secrets, startUpstream, type Upstream } from './testing/upstream.ts';

let folder: string;
let upstream: Upstream;
let token: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'summit gateway '));
  upstream = await startUpstream();
  token = upstream.addToken(upstream.addUser('Ada'));
});
afterAll(async () => {
  await upstream.stop();
  await rm(folder, { recursive: true });
});

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** The gateway as its own process, as `make up` starts it. */
async function startProcess(changed: Record<string, string> = {}) {
  const [ui, api, metrics] = [await freePort(), await freePort(), await freePort()];
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env.PATH,
      SUMMIT_HOME: folder,
      UI_PORT: String(ui),
      GATEWAY_PORT: String(api),
      GATEWAY_METRICS_PORT: String(metrics),
      SERVER_PORT: String(upstream.port),
      JWT_SECRET: secrets.jwt,
      SESSION_SECRET: secrets.session,
      ...changed,
    },
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const exited = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number;
  });
  return {
    ui,
    api,
    metrics,
    exited,
    output: () => output,
    ready: () => vi.waitFor(() => expect(output).toContain('gateway ready'), { timeout: 15_000 }),
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

const residentBytes = async (port: number) => {
  const { text: metrics } = await send(port, '/metrics');
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)![1]);
};

describe('the process', () => {
  test('streams 200 MB up and down in bounded memory, counts, and stops in order', async () => {
    const gateway = await startProcess();
    await gateway.ready();
    const headers = { host: 'localhost', authorization: `Bearer ${token}` };
    const before = await residentBytes(gateway.metrics);
    const block = Buffer.alloc(1024 * 1024, 'summit');
    const hash = createHash('sha256');
    let most = 0;
    const watch = setInterval(async () => {
      most = Math.max(most, await residentBytes(gateway.metrics).catch(() => 0));
    }, 50);

    const upload = httpRequest({
      host: '127.0.0.1',
      port: gateway.api,
      path: '/api/upload',
      method: 'POST',
      headers,
    });
    Readable.from(
      (function* () {
        for (let megabyte = 0; megabyte < 200; megabyte++) {
          hash.update(block);
          yield block;
        }
      })(),
    ).pipe(upload);
    const [response] = await once(upload, 'response');
    expect(await json(response)).toEqual({ bytes: 200 * 1024 * 1024, sha256: hash.digest('hex') });

    const download = httpRequest({
      host: '127.0.0.1',
      port: gateway.api,
      path: `/api/download?bytes=${200 * 1024 * 1024}`,
      headers,
    });
    download.end();
    const [received] = await once(download, 'response');
    let bytes = 0;
    for await (const chunk of received) bytes += chunk.length;
    clearInterval(watch);
    expect(bytes).toBe(200 * 1024 * 1024);
    expect(most - before).toBeLessThan(100 * 1024 * 1024);

    const { text: metrics } = await send(gateway.metrics, '/metrics');
    expect(metrics).toContain('summit_http_request_seconds_count{door="program",route="api",status="200"} 2');
    expect((await send(gateway.metrics, '/')).status).toBe(404);

    expect(await gateway.stop()).toBe(0);
    expect(gateway.output()).not.toContain(token);
    expect(gateway.output()).not.toContain(secrets.jwt);
  }, 120_000);

  test('finishes what is on its way before it stops', async () => {
    const gateway = await startProcess();
    await gateway.ready();
    const upload = httpRequest({
      host: '127.0.0.1',
      port: gateway.api,
      path: '/api/upload',
      method: 'POST',
      headers: { host: 'localhost', authorization: `Bearer ${token}` },
    });
    upstream.seen.length = 0;
    upload.write('first ');
    await vi.waitFor(() => expect(upstream.seen).toHaveLength(1));
    const stopped = gateway.stop();
    await vi.waitFor(() => expect(gateway.output()).toContain('stopping'));
    upload.end('second');
    const [response] = await once(upload, 'response');
    expect(await json(response)).toMatchObject({ bytes: 12 });
    expect(await stopped).toBe(0);
  });

  test('listens on both loopback addresses and nowhere else', async () => {
    const gateway = await startProcess();
    await gateway.ready();
    for (const address of ['127.0.0.1', '[::1]']) {
      expect((await fetch(`http://${address}:${gateway.api}/healthz`)).status).toBe(200);
    }
    await gateway.stop();
  });

  test('refuses to listen beyond loopback without a provider, and says so plainly', async () => {
    const gateway = await startProcess({ SUMMIT_BIND: '0.0.0.0' });
    expect(await gateway.exited).toBe(2);
    expect(gateway.output()).toContain('SUMMIT_BIND is open to others (0.0.0.0), which needs OIDC_ISSUER.');
  });

  test('says which port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as { port: number };
    const gateway = await startProcess({ GATEWAY_PORT: String(port) });
    expect(await gateway.exited).toBe(1);
    expect(gateway.output()).toContain(`"port":${port}`);
    taken.close();
  });
});

describe('under TLS', () => {
  test('both doors speak it, cookies are bound to the host, and browsers are told to stay', async () => {
    const { key, cert } = selfSigned();
    await writeFile(join(folder, 'key.pem'), key);
    await writeFile(join(folder, 'cert.pem'), cert);
    const gateway = await startProcess({
      TLS_KEY_PATH: join(folder, 'key.pem'),
      TLS_CERT_PATH: join(folder, 'cert.pem'),
    });
    await gateway.ready();

    const ask = async (port: number, path: string, asked: { method?: string; headers?: object } = {}) => {
      const request = httpsRequest({
        host: '127.0.0.1',
        port,
        path,
        method: asked.method ?? 'GET',
        ca: cert,
        servername: 'localhost',
        headers: { host: `localhost:${port}`, accept: 'text/html', ...asked.headers },
      });
      request.end();
      const [response] = await once(request, 'response');
      return { status: response.statusCode, headers: response.headers, text: await text(response) };
    };

    expect((await ask(gateway.api, '/healthz')).headers['strict-transport-security']).toBe(
      'max-age=31536000',
    );
    const user = upstream.addUser('Tess');
    const origin = `https://localhost:${gateway.ui}`;
    const jar = new Map<string, string>();
    let path = `/auth/link/${upstream.addLink(user)}`;
    let asked: { method?: string; headers?: object } = { method: 'POST', headers: { origin } };
    let session = '';
    for (let hops = 0; hops < 10 && path !== '/'; hops++) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await ask(gateway.ui, path, { ...asked, headers: { ...asked.headers, cookie } });
      expect(answer.status, `${path} ${answer.text}`).toBe(303);
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
        expect(line).toMatch(/; secure/i);
        jar.set(name!, value!);
        if (name!.endsWith('-session') && name!.startsWith('__Host-')) session = line;
      }
      path = answer.headers.location.replace(origin, '');
      asked = {};
    }
    expect(session).toMatch(
      /^__Host-summit-[0-9a-f]{10}-session=[\w-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
    );

    const old = connect({
      host: '127.0.0.1',
      port: gateway.ui,
      ca: cert,
      servername: 'localhost',
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
    });
    await expect(once(old, 'secureConnect')).rejects.toThrow();
    expect(await gateway.stop()).toBe(0);
  });
});
