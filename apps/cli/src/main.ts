import { ConfigError } from '@summit/process/config';
import { markings, roles } from '@summit/process/internalIdentity';
import { Command, Option } from 'commander';
import { CommandError } from './installation.ts';

/** Every command by name. Their code is loaded when they run, so that `--help` is quick. */
export function program(): Command {
  const summit = new Command('summit')
    .description('Runs and uses the Summit of this clone.')
    .showHelpAfterError('(summit COMMAND --help says more)');
  const command = (usage: string, description: string) =>
    summit.command(usage).description(description).option('--json', 'print JSON for programs');

  command('up', 'start everything and say where it is').action(async (options) =>
    (await import('./up.ts')).up(options),
  );
  command('down', 'stop everything and keep the data').action(async (options) =>
    (await import('./down.ts')).down(options),
  );
  command('reset', 'stop everything and delete the data, after asking')
    .option('--yes', 'do not ask')
    .action(async (options) => (await import('./down.ts')).reset(options));
  command('status', 'show what runs')
    .alias('ps')
    .action(async (options) => (await import('./status.ts')).status(options));
  command('logs [service]', 'print and follow the logs of one process or of all')
    .option('-n, --lines <count>', 'how many past lines', '100')
    .option('-f, --follow', 'go on printing', process.stdout.isTTY ?? false)
    .option('--no-follow', 'print and leave')
    .action(async (service, options) => (await import('./logs.ts')).logs(service, options));
  command('smoke', 'wait up to 45 s for both doors, then write a fact, read it back and undo it')
    .option('--url <address>', 'another installation')
    .addOption(new Option('--token <token>', 'its API token').env('TOKEN'))
    .action(async (options) => (await import('./smoke.ts')).smoke(options));
  command('doctor', 'name each thing that is wrong, and its mend').action(async (options) =>
    (await import('./doctor.ts')).doctor(options),
  );
  command('migrate', 'bring the database up to date').action(async (options) =>
    (await import('./migrate.ts')).migrate(options),
  );

  command('import [file]', 'bring a file in, as a durable job; or give the rejected rows of one')
    .option('--dataset <key>', 'the source it belongs to; made when new. Files that belong together share it')
    .option('--format <name>', 'ftm, stix, csv, json, xlsx, graphml or gexf; recognised when left out')
    .option('--mapping <file>', 'mapping YAML for tables')
    .addOption(
      new Option('--mode <mode>', 'merge adds and updates; replace also removes')
        .choices(['merge', 'replace'])
        .default('merge'),
    )
    .option('--preview', 'read and classify the whole file, write nothing')
    .option('--confirm-removals', 'let replace remove more than 10 % of the dataset')
    .option('--rejects <import>', 'instead: the rejected rows of an import, to mend and import again')
    .option('-o, --out <file>', 'where to; standard output when left out')
    .action(async (file, options) => (await import('./import.ts')).importFile(file, options));
  command('export', 'write a dataset or an investigation to a file')
    .option('--dataset <key>', 'one that is not there is answered with those that are')
    .option('--investigation <id>', 'the last part of its address in the browser')
    .addOption(new Option('--format <name>').choices(['csv', 'json', 'ftm']).default('json'))
    .option('-o, --output <file>', 'standard output when left out')
    .action(async (options) => (await import('./ask.ts')).exportFacts(options));
  command('query <document>', 'send GraphQL: the text, @file, or - for standard input')
    .option('--variables <json>', 'a JSON object')
    .action(async (document, options) => (await import('./ask.ts')).query(document, options));
  command('undo [change]', 'undo a change, your last act, or a whole import')
    .option('--import <id>', 'everything one import did')
    .option('--reason <text>')
    .option('--yes', 'do not ask before the last act is undone')
    .action(async (change, options) => (await import('./undo.ts')).undo(change, options));
  command('remove-file', 'delete the original file of an import or a dataset for good; its facts stand')
    .option('--import <id>', 'of one import')
    .option('--dataset <key>', 'of a dataset, which may be removed already')
    .option('--reason <text>')
    .option('--yes', 'do not ask')
    .action(async (options) => (await import('./removeFile.ts')).removeFile(options));
  command('digest', 'print the digest of all facts, to compare two copies')
    .option('--dataset <key>', 'of one dataset')
    .option('--at <position>', 'as of a position')
    .action(async (options) => (await import('./people.ts')).digest(options));

  const user = summit.command('user').description('people of the embedded identity provider');
  user
    .command('add <name>')
    .description('add a person')
    .addOption(new Option('--role <role>').choices(roles).default('analyst'))
    .addOption(
      new Option('--clearance <marking>', 'the highest marking the person reads')
        .choices(markings)
        .default('TLP:RED'),
    )
    .option('--tenant <name>')
    .option('--json', 'print JSON for programs')
    .action(async (name, options) => (await import('./people.ts')).addUser(name, options));
  user
    .command('list')
    .description('list the people')
    .option('--tenant <name>')
    .option('--json', 'print JSON for programs')
    .action(async (options) => (await import('./people.ts')).listUsers(options));
  for (const able of ['disable', 'enable'] as const) {
    user
      .command(`${able} <name>`)
      .description(
        able === 'disable'
          ? 'cut a person off within 5 seconds: sessions, tokens and open streams'
          : 'let a disabled person in again',
      )
      .option('--tenant <name>')
      .option('--json', 'print JSON for programs')
      .action(async (name, options) => (await import('./people.ts')).switchUser(name, able, options));
  }
  command('signin-link', 'make a link that signs a person in, once')
    .option('--user <name>', 'who; the first owner when left out')
    .action(async (options) => (await import('./people.ts')).signInLink(options));
  const token = summit.command('token').description('tokens for programs');
  token
    .command('create')
    .description('make an API token; it is shown this once')
    .requiredOption('--name <name>', 'what it is for')
    .option('--user <name>', 'whose; the first owner when left out')
    .option('--json', 'print JSON for programs')
    .action(async (options) => (await import('./people.ts')).createToken(options));
  token
    .command('list')
    .description('list the tokens by name; what they are is stored nowhere')
    .option('--tenant <name>')
    .option('--json', 'print JSON for programs')
    .action(async (options) => (await import('./people.ts')).listTokens(options));
  token
    .command('revoke <name-or-id>')
    .description('end a token within 5 seconds, or all of that name')
    .option('--tenant <name>')
    .option('--json', 'print JSON for programs')
    .action(async (nameOrId, options) => (await import('./people.ts')).revokeToken(nameOrId, options));

  const kafka = summit.command('kafka').description('the change stream, and events that bring facts in');
  const kafkaCommand = (name: string, description: string) =>
    kafka
      .command(name)
      .description(description)
      .option('--tenant <name>')
      .option('--json', 'print JSON for programs');
  kafkaCommand('status', 'how far changes are published and events taken in, and what was parked').action(
    async (options) => (await import('./kafka.ts')).kafkaStatus(options),
  );
  kafkaCommand('grant', 'let events of the tenant’s topic in, as a service user made for it')
    .option('--dataset <key...>', 'only into these datasets')
    .addOption(
      new Option('--clearance <marking>', 'the highest marking that events carry and touch')
        .choices(markings)
        .default('TLP:AMBER'),
    )
    .action(async (options) => (await import('./kafka.ts')).kafkaGrant(options));
  kafkaCommand('revoke', 'let no more events in; what came in stays').action(async (options) =>
    (await import('./kafka.ts')).kafkaRevoke(options),
  );
  kafkaCommand('replay', 'read the topic again from its oldest message; nothing has its effect twice').action(
    async (options) => (await import('./kafka.ts')).kafkaAgain('replay', options),
  );
  kafkaCommand('republish', 'tell all changes again, under the same ids').action(async (options) =>
    (await import('./kafka.ts')).kafkaAgain('republish', options),
  );

  const projection = summit.command('projection').description('the copy of the graph in another store');
  const projectionCommand = (name: string, description: string) =>
    projection
      .command(`${name} <store>`)
      .description(`${description}; the store is neo4j`)
      .option('--json', 'print JSON for programs');
  projectionCommand('status', 'where it stands and how far it is behind').action(async (name, options) =>
    (await import('./projection.ts')).projectionStatus(name, options),
  );
  projectionCommand('verify', 'compare it with Postgres and name each difference')
    .option('--repair', 'set right what differs')
    .action(async (name, options) => (await import('./projection.ts')).verifyProjection(name, options));
  projectionCommand('rebuild', 'make it anew beside the one that serves, which then gives way')
    .option('--no-wait', 'do not wait until it is done')
    .action(async (name, options) => (await import('./projection.ts')).rebuildProjection(name, options));
  projectionCommand('pause', 'apply no more changes for now').action(async (name, options) =>
    (await import('./projection.ts')).pauseProjection(name, options),
  );
  projectionCommand('resume', 'go on from where it was paused').action(async (name, options) =>
    (await import('./projection.ts')).resumeProjection(name, options),
  );

  command('bench', 'measure and print each figure with the machine and the data')
    .allowUnknownOption()
    .argument('[arguments...]', 'passed on')
    .action(async (arguments_) => (await import('./bench.ts')).bench(arguments_));
  summit
    .command('schema')
    .description('write the GraphQL schema to apps/server/schema.graphql and generate the web client from it')
    .action(async () => (await import('./schema.ts')).printSchema());
  summit
    .command('servers [names...]')
    .description(
      'start real stores beside Summit (neo4j, redis, kafka, postgres) until Ctrl-C, to develop with',
    )
    .option('--tls', 'with certificates of an authority made for it')
    .action(async (names, options) => (await import('./servers.ts')).servers(names, options));
  command('check', 'format, lint, types and the rules of the repository').action(
    async () => void (await (await import('./check.ts')).check()),
  );
  command('test', 'every test that needs no root')
    .option('--real-files', 'only import the reference files and assert their counts')
    .option('--stores', 'only what needs Neo4j, Redis, Kafka or replicas; brings their servers')
    .option(
      '--faults',
      'only each store disturbed in each way under a product at work; some of it with SHORT=true in the environment',
    )
    .option('--torture <minutes>', 'only faults at random; SEED in the environment repeats a run')
    .action(async (options) => (await import('./test.ts')).test(options));
  return summit;
}

