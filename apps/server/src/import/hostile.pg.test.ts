import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { read } from '../change/read.ts';
import type { Context } from '../context.ts';
import { startTenant, testDatabase } from '../database/testing.ts';
import { digest } from '../digest/digest.queries.ts';
import { exportFacts } from '../export/exportFacts.ts';
import { keepFile } from '../file/file.commands.ts';
import { recognise } from './format/recognise.ts';
import { startImport, undoImport } from './import.commands.ts';
import { importTesting, shared } from './testing.ts';

const database = await testDatabase();
const { home, settled } = await importTesting(database);
const place = { home, most: 1e9, quota: 1e10 };
const nothing = '0'.repeat(64);

/** As a person would bring it: recognised, mapped by guess. Undefined when it was refused before any work. */
async function bring(ctx: Context, content: Buffer, name: string) {
  const file = await keepFile(ctx, place, name, Readable.from([content]));
  const read = await recognise(ctx, { fileId: file.id }).catch((error: { code: string }) => {
    expect(['FORMAT_UNKNOWN', 'FILE_DAMAGED', 'MAPPING_INVALID', 'INPUT_INVALID']).toContain(error.code);
  });
  return read && settled(ctx, await startImport(ctx, { fileId: file.id, dataset: 'hostile', ...read }));
}

const files = ['csv', 'csv-spectrum', 'svg-xml', 'archives'].flatMap((folder) =>
  readdirSync(shared('hostile', folder)).map((name) => [folder, name] as const),
);

test('every hostile file ends in rejects or in one clear error, and what it left is undone to nothing', {
  timeout: 240_000,
}, async () => {
  const ctx: Context = { ...(await startTenant(database.db)), files: place };
  for (const [folder, name] of files) {
    const done = await bring(ctx, await readFile(shared('hostile', folder, name)), name);
    if (!done) continue;
    if (done.state === 'failed') {
      expect([name, done.error!.code]).toEqual([
        name,
        expect.stringMatching(/^(FILE_DAMAGED|MAPPING_INVALID|INPUT_INVALID)$/),
      ]);
    } else {
      expect([name, done.state]).toEqual([name, 'done']);
      const { rows, rejects, metadata, superseded } = done.result!;
      expect(rejects + metadata + superseded).toBeLessThanOrEqual(rows);
    }
    await undoImport(ctx, done.id);
    expect([name, (await settled(ctx, done.id)).state]).toEqual([name, 'undone']);
    expect((await read(ctx, undefined, (tx) => digest(tx))).content).toBe(nothing);
  }
});

test('text is stored and given back character by character', async () => {
  const ctx: Context = { ...(await startTenant(database.db)), files: place };
  const lines = [
    ...(await readFile(shared('hostile/blns.ndjson'), 'utf8')).split('\n'),
    ...gunzipSync(await readFile(shared('hostile/payloads.ndjson.gz')))
      .toString('utf8')
      .split('\n'),
  ].filter((line) => line !== '');
  const texts = new Map(lines.map((line, at) => [`n${at}`, String(Object.values(JSON.parse(line)).at(-1))]));
  const entities = [...texts].map(([id, value]) =>
    JSON.stringify({ id, schema: 'Note', properties: { title: [id], description: [value] } }),
  );
  const done = await bring(ctx, Buffer.from(entities.join('\n')), 'strings.json');
  const storable = [...texts].filter(
    ([, value]) => value !== '' && !value.includes('\0') && value.isWellFormed(),
  );
  expect(done!.result!.rows).toBe(texts.size);
  const { parts } = await exportFacts(ctx, { format: 'json', dataset: 'hostile' });
  const { records } = JSON.parse(await text(Readable.from(parts()))) as {
    records: { props: { title: string[]; description?: string[] } }[];
  };
  const found = new Map(records.map(({ props }) => [props.title[0]!, props.description?.[0]]));
  // White space alone is no value.
  for (const [id, value] of storable)
    expect([id, found.get(id)]).toEqual([id, value.trim() === '' ? undefined : value]);
});

test('the JSON parsing suite gives facts or rejects, never a crash', { timeout: 120_000 }, async () => {
  const ctx: Context = { ...(await startTenant(database.db)), files: place };
  const suite = gunzipSync(await readFile(shared('hostile/json-test-suite.ndjson.gz')))
    .toString('utf8')
    .trim()
    .split('\n');
  for (const line of suite) {
    const { name, bytes_base64 } = JSON.parse(line) as { name: string; bytes_base64: string };
    const done = await bring(ctx, Buffer.from(bytes_base64, 'base64'), name);
    if (done?.error)
      expect([name, done.error.code]).toEqual([
        name,
        expect.stringMatching(/^(FILE_DAMAGED|MAPPING_INVALID|INPUT_INVALID)$/),
      ]);
  }
});
