/** A process of its own for the kill -9 test: appends to a timeline as fast as it can, and tells each acknowledged number. */
import pino from 'pino';
import { openFileStore } from './file-store.ts';

const [root = ''] = process.argv.slice(2);
const store = openFileStore(root, { log: pino({ level: 'silent' }) });
const { token } = await store.acquire('v', 'child');
let next = await store.next('v', 's');
for (;;) {
  const first = next;
  const records = Array.from({ length: 1 + (first % 3) }, (_, index) =>
    Buffer.from(`record ${first + index} ${'x'.repeat((first * 37) % 5000)}`),
  );
  next = await store.append('v', 's', token, next, records);
  process.stdout.write(`${next}\n`);
}
