import { isLoopback } from './loopback.ts';

type Values = Readonly<Record<string, unknown>>;

/** What is missing or contradicts itself in the settings of Neo4j, and what production refuses. */
export function neo4jProblems(values: Values): string[] {
  const address = values.NEO4J_URI as string | undefined;
  if (!address) {
    return values.NEO4J_PASSWORD === undefined ? [] : ['NEO4J_PASSWORD is set, but NEO4J_URI is empty.'];
  }
  const problems: string[] = [];
  const { protocol, hostname, pathname, search, username } = new URL(address);
  if (hostname === '') problems.push('NEO4J_URI names no host.');
  if (username !== '') problems.push('NEO4J_URI holds a login; set NEO4J_USER and NEO4J_PASSWORD instead.');
  if (!/^\/?$/.test(pathname) || search !== '')
    problems.push('NEO4J_URI ends with the port at most, such as bolt://localhost:7687.');
  if (values.NEO4J_PASSWORD === undefined) problems.push('NEO4J_PASSWORD is missing, but NEO4J_URI is set.');
  if (values.NODE_ENV === 'production' && !protocol.includes('+s') && !isLoopback(hostname))
    problems.push('NEO4J_URI is not encrypted; production needs bolt+s:// or neo4j+s://.');
  return problems;
}
