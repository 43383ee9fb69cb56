import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { asking } from '../asking.ts';
import { until } from '../until.ts';
import { some } from './length.ts';
import { metricOf } from './processes.ts';
import { openStage, type Round, type Stage } from './stage.ts';

let stage: Stage;
let replica: NonNullable<Stage['replica']>;

beforeAll(async () => {
  stage = await openStage({ stores: ['postgres'], replica: true });
  replica = stage.replica!;
});
afterAll(() => stage?.close());
afterEach(async () => {
  replica.server.thaw();
  await replica.network.heal();
  await replica.feed.heal();
  await replica.server.start();
});

const readsOfReplica = async () =>
  (await metricOf(stage.product, 'server', 'summit_database_reads_total', '{server="replica"}')) ?? 0;

/** Else all that is said here were said of the primary alone. */
async function expectReplicaToAnswer(): Promise<void> {
  const before = await readsOfReplica();
  await until('the replica answers', 60_000, async () => (await readsOfReplica()) > before);
}

/** Whoever writes sees it at once, and whoever is asked about it afterwards decides by it. */
async function expectOwnWritesToBeSeen({ world }: Round): Promise<void> {
  const query = asking(stage.product.api, world.ben.token);
  for (let n = 0; n < 10; n++) {
    const { createInvestigation } = await query<{ createInvestigation: { ids: string[] } }>(
      'mutation($title: String!) { createInvestigation(input: { title: $title }) { ids } }',
      { title: `Own ${n}` },
    );
    const id = createInvestigation.ids[0]!;
    const { investigation } = await query<{ investigation: { title: string } | null }>(
      'query($id: ID!) { investigation(id: $id) { title } }',
      { id },
    );
    expect(investigation).toEqual({ title: `Own ${n}` });
    await query(
      'mutation($input: UpdateInvestigationInput!) { updateInvestigation(input: $input) { ids } }',
      {
        input: { id, title: `Decided ${n}` },
      },
    );
  }
}

test('it answers, and a replica that shows an earlier moment is asked neither by who has just written nor for decisions', async () => {
  const round = await stage.begin('Replica behind');
  await expectReplicaToAnswer();
  await expectOwnWritesToBeSeen(round);
  await replica.server.pause();
  await expectOwnWritesToBeSeen(round);
  await round.edits(10);
  await replica.server.resume();
  await expectReplicaToAnswer();
  await round.end();
});

test.each(some(['killed'] as const, ['frozen', 'dropped', 'half-open', 'torn', 'slow'] as const))(
  '%s',
  async (fault) => {
    const round = await stage.begin(`Replica ${fault}`);
    if (fault === 'killed') await replica.server.kill();
    if (fault === 'frozen') replica.server.freeze();
    if (fault === 'dropped') replica.network.drop();
    if (fault === 'half-open') replica.network.halfOpen();
    if (fault === 'slow') replica.network.latency(2_000);
    for (let n = 0; n < 5; n++) {
      if (fault === 'torn') replica.network.reset();
      await round.answers('page', 2);
      await round.edits(1);
    }
    await expectOwnWritesToBeSeen(round);
    replica.server.thaw();
    await replica.network.heal();
    await replica.server.start();
    await expectReplicaToAnswer();
    await round.end();
  },
);
