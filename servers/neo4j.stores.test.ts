import neo4j from 'neo4j-driver';
import { describe, expect, test } from 'vitest';
import { makeCertificates } from './certificates.ts';
import { type Neo4j, startNeo4j } from './neo4j.ts';
import { exercise } from './server.suite.ts';

async function query(
  { url, user, password }: Pick<Neo4j, 'url' | 'user' | 'password'>,
  cypher: string,
  parameters: object = {},
  authority?: string,
): Promise<string[]> {
  const driver = neo4j.driver(url, neo4j.auth.basic(user, password), {
    // Longer than what a test holds it still for.
    connectionTimeout: 10_000,
    // A server that is not there is told at once, not after half a minute of trying.
    maxTransactionRetryTime: 0,
    ...(authority && { trust: 'TRUST_CUSTOM_CA_SIGNED_CERTIFICATES', trustedCertificates: [authority] }),
    ...(authority && { encrypted: 'ENCRYPTION_ON' }),
  });
  try {
    const { records } = await driver.executeQuery(cypher, parameters);
    return records.map((record) => record.get('value') as string);
  } finally {
    await driver.close();
  }
}

const clientOf = (server: Neo4j) => ({
  put: async (value: string) =>
    void (await query(server, 'create (n:Kept {value: $value}) return n.value as value', { value })),
  values: () => query(server, 'match (n:Kept) return n.value as value'),
});

describe('Neo4j', () => exercise(() => startNeo4j(), clientOf));

test('TLS: whoever trusts its authority is answered, others refuse it; routing leads back to it', async () => {
  const tls = await makeCertificates();
  const other = await makeCertificates();
  const server = await startNeo4j({ tls });
  try {
    expect(server.variables()).toEqual({
      NEO4J_URI: `bolt+s://127.0.0.1:${server.port}`,
      NEO4J_USER: 'neo4j',
      NEO4J_PASSWORD: server.password,
      STORE_CA_PATH: tls.authorityPath,
    });
    const ask = (scheme: string, authority?: string) =>
      query(
        { ...server, url: `${scheme}://127.0.0.1:${server.port}` },
        'return "yes" as value',
        {},
        authority,
      );
    expect(await ask('bolt', tls.authorityPath)).toEqual(['yes']);
    expect(await ask('neo4j', tls.authorityPath)).toEqual(['yes']);
    await expect(ask('bolt', other.authorityPath)).rejects.toThrow();
    await expect(ask('bolt+s')).rejects.toThrow();
    await expect(ask('bolt')).rejects.toThrow();
  } finally {
    await server.close();
    await Promise.all([tls.remove(), other.remove()]);
  }
});
