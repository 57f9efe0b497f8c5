/** The child's side of worker-process.ts: one message at a time, a sign of life once a second, the end with its parent. */
import type { Alive } from './worker-process.ts';

export type ChildOptions<In> = {
  /** Does the work of one message; what it throws ends the process, and the parent starts a new one. */
  readonly handle: (message: In) => void;
  /** True for messages that go before those waiting. */
  readonly urgent: (message: In) => boolean;
};

/** Serves the parent from now on. Returns how to answer it. */
export function serveParent<In extends object, Out extends object>(
  options: ChildOptions<In>,
): (message: Out) => void {
  const waiting: In[] = [];
  let working = false;
  let handled = 0;

  const alive = (): void => {
    const { user, system } = process.cpuUsage();
    const message: Alive = { kind: 'alive', handled, cpu: user + system };
    handled = 0;
    if (process.connected) process.send?.(message);
  };
  // One message a turn of the event loop: messages from the parent are read in between, so urgent ones overtake.
  const work = (): void => {
    const message = waiting.shift();
    working = message !== undefined;
    if (!message) return;
    options.handle(message);
    handled++;
    alive();
    setImmediate(work);
  };

  process.on('message', (message: In) => {
    if (options.urgent(message)) {
      options.handle(message);
      handled++;
      return;
    }
    waiting.push(message);
    if (!working) {
      working = true;
      setImmediate(work);
    }
  });
  // A Ctrl-C reaches the whole group; the parent decides when this process ends.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  setInterval(alive, 1000);
  alive();

  return (message) => {
    if (process.connected) process.send?.(message);
  };
}
