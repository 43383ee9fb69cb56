import { lookup } from 'node:dns';
import { type LookupFunction, Socket } from 'node:net';

type Answered = Parameters<LookupFunction>[2];

/**
 * Whoever asks for a name that is being asked for already waits for that answer. A process puts no more than two questions at a
 * time: of a name server that is slow, each connection of a pool would else wait for those of all others, and none be made in
 * time; and whoever gave up and asks again finds how far the first question has come.
 */
export function sharing(ask: LookupFunction): LookupFunction {
  const waiting = new Map<string, Answered[]>();
  return (name, options, answered) => {
    const question = JSON.stringify([name, options]);
    const others = waiting.get(question);
    if (others) {
      others.push(answered);
      return;
    }
    const all = [answered];
    waiting.set(question, all);
    ask(name, options, (...answer) => {
      waiting.delete(question);
      for (const each of all) each(...answer);
    });
  };
}

const lookUp = sharing(lookup as LookupFunction);

/** A socket as pg connects it, which asks for names so. */
class Named extends Socket {
  override connect(...to: never[]): this {
    const [port, host] = to as unknown as [number | string, string | undefined];
    // A path is no name.
    if (typeof host !== 'string') return super.connect(port as string);
    return super.connect({ port: Number(port), host, lookup: lookUp });
  }
}

export const namedSocket = (): Socket => new Named();
