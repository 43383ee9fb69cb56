import type { Offsets } from './message.ts';

/**
 * How many messages wait in the topics. Kept over rounds: of one that brings nothing new a broker says nothing, and of a tenant
 * that is left alone nothing is asked.
 */
export class Backlog {
  readonly #of = new Map<string, { topic: string; next: Offsets; ends: Offsets }>();

  /** From where a tenant's topic is read on; `ends` is what was known of it before this process. */
  reads(tenant: string, { topic, next, ends }: { topic: string; next: Offsets; ends: Offsets }): void {
    const known = this.#of.get(tenant);
    this.#of.set(tenant, {
      topic,
      next,
      ends: new Map([...ends, ...(known?.topic === topic ? known.ends : [])]),
    });
  }

  /** Where partitions end now. */
  end(tenant: string, ends: Offsets): void {
    for (const [partition, end] of ends) this.#of.get(tenant)?.ends.set(partition, end);
  }

  /** Of others nothing is taken in any more. */
  keep(tenants: readonly string[]): void {
    for (const tenant of this.#of.keys()) if (!tenants.includes(tenant)) this.#of.delete(tenant);
  }

  get messages(): number {
    let messages = 0;
    for (const { next, ends } of this.#of.values())
      for (const [partition, end] of ends) messages += Math.max(0, end - (next.get(partition) ?? 0));
    return messages;
  }
}
