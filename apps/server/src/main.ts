import { main } from '@summit/process/lifecycle';

const roles: Record<string, () => Promise<{ run(args: string[]): Promise<void> }>> = {
  api: () => import('./api.ts'),
  worker: () => import('./worker.ts'),
  migrate: () => import('./migration.ts'),
  operator: () => import('./operator.ts'),
};

// One program, four roles; each loads only what it needs.
const [role = '', ...args] = process.argv.slice(2);
const load = roles[role];
if (load) {
  await main(async () => (await load()).run(args));
  // It has answered. A connection to a store that stands still never ends by itself, and would keep it.
  if (role === 'operator') process.exit();
} else {
  process.stderr.write(`Say what to run: ${Object.keys(roles).join(', ')}\n`);
  process.exit(2);
}
