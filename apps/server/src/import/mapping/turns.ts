/**
 * What waits, taken in turns: tenants one after the other, in a tenant its people one after the other, and of one person what
 * came first. Who has much waiting holds up others by one at a time.
 */
export class Turns<T> {
  /** Map keeps the order in which keys came: who had a turn goes to its end. */
  readonly #tenants = new Map<string, Map<string, T[]>>();
  readonly #mostOfOne: number;
  readonly #mostOfAll: number;
  #size = 0;

  constructor(mostOfOne: number, mostOfAll: number) {
    this.#mostOfOne = mostOfOne;
    this.#mostOfAll = mostOfAll;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether there was room for it. */
  add({ tenant, person }: { tenant: string; person: string }, item: T): boolean {
    const people = this.#tenants.get(tenant) ?? new Map<string, T[]>();
    const own = people.get(person) ?? [];
    if (own.length >= this.#mostOfOne || this.#size >= this.#mostOfAll) return false;
    own.push(item);
    people.set(person, own);
    this.#tenants.set(tenant, people);
    this.#size++;
    return true;
  }

  next(): T | undefined {
    for (const [tenant, people] of this.#tenants) {
      for (const [person, own] of people) {
        const item = own.shift();
        this.#size--;
        people.delete(person);
        if (own.length > 0) people.set(person, own);
        this.#tenants.delete(tenant);
        if (people.size > 0) this.#tenants.set(tenant, people);
        return item;
      }
    }
    return undefined;
  }
}
