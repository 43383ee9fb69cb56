import { thisInstallation } from './installation.ts';
import { operator } from './operator.ts';
import { printJson, say, table } from './output.ts';

type Asked = { json?: boolean; tenant?: string };

interface Status {
  tenant: string;
  published: { position: string | null; at: string } | null;
  waiting: number;
  /** False where it may be more. */
  waitingIsExact: boolean;
  grant: { user: string; datasets: string[] | null; clearance: string; disabled: boolean } | null;
  partitions: { partition: number; next: number; end: number | null; at: string }[];
  dead: { code: string; messages: number; last: string; unpublished: number }[];
}

const ofTenant = ({ tenant }: Asked): string[] => (tenant === undefined ? [] : ['--tenant', tenant]);

/** How far both ways have come, as Postgres remembers it: Kafka itself is not asked. */
export async function kafkaStatus(options: Asked): Promise<void> {
  const status = await operator<Status>(await thisInstallation(), ['kafka-status', ...ofTenant(options)]);
  if (options.json) return printJson(status);
  const { published, grant, partitions, dead } = status;
  const wait = status.waiting === 1 ? 'waits' : 'wait';
  const waiting = `${status.waitingIsExact ? '' : 'at least '}${status.waiting} ${wait}`;
  say(
    published
      ? `Changes of ${status.tenant} are published up to ${published.at}; ${waiting}.`
      : `No change of ${status.tenant} was published yet; ${waiting}.`,
  );
  if (!grant) say('It lets no events in. bin/summit kafka grant lets them in.');
  else {
    const into = grant.datasets ? grant.datasets.join(', ') : 'every dataset';
    say(
      `Events come in as ${grant.user} into ${into}, marked up to ${grant.clearance}${grant.disabled ? ', but it is disabled' : ''}.`,
    );
  }
  if (partitions.length > 0)
    say(
      table([
        ['PARTITION', 'NEXT', 'WAITING'],
        ...partitions.map(({ partition, next, end }) => [
          String(partition),
          String(next),
          end === null ? '?' : String(Math.max(0, end - next)),
        ]),
      ]),
    );
  if (dead.length > 0)
    say(
      table([
        ['PARKED', 'MESSAGES', 'LAST'],
        ...dead.map(({ code, messages, last }) => [code, String(messages), last]),
      ]),
    );
}

export async function kafkaGrant(options: Asked & { dataset?: string[]; clearance: string }): Promise<void> {
  const { grant } = await operator<{
    grant: { tenant: string; datasets: string[] | null; clearance: string };
  }>(await thisInstallation(), [
    'kafka-grant',
    ...(options.dataset ?? []).flatMap((key) => ['--dataset', key]),
    '--clearance',
    options.clearance,
    ...ofTenant(options),
  ]);
  if (options.json) return printJson(grant);
  say(
    `Events are let in into ${grant.datasets?.join(', ') ?? 'every dataset'}, marked up to ${grant.clearance}.`,
  );
  say(`Give producers the right to write to the topic that ends with ${grant.tenant}.ingest: docs/kafka.md`);
}

export async function kafkaRevoke(options: Asked): Promise<void> {
  const answer = await operator<{ revoked: boolean }>(await thisInstallation(), [
    'kafka-revoke',
    ...ofTenant(options),
  ]);
  if (options.json) return printJson(answer);
  say(answer.revoked ? 'No more events are let in. What came in stays.' : 'There was no grant.');
}

export async function kafkaAgain(what: 'replay' | 'republish', options: Asked): Promise<void> {
  const answer = await operator<object>(await thisInstallation(), [`kafka-${what}`, ...ofTenant(options)]);
  if (options.json) return printJson(answer);
  say(
    what === 'replay'
      ? 'The topic is read again from its oldest message. What had its effect has none again.'
      : 'All changes are told again, under the same ids.',
  );
}