/** A sentence for what the machine refuses, or undefined when the fault is ours. */
export function machineProblem({ code, path }: NodeJS.ErrnoException): string | undefined {
  if (code === 'EACCES' || code === 'EPERM') {
    return `${path ?? 'A file'} belongs to another user. Run this as its owner, or set SUMMIT_HOME in .env to a folder of yours.`;
  }
  if (code === 'ENOSPC') return 'The disk is full. Free some space and run this again.';
  if (code === 'EROFS')
    return `${path ?? 'The disk'} is read-only. Set SUMMIT_HOME in .env to a folder that can be written.`;
  return undefined;
}

if (import.meta.main) {
  // `summit logs | head` closes the pipe early; that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await program().parseAsync();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // `summit export … | head` as well, whose stream ends before it is written.
    if (code === 'EPIPE' || (code === 'ERR_STREAM_PREMATURE_CLOSE' && process.stdout.destroyed))
      process.exit(0);
    const known = error instanceof CommandError || error instanceof ConfigError;
    const text = known ? error.message : machineProblem(error as NodeJS.ErrnoException);
    if (text === undefined) throw error;
    process.stderr.write(`summit: ${text}\n`);
    process.exit(error instanceof CommandError ? error.exitCode : error instanceof ConfigError ? 2 : 1);
  }
}
