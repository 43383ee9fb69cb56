/** The generated data set (`generate.mjs` of SUMMIT_SHARED_DATA): where it is, how to make it, and what its rows say. */
import { execFile } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { referenceFolder } from '../packages/process/src/referenceFiles.ts';

export interface Size {
  entities: number;
  relationships: number;
  vocabulary?: number;
  seed?: number;
}

export interface Answers {
  paths: { from: string; to: string; hops: number; shortest_paths: number; kind: string }[];
  no_path: { from: string; to: string }[];
  as_of: { known_at: string; entities: number; relationships: number }[];
  highest_degree: { id: string; degree: number }[];
}

export type Row = Record<string, string | number>;

const run = promisify(execFile);

/** The folder with entities.ndjson, relationships.ndjson and gold/, made on first use: the same arguments give the same bytes. */
export async function generate(parent: string, size: Size): Promise<string> {
  const { entities, relationships, vocabulary = 0, seed = 1 } = size;
  const folder = join(parent, `generated-${entities}-${relationships}-${vocabulary}-${seed}`);
  if (existsSync(join(folder, 'gold/answers.json'))) return folder;
  const unfinished = `${folder}.part`;
  await rm(unfinished, { recursive: true, force: true });
  await run(process.execPath, [
    join(referenceFolder, 'generate.mjs'),
    ...['--entities', String(entities), '--relationships', String(relationships), '--seed', String(seed)],
    ...(vocabulary > 0 ? ['--vocabulary', String(vocabulary)] : []),
    ...['--format', 'ndjson', '--out', unfinished],
  ]);
  await rename(unfinished, folder);
  return folder;
}

export async function answers(folder: string): Promise<Answers> {
  return JSON.parse(await readFile(join(folder, 'gold/answers.json'), 'utf8'));
}

/** Groups of generated ids that stand for one real thing. */
export async function twins(folder: string): Promise<Map<string, string[]>> {
  const lines = (await readFile(join(folder, 'gold/clusters.csv'), 'utf8')).trim().split('\n').slice(1);
  const groups = new Map<string, string[]>();
  for (const line of lines) {
    const [id, cluster] = line.split(',') as [string, string];
    const group = groups.get(cluster);
    if (group) group.push(id);
    else groups.set(cluster, [id]);
  }
  return groups;
}

export async function* rows(folder: string, name: 'entities' | 'relationships'): AsyncGenerator<Row> {
  for await (const line of createInterface({ input: createReadStream(join(folder, `${name}.ndjson`)) })) {
    yield JSON.parse(line) as Row;
  }
}
