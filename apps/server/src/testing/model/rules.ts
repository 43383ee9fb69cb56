import { itemId, refutationId } from '../../investigation/investigation.ts';
import { judgementId, pairOf } from '../../judgement/judgement.ts';
import { type ItemRow, type JudgementRow, type RecordRow, Refused, type Row, type World } from './world.ts';

/** The ground on which acts take place. */
export interface Place {
  investigationId: string;
  notebook: string;
}

const record = (world: World, id: string): RecordRow => world.rows.get(id) as RecordRow;

export function batch(world: World, dataset: string, write: [string, string][], remove: string[]): void {
  for (const [id, name] of write) {
    world.rows.set(id, { kind: 'record', id, dataset, props: { name: [name] } } as Row);
  }
  for (const id of remove) world.rows.delete(id);
}

export function judge(world: World, a: string, b: string, verdict: string, reason: string | null): void {
  if (a === b) throw new Refused('INPUT_INVALID');
  const [left, right] = pairOf(a, b);
  if (!record(world, left) || !record(world, right)) throw new Refused('NOT_FOUND');
  const id = judgementId(left, right);
  const old = world.rows.get(id) as JudgementRow | undefined;
  world.rows.delete(id);
  const [mine, theirs] = [world.entity(left), world.entity(right)];
  const together = mine.includes(right);
  const between = world
    .of<JudgementRow>('judgement')
    .some(
      (each) =>
        each.verdict === 'different' &&
        ((mine.includes(each.left) && theirs.includes(each.right)) ||
          (mine.includes(each.right) && theirs.includes(each.left))),
    );
  if ((verdict === 'different' && together) || (verdict === 'same' && !together && between)) {
    throw new Refused('JUDGEMENT_CONTRADICTS');
  }
  const unchanged = old?.verdict === verdict && old.reason === reason;
  world.rows.set(
    id,
    unchanged ? old : ({ kind: 'judgement', id, left, right, verdict, reason, made: world.now() } as Row),
  );
}

export function split(world: World, entity: string, leaving: string[], reason: string): void {
  const members = world.entity(entity);
  if (members.length === 0) throw new Refused('NOT_FOUND');
  const some = leaving.length > 0 && leaving.length < members.length;
  if (!some || leaving.some((id) => !members.includes(id))) throw new Refused('INPUT_INVALID');
  for (const each of world.of<JudgementRow>('judgement')) {
    const crosses =
      members.includes(each.left) &&
      members.includes(each.right) &&
      leaving.includes(each.left) !== leaving.includes(each.right);
    if (each.verdict === 'same' && crosses) {
      world.rows.set(each.id, { ...each, verdict: 'different', reason, made: world.now() });
    }
  }
}

export function create(world: World, { investigationId, notebook }: Place, id: string, name: string): void {
  world.rows.set(id, { kind: 'record', id, dataset: notebook, props: { name: [name] } } as Row);
  addItem(world, investigationId, id, null);
}

export function addAlias(
  world: World,
  { notebook }: Place,
  entity: string,
  alias: string,
  fresh: string,
): void {
  const said = ownOf(world, notebook, entity);
  if (said) {
    const values = [...new Set([...(said.props.alias ?? []), alias])];
    world.rows.set(said.id, { ...said, props: { ...said.props, alias: values } } as Row);
    return;
  }
  world.rows.set(fresh, { kind: 'record', id: fresh, dataset: notebook, props: { alias: [alias] } } as Row);
  judge(world, entity, fresh, 'same', 'Written about it by hand');
}

export function removeAlias(world: World, { notebook }: Place, entity: string, alias: string): void {
  const said = ownOf(world, notebook, entity);
  if (!said?.props.alias?.includes(alias)) {
    const elsewhere = world.entity(entity).some((id) => record(world, id).props.alias?.includes(alias));
    throw new Refused(elsewhere ? 'BELONGS_TO_SOURCE' : 'INPUT_INVALID');
  }
  const { alias: values, ...others } = said.props;
  const left = values!.filter((value) => value !== alias);
  const props = left.length > 0 ? { ...others, alias: left } : others;
  world.rows.set(said.id, { ...said, props } as Row);
}

