import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileStore } from './file-store.ts';
import { describeTimelineStore } from './store.contract.ts';

const log = pino({ level: 'silent' });
const child = new URL('./appending-child.ts', import.meta.url).pathname;

for (const sync of [false, true]) {
  describeTimelineStore(`the file store (sync: ${sync})`, async () => {
    const root = await mkdtemp(join(tmpdir(), 'timeline-'));
    const open = async () => openFileStore(root, { log, sync });
    let opened: Awaited<ReturnType<typeof open>>;
    return {
      open: async () => {
        opened = await open();
        return opened;
      },
      reopen: async () => {
        await opened.close();
        return open();
      },
      remove: () => rm(root, { recursive: true }),
    };
  });
}

describe('the file store after a crash (fault 86)', () => {
  let root: string;
  let children: ChildProcess[];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'timeline-'));
    children = [];
  });
  afterEach(async () => {
    for (const each of children) each.kill('SIGKILL');
    await rm(root, { recursive: true });
  });

  async function written(): Promise<string> {
    const store = openFileStore(root, { log });
    const { token } = await store.acquire('v', 'desk');
    await store.append('v', 's', token, 0, [Buffer.from('first')]);
    await store.append('v', 's', token, 1, [Buffer.from('second'), Buffer.from('third')]);
    await store.close();
    return join(root, 'v', 's.log');
  }

  it('fault 86: an append torn at any byte is cut back whole, and those before it stand', async () => {
    const path = await written();
    const whole = await readFile(path);
    const firstFrame = 20 + 4 + 5;
    for (let cut = firstFrame; cut < whole.length; cut += 1) {
      await writeFile(path, whole.subarray(0, cut));
      const store = openFileStore(root, { log });
      expect(await store.next('v', 's')).toBe(1);
      expect((await store.read('v', 's', 0, 10)).map(({ data }) => data.toString())).toEqual(['first']);
      const { token } = await store.acquire('v', 'desk');
      expect(await store.append('v', 's', token, 1, [Buffer.from('again')])).toBe(2);
      await store.close();
    }
  });

  it('fault 86: bytes that are no frame are put aside, and appending goes on', async () => {
    const path = await written();
    await appendFile(path, Buffer.alloc(100, 0xff));
    const store = openFileStore(root, { log });
    expect(await store.next('v', 's')).toBe(3);
    expect(await readFile(`${path}.torn`)).toEqual(Buffer.alloc(100, 0xff));
    await store.close();
  });

  /** Starts a child that appends, and kills it after some acknowledged appends. */
  async function appendAndKill(appends: number): Promise<number> {
    const process_ = spawn(process.execPath, [child, root], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(process_);
    const gone = once(process_, 'exit');
    let acknowledged = 0;
    let count = 0;
    for await (const line of createInterface({ input: process_.stdout })) {
      acknowledged = Number(line);
      count += 1;
      if (count === appends) process_.kill('SIGKILL');
    }
    await gone;
    return acknowledged;
  }

  it('fault 86: kill -9 while appending loses no acknowledged record', { timeout: 60_000 }, async () => {
    for (const appends of [1, 40, 333, 901]) {
      const acknowledged = await appendAndKill(appends);
      const store = openFileStore(root, { log });
      const next = await store.next('v', 's');
      expect(next).toBeGreaterThanOrEqual(acknowledged);
      for (let from = 0; from < next; ) {
        for (const { n, data } of await store.read('v', 's', from, 500)) {
          expect(n).toBe(from);
          expect(data.toString().startsWith(`record ${n} `)).toBe(true);
          from += 1;
        }
      }
      await store.close();
    }
  });

  it('fault 96: a second process on the same folder is refused with a clear error', {
    timeout: 30_000,
  }, async () => {
    const store = openFileStore(root, { log });
    const second = spawn(process.execPath, [child, root], { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(second);
    let complaint = '';
    second.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    const [code] = await once(second, 'exit');
    expect(code).not.toBe(0);
    expect(complaint).toContain(`${root} is in use by process ${process.pid}`);
    expect(() => openFileStore(root, { log })).toThrow(/in use/);
    await store.close();
    openFileStore(root, { log }).close();
  });

  it('fault 96: the lock of a process that was killed does not stay behind', {
    timeout: 30_000,
  }, async () => {
    await appendAndKill(1);
    const store = openFileStore(root, { log });
    await store.close();
  });
});
