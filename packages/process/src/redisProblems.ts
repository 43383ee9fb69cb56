import { isLoopback } from './loopback.ts';

type Values = Readonly<Record<string, unknown>>;

const besideHost = ['REDIS_PORT', 'REDIS_PASSWORD', 'REDIS_TLS'] as const;

/** What contradicts itself in the settings of Redis, and what production refuses. */
export function redisProblems(values: Values): string[] {
  const { REDIS_URL: address, REDIS_HOST: host } = values as { REDIS_URL?: string; REDIS_HOST?: string };
  const problems: string[] = [];
  if (address && host)
    problems.push('REDIS_URL and REDIS_HOST are both set; one of them says where Redis is.');
  for (const name of besideHost.filter((each) => values[each] && !host))
    problems.push(
      address
        ? `${name} goes with REDIS_HOST, but REDIS_URL is set; write it into the address.`
        : `${name} is set, but REDIS_HOST is empty.`,
    );
  if (values.CACHE_STRATEGY === 'redis' && !address && !host)
    problems.push('CACHE_STRATEGY is redis, but neither REDIS_URL nor REDIS_HOST is set.');
  if (address) problems.push(...addressProblems(new URL(address)));
  const place = address ? new URL(address) : undefined;
  const open = place ? place.protocol === 'redis:' : host !== undefined && values.REDIS_TLS !== true;
  const where = place?.hostname ?? host ?? '';
  if (values.NODE_ENV === 'production' && open && !isLoopback(where))
    problems.push(
      `${place ? 'REDIS_URL' : 'REDIS_HOST'} is not encrypted; production needs ${place ? 'rediss://' : 'REDIS_TLS=true'}.`,
    );
  return problems;
}

function addressProblems({ hostname, pathname, search }: URL): string[] {
  if (hostname === '') return ['REDIS_URL names no host.'];
  if (!/^\/?\d{0,4}$/.test(pathname) || search !== '')
    return ['REDIS_URL ends with the number of a database at most, such as redis://host:6379/0.'];
  return [];
}
