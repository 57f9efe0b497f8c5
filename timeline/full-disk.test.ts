import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, expect, it } from 'vitest';
import { openFileStore } from './file-store.ts';

const log = pino({ level: 'silent' });
const root = await mkdtemp(join(tmpdir(), 'timeline-full-'));
/** A file system of 1 MiB: needs Linux and the right to mount. */
const mounted = ((): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

afterAll(async () => {
  if (mounted) execFileSync('umount', [root]);
  await rm(root, { recursive: true });
});

it.runIf(mounted)(
  'fault 88: an append to a full disk is refused whole, and works again when there is room',
  async () => {
    await writeFile(join(root, 'ballast'), Buffer.alloc(500 * 1024));
    const store = openFileStore(root, { log });
    const { token } = await store.acquire('v', 'desk');
    const record = Buffer.alloc(60 * 1024, 'x');
    let next = 0;
    const fill = async (): Promise<void> => {
      for (;;) next = await store.append('v', 's', token, next, [record]);
    };
    await expect(fill()).rejects.toMatchObject({ reason: 'unavailable' });
    expect(next).toBeGreaterThan(0);
    expect(await store.next('v', 's')).toBe(next);
    await rm(join(root, 'ballast'));
    expect(await store.append('v', 's', token, next, [record])).toBe(next + 1);
    await store.close();

    const again = openFileStore(root, { log });
    expect(await again.next('v', 's')).toBe(next + 1);
    const last = await again.read('v', 's', next, 10);
    expect(last.map(({ n, data }) => [n, data.equals(record)])).toEqual([[next, true]]);
    await again.close();
  },
);
