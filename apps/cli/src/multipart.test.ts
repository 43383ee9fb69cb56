import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { upload } from './multipart.ts';

let folder: string;
let server: Server | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'summit-upload-'));
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A receiver that reads the form with the platform's own parser. */
async function receiver(): Promise<{ url: string; form: Promise<FormData> }> {
  let take: (form: FormData) => void;
  const form = new Promise<FormData>((done) => {
    take = done;
  });
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = { 'content-type': request.headers['content-type']! };
    take(await new Response(Buffer.concat(chunks), { headers }).formData());
    response.writeHead(202).end('{"import":{"id":"i1"}}');
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server!.once('listening', done));
  return { url: `http://127.0.0.1:${(server!.address() as AddressInfo).port}/`, form };
}

test('fields and a large file arrive byte for byte', async () => {
  const bytes = Buffer.alloc(3_000_000, 'Łukasz "x"\r\n--summit');
  const path = join(folder, 'data.ndjson');
  await writeFile(path, bytes);
  const { url, form } = await receiver();
  const answer = await upload({ url, headers: {}, fields: { dataset: 'a', mode: 'MERGE' }, path });
  expect(answer).toEqual({ status: 202, body: '{"import":{"id":"i1"}}' });
  const found = await form;
  expect(found.get('dataset')).toBe('a');
  const file = found.get('file') as File;
  expect(file.name).toBe('data.ndjson');
  expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
});

test('a refusal that comes before the file is sent is read', async () => {
  const path = join(folder, 'big.csv');
  await writeFile(path, Buffer.alloc(20_000_000));
  server = createServer((_request, response) => {
    response.writeHead(413).end('{"error":{"message":"too large"}}');
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server!.once('listening', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect((await upload({ url, headers: {}, fields: {}, path })).status).toBe(413);
});

test('a file that is not there is an error of its own', async () => {
  const { url } = await receiver();
  await expect(upload({ url, headers: {}, fields: {}, path: join(folder, 'none') })).rejects.toThrow(
    'ENOENT',
  );
});
