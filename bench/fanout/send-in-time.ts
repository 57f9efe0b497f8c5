/** Answers the orders of the bench: sends one batch each `everyMs`, tells the CPU time of this process. */
import { setTimeout as wait } from 'node:timers/promises';
import type { SendOrder, ServerOrder, ServerWord } from './orders.ts';

const say = (word: ServerWord) => process.send?.(word);

/** `begin` gets ready and gives back what sends one batch, and what ends it. */
export function sendInTime(begin: (order: SendOrder) => { send: () => void; end: () => void }): void {
  const run = async (order: SendOrder): Promise<void> => {
    const { send, end } = begin(order);
    const started = performance.now();
    for (let k = 0; k < order.count; k++) {
      send();
      await wait(Math.max(0, started + (k + 1) * order.everyMs - performance.now()));
    }
    end();
    say({ did: 'send' });
  };
  process.on('message', (order: ServerOrder) => {
    const { user, system } = process.cpuUsage();
    if (order.do === 'cpu') say({ did: 'cpu', seconds: (user + system) / 1e6 });
    else void run(order);
  });
  process.on('disconnect', () => process.exit());
}
