import { createHash, createHmac } from 'node:crypto';
import type { RedisConnection } from '@summit/process/connection.redis';
import { deriveBytes } from '@summit/process/keys';
import { metrics } from '@summit/process/metrics';
import { memoryCounters, type Standing } from './counters.memory.ts';
import type { MakeCounters } from './counters.ts';

/**
 * Counts `ARGV[4]` requests (none: it is only looked at) in the window that is open, or in a new one of `ARGV[3]` ms. `ARGV[1]`
 * is what the asking gateway knows was counted in the window that has `ARGV[2]` ms left: a Redis that was emptied or has evicted
 * the key goes on from there. In one script, so that a window never stays without an end. Whatever somebody else wrote there
 * counts for nothing where it is no number of requests, and for no longer than a window.
 */
const script = `
local known, knownLeft, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local left = redis.call('PTTL', KEYS[1])
local isOpen, isEndless = left > 0, left > longest
local count = isOpen and tonumber(redis.call('GET', KEYS[1])) or 0
if not (count >= 0 and count < 2^53) then count = 0 end
if isEndless then left = longest elseif not isOpen then left = known > 0 and knownLeft or longest end
count = math.max(count, known) + ARGV[4]
if ARGV[4] ~= '0' or isEndless then
  local shown = string.format('%.0f', count)
  if isOpen and not isEndless then redis.call('SET', KEYS[1], shown, 'KEEPTTL')
  else redis.call('SET', KEYS[1], shown, 'PX', left) end
end
return {count, left}`;
const scriptHash = createHash('sha1').update(script).digest('hex');

/**
 * Counters that all gateways share. Each gateway also keeps what it was told: where Redis does not answer it goes on from that
 * by itself, so that a limit holds whatever Redis does, for each gateway at least. Keys name nobody: they are hashed under the
 * installation's secret, which also keeps two installations at one Redis apart.
 */
export function sharedCounters(redis: RedisConnection, sessionSecret: string): MakeCounters {
  const hashKey = deriveBytes(sessionSecret, 'shared limits');

  return (name, limit, windowMs) => {
    const own = memoryCounters(limit, windowMs);
    const nameOf = (key: string): string => {
      const hash = createHmac('sha256', hashKey).update(`${name} ${key}`).digest('base64url').slice(0, 22);
      return `summit:limit:${name}:${hash}`;
    };

    async function ask(key: string, requests: 0 | 1): Promise<Standing> {
      const known = own.standing(key);
      const given = [known?.count ?? 0, Math.ceil(known?.leftMs ?? 0), windowMs, requests].map(String);
      const asked = { keys: [nameOf(key)], arguments: given };
      const sentAt = performance.now();
      const [count, leftMs] = (await redis.ask(async (client) => {
        try {
          return await client.evalSha(scriptHash, asked);
        } catch (error) {
          if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
          return client.eval(script, asked);
        }
      })) as [number, number];
      // From when it was sent: a window must not seem to last longer here than there.
      return { count, leftMs: leftMs - (performance.now() - sentAt) };
    }

    return {
      async take(key) {
        const known = own.standing(key);
        // Refused until the window ends: a flood of refused requests costs Redis nothing.
        if (known && known.count >= limit) return own.take(key);
        try {
          return own.learn(key, await ask(key, 1));
        } catch {
          metrics.redisFallbacks.inc({ use: 'limits' });
          return own.take(key);
        }
      },
      async peek(key) {
        const known = own.standing(key);
        if (known && known.count >= limit) return own.peek(key);
        try {
          const standing = await ask(key, 0);
          if (standing.count > 0) own.learn(key, standing);
        } catch {
          metrics.redisFallbacks.inc({ use: 'limits' });
        }
        return own.peek(key);
      },
    };
  };
}
