import { createSocket } from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runToEnd } from '../apps/cli/src/runToEnd.ts';

/** A name server that can be disturbed. What is set holds until `heal`. */
export type NameServer = {
  /** Before a command: it and all that it starts ask this server for names, and nobody else on the machine does. */
  through: string[];
  /** Questions that came so far. */
  readonly asked: number;
  /** The name leads to this IPv4 address from now on. */
  points(name: string, address: string): void;
  /** Every question is refused: there is no such name, or the server has a fault of its own. */
  fails(how: 'NXDOMAIN' | 'SERVFAIL'): void;
  /** Every answer comes so much later. */
  late(ms: number): void;
  /** No question is answered. */
  silent(): void;
  /** It answers again; names lead where they led last. */
  heal(): void;
  close(): Promise<void>;
};

const A = 1;
const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 };

/**
 * Starts one. Programs ask it as they ask any, by the C library: its address stands in an `/etc/resolv.conf` that they alone see.
 * That takes root, for port 53 and for a mount namespace.
 */
export async function startNameServer(): Promise<NameServer> {
  const folder = await mkdtemp(join(tmpdir(), 'summit-names-'));
  const [resolv, order] = [join(folder, 'resolv.conf'), join(folder, 'nsswitch.conf')];
  // An address that no resolver of the machine's own has, nor another of ours.
  const here = `127.${[0, 1, 2].map(() => 1 + Math.floor(Math.random() * 250)).join('.')}`;
  await writeFile(resolv, `nameserver ${here}\n`);
  await writeFile(order, 'hosts: files dns\n');
  const mounts = `mount --bind '${resolv}' /etc/resolv.conf && mount --bind '${order}' /etc/nsswitch.conf && exec "$0" "$@"`;
  const through = ['unshare', '--mount', 'sh', '-c', mounts];
  const { code, output } = await runToEnd(through[0]!, [...through.slice(1), 'true']);
  if (code !== 0)
    throw new Error(`a name server for some programs takes root and the right to mount: ${output}`);

  const addresses = new Map<string, string>();
  let asked = 0;
  let lateMs = 0;
  let answers: keyof typeof rcodes | 'nothing' = 'NOERROR';
  const socket = createSocket('udp4');
  socket.on('message', async (question, { port, address }) => {
    asked++;
    if (lateMs > 0) await delay(lateMs);
    if (answers === 'nothing') return;
    const answer = answerTo(question, answers, addresses);
    // Who asked may have gone, and so may we.
    if (answer && isOpen) socket.send(answer, port, address, () => {});
  });
  let isOpen = true;
  await new Promise<void>((done, failed) => {
    socket.once('error', failed);
    socket.bind(53, here, done);
  });
  return {
    through,
    get asked() {
      return asked;
    },
    points: (name, address) => void addresses.set(name, address),
    fails: (how) => {
      answers = how;
    },
    late: (ms) => {
      lateMs = ms;
    },
    silent: () => {
      answers = 'nothing';
    },
    heal: () => {
      answers = 'NOERROR';
      lateMs = 0;
    },
    close: async () => {
      isOpen = false;
      await new Promise<void>((done) => socket.close(done));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** RFC 1035, as much as a stub resolver needs; nothing may be kept. */
function answerTo(
  question: Buffer,
  answers: keyof typeof rcodes,
  addresses: ReadonlyMap<string, string>,
): Buffer | undefined {
  if (question.length < 17) return undefined;
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at]!; length > 0; length = question[at]!) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
    if (at + 5 > question.length) return undefined;
  }
  const end = at + 5;
  const type = question.readUInt16BE(at + 1);
  const address = addresses.get(labels.join('.').toLowerCase());
  const outcome = answers === 'NOERROR' && address === undefined ? 'NXDOMAIN' : answers;
  const found = outcome === 'NOERROR' && type === A;
  const header = Buffer.alloc(12);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | rcodes[outcome], 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found ? 1 : 0, 6);
  // A pointer to the name of the question, type A, class IN, no time to live, four bytes.
  const record = found
    ? Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 0, 0, 4, ...address!.split('.').map(Number)])
    : Buffer.alloc(0);
  return Buffer.concat([header, question.subarray(12, end), record]);
}