/** The notebook's record that speaks of an entity: the smallest. */
const ownOf = (world: World, notebook: string, entity: string): RecordRow | undefined =>
  world
    .entity(entity)
    .map((id) => record(world, id))
    .find(({ dataset }) => dataset === notebook);

export function reject(world: World, { investigationId, notebook }: Place, id: string, value: string): void {
  if (record(world, id).dataset === notebook) throw new Refused('INPUT_INVALID');
  const key = refutationId(investigationId, id, 'name', value);
  if (world.rows.has(key)) return;
  world.rows.set(key, { kind: 'refutation', id: key, record: id, value, made: world.now() });
}

export function restore(world: World, { investigationId }: Place, id: string, value: string): void {
  if (!world.rows.delete(refutationId(investigationId, id, 'name', value))) throw new Refused('NOT_FOUND');
}

export function deleteEntity(world: World, { investigationId, notebook }: Place, entity: string): void {
  const members = world.entity(entity);
  const own = members.filter((id) => record(world, id).dataset === notebook);
  if (own.length === 0) throw new Refused('BELONGS_TO_SOURCE');
  const [left] = members.filter((id) => !own.includes(id));
  for (const link of world.of<Row & { source: string; target: string }>('relationship')) {
    if (own.includes(link.source) || own.includes(link.target)) world.rows.delete(link.id);
  }
  const held = world.of<ItemRow>('item').filter(({ record: id }) => own.includes(id));
  const first = held.toSorted((a, b) => a.made! - b.made!)[0];
  if (first && left) {
    const id = itemId(investigationId, left);
    if (!world.rows.has(id)) world.rows.set(id, { ...first, id, record: left } as Row);
  }
  for (const { id } of held) world.rows.delete(id);
  for (const id of own) world.rows.delete(id);
}

export function link(world: World, id: string, source: string, target: string): void {
  world.rows.set(id, { kind: 'relationship', id, source, target });
}

export function addItems(world: World, { investigationId }: Place, records: string[], x: number): void {
  const already = (id: string) =>
    world.entity(id).some((each) => world.rows.has(itemId(investigationId, each)));
  const fresh = records.filter((id) => !already(id));
  // Two records of one entity in one act: both were looked at before either was there, and the first wins.
  for (const id of fresh) if (!already(id)) addItem(world, investigationId, id, x);
}

function addItem(world: World, investigationId: string, recordId: string, x: number | null): void {
  const id = itemId(investigationId, recordId);
  world.rows.set(id, { kind: 'item', id, record: recordId, x, made: world.now() });
}

/** Items that hold an entity, by whichever record, also one that is gone. */
const itemsOf = (world: World, id: string): ItemRow[] => {
  const meant = [id, ...world.entity(id)];
  return world.of<ItemRow>('item').filter((item) => meant.includes(item.record));
};

export function arrange(world: World, id: string, x: number): void {
  const held = itemsOf(world, id);
  if (held.length === 0) throw new Refused('NOT_FOUND');
  for (const item of held) world.rows.set(item.id, { ...item, x } as Row);
}

export function takeOut(world: World, id: string): void {
  const held = itemsOf(world, id);
  if (held.length === 0) throw new Refused('NOT_FOUND');
  for (const item of held) world.rows.delete(item.id);
}

export function writeNote(world: World, id: string, text: string): void {
  const old = world.rows.get(id);
  world.rows.set(id, old ? { ...old, text } : { kind: 'note', id, text, made: world.now() });
}

export function remove(world: World, id: string): void {
  if (!world.rows.delete(id)) throw new Refused('NOT_FOUND');
}
