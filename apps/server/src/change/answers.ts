import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { metrics } from '@summit/process/metrics';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { Reading } from './read.ts';

/** Where answers are kept: bytes under a key, for a while. Rejects when it does not answer in time. */
export interface AnswerStore {
  /** At most the first `most` bytes: somebody else may have put anything there. */
  get(key: string, most: number): Promise<Buffer | undefined>;
  set(key: string, value: Buffer, keepMs: number): Promise<void>;
}

export interface AnswersOptions {
  store: AnswerStore;
  /** Keys are hashed and values sealed under it, for each tenant differently. */
  secret: Uint8Array;
  /** Of the code: what another version kept is not read. */
  build: string;
}

interface Standing {
  origin: string;
  latest: string | null;
}

/** What is asked, and whether its answer is small enough to be kept: making it into bytes would block everybody. */
export interface Asking<T> {
  name: 'neighbourhood' | 'paths' | 'commonNeighbours' | 'search';
  question: unknown;
  fits(answer: T): boolean;
}

/** No answer is right or wrong by age: this bounds what lies in the store unused. */
const KEPT_MS = 600_000;
/** As text, and as it is kept (an eighth of it: measured, 12 to 20 % with zstd 1, for less time than writing the text took). */
const TEXT_MOST = 4_000_000;
const KEPT_MOST = 512 * 1024;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Answers to heavy reads, kept under what was asked, who asks (tenant, datasets, clearance) and what the snapshot knows. An
 * answer is found again only by a snapshot that shows the same rows, so nothing has to be invalidated and nothing can be missed;
 * while that cannot be said of a snapshot, nothing is kept and nothing looked up. Values are sealed under a key of the tenant
 * and for their place: whatever else lies there is as nothing.
 */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #keys = new Map<string, Buffer>();
  readonly #standings = new WeakMap<Reading, Promise<Standing>>();

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** The answer that `find` gives, or gave to the same question on the same rows. */
  async of<T>(tx: Reading, { name, question, fits }: Asking<T>, find: () => Promise<T>): Promise<T> {
    const told = (outcome: string) => metrics.answers.inc({ question: name, outcome });
    const { origin, latest } = await this.#standing(tx);
    if (latest === null) {
      told('unsettled');
      return find();
    }
    const { datasets, clearance, accounts } = tx.reader;
    const who = [datasets, clearance, accounts ?? false];
    const place = this.#place(tx, [name, question, who, tx.at ?? 'now', origin, latest]);
    const kept = await this.#get(tx, place);
    if (kept !== undefined) {
      told('hit');
      return kept as T;
    }
    told('miss');
    const answer = await find();
    if (!fits(answer) || !this.#set(tx, place, answer)) told('large');
    return answer;
  }

  /**
   * What was remembered under these words in this tenant's history, whoever asked and whatever was written since: the words must
   * say the one, and who recalls it must look for the other.
   */
  async recall(tx: Reading, words: readonly unknown[]): Promise<unknown> {
    const { origin } = await this.#standing(tx);
    return this.#get(tx, this.#place(tx, ['remembered', words, origin]));
  }

  async remember(tx: Reading, words: readonly unknown[], value: unknown): Promise<void> {
    const { origin } = await this.#standing(tx);
    if (!this.#set(tx, this.#place(tx, ['remembered', words, origin]), value))
      metrics.answers.inc({ question: 'any', outcome: 'large' });
  }

  #standing(tx: Reading): Promise<Standing> {
    let standing = this.#standings.get(tx);
    if (!standing) {
      standing = tx
        .first<Standing>(sql`select origin, latest from summit.standing(${tx.reader.tenant})`)
        .then((row) => row!);
      this.#standings.set(tx, standing);
    }
    return standing;
  }

  #place({ reader }: Reading, words: readonly unknown[]): string {
    const asked = JSON.stringify([this.#options.build, ...words]);
    const hash = createHmac('sha256', this.#key(reader.tenant, 'places')).update(asked).digest('base64url');
    return `summit:answer:${hash}`;
  }

  async #get({ reader }: Reading, place: string): Promise<unknown> {
    let value: Buffer | undefined;
    try {
      value = await this.#options.store.get(place, IV_BYTES + TAG_BYTES + KEPT_MOST);
    } catch {
      metrics.redisFallbacks.inc({ use: 'cache' });
      return undefined;
    }
    return value && this.#opened(reader.tenant, place, value);
  }

  /** Nobody waits for it. False when it is too large to be kept. */
  #set({ reader }: Reading, place: string, answer: unknown): boolean {
    const value = this.#sealed(reader.tenant, place, answer);
    if (value === undefined) return false;
    this.#options.store.set(place, value, KEPT_MS).catch(() => metrics.redisFallbacks.inc({ use: 'cache' }));
    return true;
  }

  #sealed(tenant: string, place: string, answer: unknown): Buffer | undefined {
    const text = Buffer.from(JSON.stringify(answer));
    if (text.length > TEXT_MOST) return undefined;
    const small = zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
    if (small.length > KEPT_MOST) return undefined;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key(tenant, 'values'), iv).setAAD(Buffer.from(place));
    const body = Buffer.concat([cipher.update(small), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]);
  }

  /** Undefined for whatever was not sealed here for this place. */
  #opened(tenant: string, place: string, value: Buffer): unknown {
    try {
      const tag = value.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
      const decipher = createDecipheriv(
        'aes-256-gcm',
        this.#key(tenant, 'values'),
        value.subarray(0, IV_BYTES),
        {
          authTagLength: TAG_BYTES,
        },
      );
      decipher.setAAD(Buffer.from(place)).setAuthTag(tag);
      const small = Buffer.concat([decipher.update(value.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
      return JSON.parse(zstdDecompressSync(small, { maxOutputLength: TEXT_MOST }).toString());
    } catch {
      metrics.answers.inc({ question: 'any', outcome: 'broken' });
      return undefined;
    }
  }

  #key(tenant: string, purpose: string): Buffer {
    const name = `answers ${purpose} ${tenant}`;
    let key = this.#keys.get(name);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', this.#options.secret, 'summit', name, 32));
      this.#keys.set(name, key);
    }
    return key;
  }
}

/** Asks where answers are kept, or just asks. */
export const answered = <T>(
  { answers }: Pick<Context, 'answers'>,
  tx: Reading,
  asking: Asking<T>,
  find: () => Promise<T>,
): Promise<T> => (answers ? answers.of(tx, asking, find) : find());
