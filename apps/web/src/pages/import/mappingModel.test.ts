import { expect, test } from 'vitest';
import { readModel, withColumn, withSchema } from './mappingModel.ts';

const people = `# Guessed
values: exact
queries:
  - entities:
      record:
        schema: Person
        id_column: no
        properties:
          birthDate: { column: dob, format: "%d.%m.%Y" }
          name: { template: "{{first}} {{last}}" }
        rest: keep
`;
const columns = ['no', 'first', 'last', 'dob', 'town'];

test('every column says what it becomes', () => {
  const model = readModel(people, columns)!;
  expect(model).toMatchObject({
    kind: 'record',
    schema: 'Person',
    made: [{ name: 'name', from: 'first last' }],
  });
  expect(model.becomes.no).toEqual({ as: 'key' });
  expect(model.becomes.dob).toEqual({ as: 'property', name: 'birthDate' });
  expect(model.becomes.town).toEqual({ as: 'property', name: 'town' });
});

test('one column can be left out without losing the others that were kept by themselves', () => {
  const model = readModel(withColumn(people, columns, 'town', { as: 'left out' }), columns)!;
  expect(model.becomes.town).toEqual({ as: 'left out' });
  expect(model.becomes.first).toEqual({ as: 'property', name: 'first' });
  expect(model.becomes.no).toEqual({ as: 'key' });
});

test('a date keeps its format, and two columns may say one property', () => {
  const yaml = withColumn(people, columns, 'town', { as: 'property', name: 'birthDate' });
  expect(yaml).toContain('# Guessed');
  expect(yaml).toContain('%d.%m.%Y');
  const model = readModel(yaml, columns)!;
  expect(model.becomes.town).toEqual({ as: 'property', name: 'birthDate' });
  expect(model.becomes.dob).toEqual({ as: 'property', name: 'birthDate' });
});

test('links have two ends that can be moved', () => {
  const links =
    'queries:\n  - links:\n      link:\n        type: Payment\n        source: { column: a }\n        target: { column: b }\n';
  const moved = readModel(withColumn(links, ['a', 'b', 'c'], 'c', { as: 'target' }), ['a', 'b', 'c'])!;
  expect(moved.becomes).toEqual({ a: { as: 'source' }, b: { as: 'left out' }, c: { as: 'target' } });
  expect(readModel(withSchema(links, 'Ownership'), ['a'])!.schema).toBe('Ownership');
});

test('what only YAML can say is left to YAML', () => {
  expect(
    readModel('queries:\n  - entities: {a: {schema: Person}, b: {schema: Company}}\n', []),
  ).toBeUndefined();
  expect(readModel(': not yaml :', [])).toBeUndefined();
});
