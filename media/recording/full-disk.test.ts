import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRecording } from './file-recording.ts';
import { init, part, start } from './recording-fixtures.ts';
import { nodeFs } from './recording-fs.ts';
import { inspectRecording } from './recover.ts';

const root = await mkdtemp(join(tmpdir(), 'full-disk-'));
/** A file system of 1 MiB: needs Linux and the right to mount; elsewhere the injected faults have to do. */
const mounted = ((): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

beforeAll(async () => {
  if (mounted) await writeFile(join(root, 'ballast'), Buffer.alloc(300 * 1024));
});
afterAll(async () => {
  if (mounted) execFileSync('umount', [root]);
  await rm(root, { recursive: true });
});

it.runIf(mounted)('fault 88: a disk that is really full costs segments, not the recording', async () => {
  const folder = join(root, 'run', 'program', 'source');
  const alarms: (string | undefined)[] = [];
  const { recording } = await openRecording(folder, {
    log: pino({ level: 'silent' }),
    disk: { state: 'ok', wrote: () => undefined },
    onAlarm: (alarm) => alarms.push(alarm?.code),
  });
  await recording.init(init(0));
  const answers: boolean[] = [];
  const record = async (msn: number): Promise<void> => {
    void recording.startSegment(start(msn));
    for (const index of [0, 1, 2]) void recording.part(part(msn, index, 50 * 1024));
    answers.push(await recording.endSegment(msn));
  };
  for (let msn = 0; msn < 8; msn += 1) await record(msn);
  await rm(join(root, 'ballast'));
  await record(8);
  await recording.end();

  const lost = answers.indexOf(false);
  expect(lost).toBeGreaterThan(2);
  expect(answers.at(-1)).toBe(true);
  expect(alarms).toEqual(['ENOSPC', undefined]);
  const { recorded, repair, clean } = await inspectRecording(nodeFs, folder);
  expect(clean).toBe(true);
  expect(repair.tornBytes).toBe(0);
  expect(recorded.segments.map(({ gap }) => !gap)).toEqual(answers);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.m4s'));
  expect(files).toHaveLength(answers.filter(Boolean).length);
});
