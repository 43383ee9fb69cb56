import { runCommand } from '../change/command.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';

// What golden/graph is made of, for each store: the same data, the same questions, the same answers.
export const GOLDEN = new URL('../../../../golden/graph/', import.meta.url);

const id = (number: number) => `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
const LINKS = 'links { type source target directed datasets }';

export const QUESTIONS: Record<string, string> = {
  neighbourhood: `{
  neighbourhood(input: { entityIds: ["${id(700)}"] }) {
    entities { id }
    ${LINKS}
    bounded { complete reason shown total totalIsExact }
  }
}`,
  'neighbourhood-of-a-hub': `{
  neighbourhood(input: { entityIds: ["${id(1)}"], limit: 3, types: ["owns"], direction: IN }) {
    entities { id }
    ${LINKS}
    bounded { complete reason shown total totalIsExact }
  }
}`,
  paths: `{
  paths(input: { from: "${id(700)}", to: "${id(1999)}", k: 2 }) {
    paths { hops entityIds }
    ${''}bounded { complete reason shown total totalIsExact }
  }
}`,
  'common-neighbours': `{
  commonNeighbours(input: { entityIds: ["${id(151)}", "${id(201)}"] }) {
    neighbours { entity { id } ${LINKS} }
    bounded { complete reason shown total totalIsExact }
  }
}`,
};

/** 2,000 people in a ring with chords; each owns one of 50 of them, so that those are hubs; some are judged the same. */
export async function fillGolden(ctx: Context): Promise<number> {
  const { tenant } = ctx.scope;
  const { change } = await runCommand(ctx, { action: 'test.filled' }, async (tx) => {
    const at = (number: string) =>
      sql.raw(`(lpad(to_hex(${number}), 8, '0') || '-0000-4000-8000-000000000000')::uuid`);
    await tx.execute(sql`insert into datasets (tenant_id, id, since_change, key, title)
      values (${tenant}, ${id(0)}, ${tx.change}, 'ring', 'Ring')`);
    await tx.execute(sql`
      insert into records (tenant_id, id, dataset_id, since_change, schema, caption, props, marking, digest, tokens, countries)
      select ${tenant}, ${at('n')}, ${id(0)}, ${tx.change}, 'Person', 'Person ' || n, '{}', 1, '', '{}', '{}' from generate_series(1, 2000) n`);
    const link = (kind: number, type: string, target: string) => sql`
      insert into relationships (tenant_id, id, dataset_id, since_change, type, source_record, target_record, props, marking, digest)
      select ${tenant}, ${at(`n + ${kind * 65536}`)}, ${id(0)}, ${tx.change}, ${type}, ${at('n')}, ${at(target)}, '{}', 1, ''
      from generate_series(1, 2000) n`;
    await tx.execute(link(1, 'knows', 'n % 2000 + 1'));
    await tx.execute(link(2, 'knows', '(n * 7) % 2000 + 1'));
    await tx.execute(link(3, 'called', '(n * 13) % 2000 + 1'));
    await tx.execute(link(4, 'owns', 'n % 50 + 1'));
    await tx.execute(sql`
      insert into cluster_members (tenant_id, id, since_change, cluster_id)
      select ${tenant}, ${at('n')}, ${tx.change}, ${at('n - n % 2')} from generate_series(1000, 1099) n`);
    await tx.execute(sql`
      insert into clusters (tenant_id, id, since_change, dataset_ids, marking, size)
      select ${tenant}, ${at('n')}, ${tx.change}, array[${id(0)}]::uuid[], 1, 2 from generate_series(1000, 1098, 2) n`);
  });
  return change!;
}
