import { afterAll, beforeAll, expect, test } from 'vitest';
import { isShort } from './length.ts';
import { WARMING_ROUNDS } from './processes.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ stores: ['postgres', 'redis'] });
});
afterAll(() => stage?.close());

const ROUNDS = isShort ? 5 : 7;
const EDITS = 150;
/** Of a round that is like the one before: what a process keeps of 700 requests, an import and three faults. */
const MOST_HEAP_A_ROUND_MB = 3;
const MOST_RESIDENT_A_ROUND_MB = 15;

/** How much a process grows from one round to the next: the slope of the line that fits best. */
function growth(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const [above, below] = values.reduce(
    ([above, below], value, at) => [above + (at - middle) * (value - mean), below + (at - middle) ** 2],
    [0, 0],
  );
  return above / below;
}

test('equal rounds of load and faults leave every process as large as it was', async () => {
  for (let n = 1; n <= ROUNDS; n++) {
    const round = await stage.begin(`Memory ${n}`);
    for (let fault = 0; fault < 3; fault++) {
      await round.edits(EDITS / 3);
      stage.network.postgres.reset();
      await stage.servers.redis.kill();
      await round.answers('neighbours', 5);
      await stage.servers.redis.start();
    }
    await round.end();
  }
  for (const service of Object.keys(stage.memory[0]!)) {
    const warm = stage.memory.slice(WARMING_ROUNDS - 1).map((each) => each[service]!);
    const heap = growth(warm.map(({ heapMb }) => heapMb));
    const resident = growth(warm.map(({ residentMb }) => residentMb));
    const numbers = stage.memory.map((each) => `${each[service]!.heapMb}/${each[service]!.residentMb}`);
    console.log(
      `${service}: heap/resident MB ${numbers.join(', ')}; ${heap.toFixed(1)}/${resident.toFixed(1)} a round`,
    );
    expect(heap, `heap of ${service}`).toBeLessThan(MOST_HEAP_A_ROUND_MB);
    expect(resident, `resident memory of ${service}`).toBeLessThan(MOST_RESIDENT_A_ROUND_MB);
  }
}, 900_000);
