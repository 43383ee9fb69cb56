import type { RedisConnection } from './connection.redis.ts';
import { storedForm } from './keys.ts';
import { metrics } from './metrics.ts';

const EVERYBODY = '*';
const LONGEST = 100;

/**
 * Tells every gateway at once that somebody's right ended, so that none goes on with what it remembers of it. Where Redis is
 * away, what a gateway remembers still ends by itself within its few seconds.
 */
export class Revocations {
  readonly #redis: RedisConnection;
  readonly #channel: string;

  /** The secret tells the channels of two installations apart. */
  constructor(redis: RedisConnection, sessionSecret: string) {
    this.#redis = redis;
    this.#channel = `summit:revoked:${storedForm(sessionSecret, 'revocations', 'channel').toString('base64url').slice(0, 22)}`;
  }

  /** `name` is of a credential, never the credential; left out: everybody is asked about again. Never rejects. */
  async announce(name: string = EVERYBODY): Promise<void> {
    try {
      await this.#redis.ask((client) => client.publish(this.#channel, name));
    } catch {
      metrics.redisFallbacks.inc({ use: 'revocations' });
    }
  }

  /** `forget` is called with a name, or without one for everybody; so it is after each loss of the connection too. */
  listen(forget: (name?: string) => void): void {
    this.#redis.subscribe(
      this.#channel,
      (message) => (message === EVERYBODY || message.length > LONGEST ? forget() : forget(message)),
      () => forget(),
    );
  }
}
