/** Imports real files through the command line and compares what came out with what is known to be in them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFolder as data } from '../packages/process/src/referenceFiles.ts';
import { startProduct } from './product.ts';

type Counts = Record<'created' | 'updated' | 'unchanged' | 'removed', number>;
type Result = {
  records: Counts;
  relationships: Counts;
  references: Counts;
  unresolved: number;
  rejects: number;
};
type Expected = { records: number; relationships: number; references?: number; unresolved?: number };

/** Counts as stated by the sources and by docs/; each file goes into a dataset of its own. */
const known: [file: string, expected: Expected, ...options: string[]][] = [
  ['ftm/mapping/donations.ijson', { records: 184, relationships: 290, references: 103 }, '--format', 'ftm'],
  ['ftm/entities/parteispenden.ftm.ndjson', { records: 185, relationships: 291, references: 103 }],
  ['ftm/entities/t1.ftm.ndjson', { records: 7, relationships: 0, references: 2 }],
  [
    'ftm/mapping/donations.csv',
    { records: 184, relationships: 290, references: 103 },
    ...['--mapping', join(data, 'ftm/mapping/donations.yml')],
  ],
  [
    'stix/attack/enterprise-attack-18.1.stix21.json.gz',
    { records: 4723, relationships: 20_048, references: 5886, unresolved: 7 },
  ],
  ['stix/attack/mobile-attack-14.1.stix21.json.gz', { records: 355, relationships: 1832, unresolved: 1 }],
  ['stix/attack/mobile-attack-17.1.stix21.json.gz', { records: 382, relationships: 1766 }],
];

if (!existsSync(data)) {
  process.stderr.write(`The reference files are not at ${data}; set SUMMIT_SHARED_DATA.\n`);
  process.exit(1);
}

const product = await startProduct();
let passed = 0;
let failed = 0;
const expectEqual = (what: string, found: unknown, wanted: unknown) => {
  if (JSON.stringify(found) === JSON.stringify(wanted)) passed++;
  else {
    failed++;
    process.stdout.write(`✗ ${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}\n`);
  }
};

try {
  for (const [index, [file, expected, ...options]] of known.entries()) {
    const arguments_ = ['import', join(data, file), '--dataset', `real-${index}`, ...options, '--json'];
    const first = JSON.parse(await product.summit(...arguments_)) as Result;
    for (const [kind, count] of Object.entries(expected)) {
      const counts = first[kind as keyof Expected];
      expectEqual(`${file} ${kind}`, typeof counts === 'number' ? counts : counts.created, count);
    }
    expectEqual(`${file} rejects`, first.rejects, 0);
    const digest = await product.summit('digest', '--dataset', `real-${index}`, '--json');
    // The same file again changes nothing.
    const again = JSON.parse(await product.summit(...arguments_)) as Result;
    expectEqual(
      `${file} again`,
      [again.records.created, again.records.updated, again.records.unchanged],
      [0, 0, expected.records],
    );
    const contentOf = (text: string) => (JSON.parse(text) as { content: string }).content;
    expectEqual(
      `${file} digest`,
      contentOf(await product.summit('digest', '--dataset', `real-${index}`, '--json')),
      contentOf(digest),
    );
    process.stdout.write(
      `${file}: ${first.records.created} records, ${first.relationships.created} relationships\n`,
    );
  }
} catch (error) {
  failed++;
  process.stdout.write(`✗ ${(error as Error).message}\n`);
} finally {
  await product.stop();
}
process.stdout.write(`real files: ${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
