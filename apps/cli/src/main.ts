import { ConfigError } from '@summit/process/config';
import { Command } from 'commander';
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
  return summit;
}

if (import.meta.main) {
  try {
    await program().parseAsync();
  } catch (error) {
    if (!(error instanceof CommandError) && !(error instanceof ConfigError)) throw error;
    process.stderr.write(`summit: ${error.message}\n`);
    process.exit(error instanceof CommandError ? error.exitCode : 2);
  }
}
