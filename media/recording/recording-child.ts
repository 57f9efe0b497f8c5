/** A process of its own for the kill -9 test: goes on with a recording, and tells each part it gives and each that is recorded. */
import pino from 'pino';
import { openRecording } from './file-recording.ts';
import { init, part, start } from './recording-fixtures.ts';

const [folder = ''] = process.argv.slice(2);
const tell = (...words: (string | number)[]): void => {
  process.stdout.write(`${words.join(' ')}\n`);
};

const { recording, recorded } = await openRecording(folder, {
  log: pino({ level: 'silent' }),
  disk: { state: 'ok', wrote: () => undefined },
});
let msn = (recorded.segments.at(-1)?.msn ?? -1) + 1;
if (recorded.inits.length === 0) await recording.init(init(0));
for (; ; msn += 1) {
  void recording.startSegment(start(msn));
  for (let index = 0; index < 1 + (msn % 6); index += 1) {
    tell('given', msn, index);
    if (await recording.part(part(msn, index, 1000 + ((msn * 7919 + index * 104729) % 60_000))))
      tell('recorded', msn, index);
  }
  void recording.endSegment(msn);
}
