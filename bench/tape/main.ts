/** The process that pushes: `node main.ts FILE`; targets come as messages. It ends with its parent. */
import { setTimeout as wait } from 'node:timers/promises';
import { EncodedTape, PushConnection, type PushTarget } from './push-connection.ts';
import { readTape } from './tape.ts';

export type PushOrder = { readonly id: number; readonly target: PushTarget; readonly reconnect: boolean };
/** `accepted`: publishing; `lost`: the connection ended. Epoch ms. */
export type PushReport = {
  readonly id: number;
  readonly url: string;
  readonly state: 'accepted' | 'lost';
  readonly at: number;
};

const retryMs = 50;
const encoded = new EncodedTape(readTape(process.argv[2] ?? ''));

async function keepPushing({ id, target, reconnect }: PushOrder): Promise<void> {
  const report = (state: PushReport['state']) =>
    process.send?.({ id, url: target.url, state, at: Date.now() } satisfies PushReport);
  for (;;) {
    const connection = new PushConnection(encoded, target);
    const accepted = await connection.accepted;
    if (accepted) report('accepted');
    await connection.ended;
    if (accepted) report('lost');
    if (accepted && !reconnect) return;
    await wait(retryMs);
  }
}

process.on('message', (order: PushOrder) => void keepPushing(order));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
