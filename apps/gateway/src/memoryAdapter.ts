import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Stored {
  payload: AdapterPayload;
  until: number;
}

// A sign-in needs about six entries; thousands at once are a flood, which pushes out its own oldest first.
const maxEntries = 5000;
const keptEntries = maxEntries * 0.75;

/** Where the embedded provider keeps what lives for minutes. A restart forgets it: the sign-in is begun again. */
export function createMemoryAdapter(): new (model: string) => Adapter {
  const entries = new Map<string, Stored>();

  function makeRoom(): void {
    const now = Date.now();
    for (const [key, { until }] of entries) if (until <= now) entries.delete(key);
    for (const key of entries.keys()) {
      if (entries.size <= keptEntries) break;
      entries.delete(key);
    }
  }

  function read(key: string): AdapterPayload | undefined {
    const stored = entries.get(key);
    if (stored && stored.until > Date.now()) return stored.payload;
    entries.delete(key);
    return undefined;
  }

  return class MemoryAdapter implements Adapter {
    readonly #model: string;

    constructor(model: string) {
      this.#model = model;
    }

    #key(id: string): string {
      return `${this.#model}:${id}`;
    }

    async upsert(id: string, payload: AdapterPayload, expiresInSeconds: number): Promise<void> {
      if (entries.size >= maxEntries) makeRoom();
      entries.set(this.#key(id), { payload, until: Date.now() + (expiresInSeconds || 600) * 1000 });
    }

    async find(id: string): Promise<AdapterPayload | undefined> {
      return read(this.#key(id));
    }

    async findByUid(uid: string): Promise<AdapterPayload | undefined> {
      for (const [key, { payload }] of entries) {
        if (payload.uid === uid && key.startsWith(`${this.#model}:`)) return read(key);
      }
      return undefined;
    }

    async findByUserCode(): Promise<undefined> {
      return undefined;
    }

    async consume(id: string): Promise<void> {
      const payload = read(this.#key(id));
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    }

    async destroy(id: string): Promise<void> {
      entries.delete(this.#key(id));
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key);
    }
  };
}
