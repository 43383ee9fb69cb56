import type { Config } from './config.ts';
import type { RedisConnection } from './connection.redis.ts';
import type { Logger } from './log.ts';
import { redisSettings } from './redisSettings.ts';

/**
 * The connection of a process, not begun yet; undefined where Redis is not configured: then its client, 20 MB, is not even
 * loaded. `name` is what Redis lists it by. Throws ConfigError when STORE_CA_PATH cannot be read.
 */
export async function openRedis(
  config: Config,
  log: Logger,
  name: string,
): Promise<RedisConnection | undefined> {
  const settings = redisSettings(config);
  if (!settings) return undefined;
  const { RedisConnection } = await import('./connection.redis.ts');
  return new RedisConnection({ settings, log, name });
}
