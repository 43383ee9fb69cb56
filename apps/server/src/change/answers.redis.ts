import type { RedisConnection } from '@summit/process/connection.redis';
import type { AnswerStore } from './answers.ts';

/** Answers in Redis: each has an end, so that any eviction policy may take it, and whatever is gone is asked anew. */
export const redisAnswers = (redis: RedisConnection): AnswerStore => ({
  get: async (key, most) => {
    const value = await redis.askBytes((client) => client.getRange(key, 0, most - 1));
    return value?.length ? value : undefined;
  },
  set: async (key, value, keepMs) => {
    await redis.askBytes((client) => client.set(key, value, { expiration: { type: 'PX', value: keepMs } }));
  },
});
