import type { Config } from '@summit/process/config';
import { createLoggerTo } from '@summit/process/log';
import { openRedis } from '@summit/process/openRedis';
import type { Finding } from './doctor.ts';

const about = 'Redis';
const TRIES = 5;

/** What Redis says of itself, as far as it matters here. */
export interface RedisSelf {
  version: string;
  /** Bytes; 0 is without limit. */
  maxMemory: number;
  usedMemory: number;
  policy: string;
}

/** Looks whether Redis, where it is configured, can be reached and is set up as a cache. */
export async function redisFindings(config: Config): Promise<Finding[]> {
  const redis = await openRedis(
    config,
    createLoggerTo(() => {}, 'doctor'),
    'summit-doctor',
  );
  if (!redis) return [];
  try {
    await redis.run();
    const code = await redis.check().then(
      () => undefined,
      (error: { code: string }) => error.code,
    );
    if (code !== undefined && code !== 'OOM') return [judgeCode(code)];
    for (let tries = 1; ; tries++) {
      try {
        return judgeRedis(selfOf(await redis.ask((client) => client.info())));
      } catch (error) {
        if (tries === TRIES) throw error;
      }
    }
  } catch (error) {
    return [judgeCode(String((error as { code?: unknown }).code ?? 'FAILED'))];
  } finally {
    await redis.stop();
  }
}

function selfOf(info: string): RedisSelf {
  const told = new Map(info.split('\r\n').map((line) => line.split(':', 2) as [string, string]));
  return {
    version: told.get('redis_version') ?? '',
    maxMemory: Number(told.get('maxmemory') ?? 0),
    usedMemory: Number(told.get('used_memory') ?? 0),
    policy: told.get('maxmemory_policy') ?? '',
  };
}

/** Why it cannot be used at all. */
export function judgeCode(code: string): Finding {
  if (code === 'WRONGPASS' || code === 'NOAUTH')
    return {
      about,
      problem: code === 'NOAUTH' ? 'It wants a password, and none is set.' : 'The password is wrong.',
      mend: 'Correct the one in REDIS_URL, or REDIS_PASSWORD.',
    };
  if (/CERT|SIGNATURE|ISSUER|SSL|TLS/.test(code))
    return {
      about,
      problem: `Its certificate is not trusted (${code}).`,
      mend: 'Name the certificate of its authority in STORE_CA_PATH, and Redis by the name in its certificate.',
    };
  return {
    about,
    problem: `It does not answer (${code}).`,
    mend: 'Start it, or correct REDIS_URL (REDIS_HOST, REDIS_PORT); empty, Summit runs without it.',
  };
}

const FULL = 0.9;
const asCache = 'In its settings: maxmemory-policy volatile-lfu';

/** What is wrong with a Redis that answers. Summit is right under any of these: what follows is about speed and sharing. */
export function judgeRedis({ version, maxMemory, usedMemory, policy }: RedisSelf): Finding[] {
  const findings: Finding[] = [];
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 6 || (major === 6 && minor < 2))
    findings.push({ about, problem: `Version ${version} is too old.`, mend: 'Bring version 6.2 or later.' });
  if (maxMemory === 0)
    findings.push({
      about,
      problem: 'Its memory has no limit: it may take all of its machine.',
      mend: 'In its settings: maxmemory 256mb (or more), maxmemory-policy volatile-lfu',
      warning: true,
    });
  else if (policy === 'noeviction') {
    const share = usedMemory / maxMemory;
    const isFull = share >= FULL;
    findings.push({
      about,
      problem: isFull
        ? `It is full (${Math.round(share * 100)} %) and evicts nothing (noeviction): each gateway counts limits by itself, and no further answer is kept.`
        : 'It evicts nothing (noeviction): once full, it refuses every write.',
      mend: asCache,
      warning: !isFull,
    });
  }
  return findings;
}
