import { type Config, readConfig } from '@summit/process/config';
import { SummitError, toPublic } from '@summit/process/errors';
import { createLoggerTo } from '@summit/process/log';
import { openRedis } from '@summit/process/openRedis';
import { Revocations } from '@summit/process/revocations.redis';
import { databaseCommands } from './database/database.operator.ts';
import { Database } from './database/database.ts';
import { whyNot } from './database/whyNot.ts';
import { digestCommands } from './digest/digest.operator.ts';
import { identityCommands, type OperatorCommand } from './identity/identity.operator.ts';
import { ingestCommands } from './ingest/ingest.operator.ts';
import { projectionCommands } from './projection/projection.operator.ts';

const commands: Record<string, OperatorCommand> = {
  ...identityCommands,
  ...digestCommands,
  ...databaseCommands,
  ...ingestCommands,
  ...projectionCommands,
};

/** Role `operator`: what only who holds the machine may do. Prints one line of JSON; exits 1 when refused. */
export async function run([name = '', ...words]: string[]): Promise<void> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || words.includes('--help')) {
    const lines = command ? [command] : Object.values(commands);
    process.stdout.write(`${lines.map(({ usage, help }) => `${usage}\n    ${help}`).join('\n')}\n`);
    process.exitCode = command ? 0 : 2;
    return;
  }
  const config = readConfig(process.env, ['DATABASE_OWNER_URL', 'ENCRYPTION_KEY']);
  const db = new Database({
    url: config.DATABASE_OWNER_URL,
    asOwner: true,
    writeSize: 2,
    readSize: 2,
    applicationName: 'summit-operator',
  });
  try {
    const answer = await command.run(words, {
      db,
      publicUrl: config.SUMMIT_PUBLIC_URL,
      positionSecret: Buffer.from(config.ENCRYPTION_KEY, 'hex'),
    });
    if (command.revokes) await tellGateways(config);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  } catch (error) {
    if (!(error instanceof SummitError)) throw error;
    const told = toPublic(error, 'operator');
    const message = error.code === 'DATABASE_UNAVAILABLE' ? whyNot(error.cause) : told.message;
    process.stderr.write(`${JSON.stringify({ error: { ...told, message } })}\n`);
    process.exitCode = 1;
  } finally {
    await db.close();
  }
}

/** Without Redis, or where it is away, they find out by themselves within 5 seconds. */
async function tellGateways(config: Config): Promise<void> {
  const silent = createLoggerTo(() => {}, 'operator');
  const redis = await openRedis(config, silent, 'summit-operator');
  if (!redis || config.SESSION_SECRET === undefined) return;
  await redis.run();
  await new Revocations(redis, config.SESSION_SECRET).announce();
  await redis.stop();
}
