import { SummitError } from '@summit/process/errors';
import type { Context } from '../context.ts';
import type { Database } from '../database/database.ts';
import { listen } from '../database/listen.ts';
import { isUuid } from '../ids.ts';
import { loadImports } from './import.queries.ts';
import type { ImportNode } from './import.ts';

/** Told at most four times a second; looked at by itself this often, should a notice get lost. */
const APART_MS = 250;
const POLL_MS = 2_000;

/** One LISTEN connection for everyone who watches imports through this process. */
class Notices {
  readonly #db: Database;
  readonly #waiting = new Map<string, Set<() => void>>();
  #listening: { stop(): Promise<void> } | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Resolves when something was said of the import, or after a while. */
  async next(topic: string): Promise<void> {
    this.#listening ??= listen(this.#db, 'import-feed', {
      heard: (payload) => {
        for (const wake of this.#waiting.get(payload) ?? []) wake();
      },
      connected: () => {},
    });
    const waiting = this.#waiting.get(topic) ?? new Set();
    this.#waiting.set(topic, waiting);
    await new Promise<void>((done) => {
      const timer = setTimeout(wake, POLL_MS);
      function wake() {
        clearTimeout(timer);
        waiting.delete(wake);
        done();
      }
      waiting.add(wake);
    });
    if (waiting.size === 0) this.#waiting.delete(topic);
  }

  async stop(): Promise<void> {
    await this.#listening?.stop();
    this.#listening = undefined;
  }
}

const notices = new Map<Database, Notices>();

/** The import now, at each step of its progress, and in the end. Throws NOT_FOUND. */
export async function* watchImport(ctx: Context, id: string): AsyncGenerator<ImportNode> {
  const heard = notices.get(ctx.db) ?? new Notices(ctx.db);
  notices.set(ctx.db, heard);
  let told = '';
  for (;;) {
    // Listening begins before the look, so that nothing falls between.
    const next = heard.next(`${ctx.scope.tenant}:${id}`);
    const about = isUuid(id) ? (await loadImports(ctx, [id])).get(id) : undefined;
    if (!about) throw new SummitError('NOT_FOUND', { what: 'import' });
    const text = JSON.stringify([about.state, about.progress, about.phase]);
    if (text !== told) {
      told = text;
      yield about;
    }
    if (!['queued', 'running', 'undoing'].includes(about.state)) return;
    await new Promise((done) => setTimeout(done, APART_MS));
    await next;
  }
}

/** Closes the connection that listened for `db`. */
export async function stopWatching(db: Database): Promise<void> {
  await notices.get(db)?.stop();
  notices.delete(db);
}
