import { BreakerOpen } from '@summit/process/breaker';
import { SummitError } from '@summit/process/errors';
import { isConnectionFailure } from '../database/database.ts';
import { isReadOnly } from '../database/inTransaction.ts';
import { isAnswer, isOfBrokers } from './client.kafka.ts';

const OF_ALL = new Set(['DATABASE_UNAVAILABLE', 'DATABASE_BUSY', 'DISK_FULL', 'EPOCH_CHANGED']);
/** Connections, resources and the machine of Postgres; shutting down. */
const OF_THE_SERVER = /^(08|53|57P|58|XX)/;

/** What keeps one tenant waiting and no other: all but brokers or a database that are lost. */
export function isOfTenant(error: unknown): boolean {
  if (isAnswer(error)) return true;
  if (isOfBrokers(error) || error instanceof BreakerOpen || isConnectionFailure(error) || isReadOnly(error))
    return false;
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  return !OF_ALL.has(code) && (error instanceof SummitError || !OF_THE_SERVER.test(code));
}
