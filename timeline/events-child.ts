/** Appends events to a venue's stage and prints the number of each acknowledged one, until it is killed: `node events-child.ts <folder>`. */
import { writeSync } from 'node:fs';
import pino from 'pino';
import type { StageBody } from '#contracts/events.ts';
import { emptyStage, type StageState, stageAfter } from '#contracts/stage-state.ts';
import { EventLog } from './event-log.ts';
import { EventRevisions } from './event-revisions.ts';
import { openFileStore } from './file-store.ts';

const [, , folder = ''] = process.argv;
const log = pino({ level: 'silent' });
const store = openFileStore(folder, { log });
const lease = await store.acquire('v', 'child');
const events = await EventLog.open<StageBody, StageState>({
  ...{ store, lease, log, stream: 'stage', empty: emptyStage, after: stageAfter },
  revisions: await EventRevisions.open(store, lease),
  now: Date.now,
  watching: () => 0,
});
for (let k = 0; ; k++) {
  const [event] = await events.append([{ body: { type: 'black', on: k % 2 === 0, by: `event ${k}` } }]);
  // Straight to the pipe: a stream's buffer would die with us.
  writeSync(1, `${event?.i}\n`);
  if (k % 7 === 6) await events.redact(({ i }) => i === event?.i);
}
