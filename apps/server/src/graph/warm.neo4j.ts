import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@summit/process/log';
import { type Neo4jStore, whole } from '../projection/store.neo4j.ts';
import { everyText } from './cypher.neo4j.ts';
import { MOST } from './graphQueries.ts';
import type { GraphStore } from './walk.neo4j.ts';

/** A store that has just started plans its first statements for seconds each. */
const PLANNING_MS = 60_000;
const AGAIN_MS = 500;
/** It is not started anew within three of them, and three in vain open its breaker. */
const BEAT_MS = 1_000;

/** Parameters that every text can be planned and run with, and that meet nothing. */
const NOBODY = {
  ...{ tenant: '', datasets: [], clearance: whole(0), types: null, references: false, onward: null },
  ...{ ids: [], known: [], schemas: null, from: '', to: '', front: [], beyond: [], ends: [] },
  ...{ after: '', first: whole(1), most: whole(1) },
};

/**
 * The store as questions meet it: whenever it has come up, it plans what will be asked, and until then it is cold. One that was
 * out of reach for a moment has its plans still.
 */
export class WarmedStore implements GraphStore {
  readonly #store: Neo4jStore;
  readonly #log: Logger;
  #isCold = false;
  #closed = false;
  #warming: Promise<void> | undefined;

  constructor(store: Neo4jStore, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  get isCold(): boolean {
    return this.#isCold && !this.#store.isOpen();
  }

  ask: Neo4jStore['ask'] = (text, parameters, options) => this.#store.ask(text, parameters, options);
  ping: Neo4jStore['ping'] = () => this.#store.ping();

  /** Does not wait: Summit starts without the store too. */
  async run(): Promise<void> {
    this.#store.watch((state) => {
      if (state !== 'closed') return;
      this.#isCold = true;
      this.#warm();
    });
    this.#warm();
    void this.#listen();
  }

  async stop(): Promise<void> {
    this.#closed = true;
  }

  /** Started anew while nobody asks, it would be taken for the one that has its plans. */
  async #listen(): Promise<void> {
    while (!this.#closed) {
      await this.#store.beat().catch(() => {});
      await delay(BEAT_MS, undefined, { ref: false });
    }
  }

  #warm(): void {
    this.#warming ??= this.#plan().finally(() => {
      this.#warming = undefined;
      this.#isCold = false;
    });
  }

  /** Ends where the store is down: it is watched, and planned for when it is back. */
  async #plan(): Promise<void> {
    const began = performance.now();
    while (!(await answers(this.#store))) {
      if (this.#closed || this.#store.isOpen()) return;
      await delay(AGAIN_MS, undefined, { ref: false });
    }
    this.#isCold = true;
    try {
      await planAll(this.#store);
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      this.#log.info({ store: 'neo4j', seconds }, 'Neo4j answers graph questions');
    } catch (error) {
      // What is not planned yet is when somebody asks it.
      if (!this.#closed) this.#log.warn({ error, store: 'neo4j' }, 'Neo4j did not plan all questions');
    }
  }
}

/** Has the store plan each text that there is. */
export async function planAll(store: Pick<Neo4jStore, 'ask'>): Promise<void> {
  for (const text of everyText(MOST.hops)) await store.ask(text, { q: NOBODY }, { timeoutMs: PLANNING_MS });
}

const answers = (store: Neo4jStore): Promise<boolean> =>
  store.ping().then(
    () => true,
    () => false,
  );
