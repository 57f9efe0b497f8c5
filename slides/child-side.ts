/**
 * The child's side of converter-process.ts: one job, answers that the parent takes one by one, the end. Whatever a deck
 * makes the code in here do, there is no way to a network in it, and no other programs are started.
 */
import childProcess from 'node:child_process';
import dns from 'node:dns';
import net from 'node:net';
import { CodedError } from '#contracts/errors.ts';
import type { Failed } from './messages.ts';

/** The second wall: the process also has no network interface where the system lets us take it away (converter-process.ts). */
function takeNetworkAway(): void {
  const refuse = (): never => {
    throw new Error('a converter has no network');
  };
  net.Socket.prototype.connect = refuse;
  net.Server.prototype.listen = refuse;
  dns.lookup = refuse as unknown as typeof dns.lookup;
  for (const name of ['fetch', 'WebSocket', 'EventSource'])
    Object.defineProperty(globalThis, name, { value: undefined });
  childProcess.spawn = refuse as unknown as typeof childProcess.spawn;
}

/** Does the one job that the parent sends. An answer is sent on when the parent has taken the one before. */
export function serveJob<Job, Message extends object>(
  work: (job: Job, answer: (message: Message) => Promise<void>) => Promise<Message>,
): void {
  takeNetworkAway();
  let taken: (() => void) | undefined;
  let before: Promise<void> = Promise.resolve();
  const answer = async (message: Message): Promise<void> => {
    await before;
    before = new Promise((resolve) => {
      taken = resolve;
    });
    process.send?.(message);
  };
  const end = (message: Message | Failed): void => {
    process.send?.(message, () => process.exit(0));
  };
  process.on('disconnect', () => process.exit(0));
  // A Ctrl-C reaches the whole group; the parent decides when this process ends.
  process.on('SIGINT', () => undefined);
  let asked = false;
  process.on('message', (message: Job | 'taken') => {
    if (message === 'taken') taken?.();
    else if (!asked) {
      asked = true;
      work(message, answer).then(
        async (last) => {
          await before;
          end(last);
        },
        (error: unknown) => end(failure(error)),
      );
    }
  });
}

function failure(error: unknown): Failed {
  if (error instanceof CodedError) return { kind: 'failed', code: error.code, detail: error.detail };
  const said = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', code: 'deck.failed', detail: said.slice(0, 300) };
}
