import { expect, test } from 'vitest';
import { isUnasked } from './unasked.ts';

test('a key takes back unasked what was done to the data, and nothing else', () => {
  const work = [
    ...['entity.created', 'entity.updated', 'entity.split', 'relationship.deleted', 'judgement.recorded'],
    ...['note.written', 'items.added', 'items.arranged', 'investigation.updated', 'investigation.copied'],
  ];
  const other = [
    ...['member.set', 'member.removed', 'user.added', 'user.disabled', 'ingest.granted', 'schema.defined'],
    ...['dataset.updated', 'dataset.removed', 'import.written', 'ingest.written', 'file.removed'],
  ];
  expect(work.filter((action) => !isUnasked(action))).toEqual([]);
  expect(other.filter(isUnasked)).toEqual([]);
});
