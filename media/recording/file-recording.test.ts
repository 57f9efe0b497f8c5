import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecording, type RecordingAlarm } from './file-recording.ts';
import { FaultyFs, init, part, partDuration, start } from './recording-fixtures.ts';
import { nodeFs, type RecordingFs } from './recording-fs.ts';
import { inspectRecording } from './recover.ts';

const log = pino({ level: 'silent' });
const roomy = { state: 'ok' as const, wrote: () => undefined };

let folder: string;
const crashedWriters: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'recording-')), 'run', 'program', 'source');
});
afterEach(async () => {
  await Promise.all(crashedWriters.splice(0).map((writer) => writer.close()));
  await rm(join(folder, '../../..'), { recursive: true, force: true });
});

const open = (
  fs: RecordingFs = nodeFs,
  more: { onAlarm?: (alarm: RecordingAlarm | undefined) => void; queueLimit?: number } = {},
) => openRecording(folder, { log, disk: roomy, fs, ...more });

type Recording = Awaited<ReturnType<typeof open>>['recording'];
async function segment(recording: Recording, msn: number, parts = 3): Promise<boolean[]> {
  const answers = [recording.startSegment(start(msn))];
  for (let index = 0; index < parts; index += 1) answers.push(recording.part(part(msn, index)));
  answers.push(recording.endSegment(msn));
  return Promise.all(answers);
}
const bytesOf = (msn: number, parts: number): Buffer =>
  Buffer.concat(Array.from({ length: parts }, (_, index) => part(msn, index).bytes));

describe('a file recording', () => {
  it('keeps init, segments and parts, and reads them back byte for byte', async () => {
    const { recording, recorded, clean } = await open();
    expect(recorded).toEqual({ inits: [], segments: [], ended: false });
    expect(clean).toBe(true);
    expect(await recording.init(init(0))).toBe(true);
    expect(await segment(recording, 7)).toEqual([true, true, true, true, true]);
    expect(await recording.gap(start(8), 2)).toBe(true);
    expect(await segment(recording, 9, 2)).toEqual([true, true, true, true]);
    expect(await recording.readInit(0)).toEqual(init(0).bytes);
    const { length } = bytesOf(7, 1);
    expect(await recording.readSegment(7, length, part(7, 1).bytes.length)).toEqual(part(7, 1).bytes);
    expect(await recording.readSegment(8, 0, 10)).toBeUndefined();
    await recording.end();

    const again = await inspectRecording(nodeFs, folder);
    expect(again.clean).toBe(true);
    expect(again.recorded.ended).toBe(true);
    expect(again.recorded.inits).toEqual([init(0)]);
    expect(again.recorded.segments.map(({ msn, gap, duration }) => [msn, gap, duration])).toEqual([
      [7, false, expect.closeTo(3 * partDuration)],
      [8, true, 2],
      [9, false, expect.closeTo(2 * partDuration)],
    ]);
    expect(again.recorded.segments[0]).toMatchObject({ ...start(7), bytes: bytesOf(7, 3).length });
    expect(again.recorded.segments[0]?.parts[2]).toMatchObject({ index: 2, offset: bytesOf(7, 2).length });
    expect(await readFile(join(folder, '7.m4s'))).toEqual(bytesOf(7, 3));
  });

  it('goes on after a clean stop, and refuses a segment whose msn goes back', async () => {
    const first = await open();
    await first.recording.init(init(0));
    await segment(first.recording, 3);
    await first.recording.close();
    const second = await open();
    expect(second.clean).toBe(true);
    expect(second.recorded.segments.map(({ msn }) => msn)).toEqual([3]);
    expect(await segment(second.recording, 3)).toEqual([false, false, false, false, false]);
    expect(await segment(second.recording, 4)).toEqual([true, true, true, true, true]);
    await second.recording.close();
    expect(await readFile(join(folder, '3.m4s'))).toEqual(bytesOf(3, 3));
  });

  it('closes twice without harm and answers false to what comes afterwards', async () => {
    const { recording } = await open();
    await recording.init(init(0));
    const pending = segment(recording, 0);
    await Promise.all([recording.close(), recording.close()]);
    expect(await pending).toEqual([true, true, true, true, true]);
    expect(await recording.startSegment(start(1))).toBe(false);
  });

  it('ends a segment that was left open, with the parts it has', async () => {
    const { recording } = await open();
    await recording.init(init(0));
    await recording.startSegment(start(0));
    await recording.part(part(0, 0));
    expect((await segment(recording, 1)).every(Boolean)).toBe(true);
    await recording.startSegment(start(2));
    await recording.close();
    const { recorded } = await inspectRecording(nodeFs, folder);
    expect(recorded.segments.map(({ msn, gap, parts }) => [msn, gap, parts.length])).toEqual([
      [0, false, 1],
      [1, false, 3],
      [2, true, 0],
    ]);
  });
});

describe('recovery (fault 86)', () => {
  async function crashed(): Promise<void> {
    // Written, and not closed before the test has looked: what kill -9 leaves.
    const { recording } = await open();
    crashedWriters.push(recording);
    await recording.init(init(0));
    await segment(recording, 0);
    await recording.startSegment(start(1));
    await recording.part(part(1, 0));
    await recording.part(part(1, 1));
  }

  it('fault 86: keeps every part whose record is whole and closes the segment', async () => {
    await crashed();
    await appendFile(join(folder, '1.m4s'), part(1, 2).bytes.subarray(0, 11));
    await writeFile(join(folder, '2.m4s'), 'a file no record speaks of');
    const { recording, recorded, clean } = await open();
    expect(clean).toBe(false);
    // The last: viewers may hold a part of it that was never recorded.
    expect(recorded.segments.map(({ msn, gap, parts }) => [msn, gap, parts.length])).toEqual([
      [0, false, 3],
      [1, false, 2],
      [2, true, 0],
    ]);
    expect((await segment(recording, 2)).some(Boolean)).toBe(false);
    expect((await segment(recording, 3)).every(Boolean)).toBe(true);
    await recording.end();
    expect(await readFile(join(folder, '0.m4s'))).toEqual(bytesOf(0, 3));
    expect(await readFile(join(folder, '1.m4s'))).toEqual(bytesOf(1, 2));
    const { recorded: after } = await inspectRecording(nodeFs, folder);
    expect(after.segments.map(({ msn, gap }) => [msn, gap])).toEqual([
      [0, false],
      [1, false],
      [2, true],
      [3, false],
    ]);
    expect(await readdir(folder)).not.toContain('2.m4s');
  });

  it('fault 86: a record torn at any byte is cut back and everything before it stands', async () => {
    await crashed();
    const whole = await readFile(join(folder, 'index.log'));
    const lines = whole.toString().trimEnd().split('\n');
    for (let cut = whole.length - 1; cut > whole.length - (lines.at(-1)?.length ?? 0) - 1; cut -= 7) {
      await writeFile(join(folder, 'index.log'), whole.subarray(0, cut));
      const { recorded, repair } = await inspectRecording(nodeFs, folder);
      expect(recorded.segments.map(({ parts }) => parts.length)).toEqual([3, 1]);
      expect(repair.tornBytes).toBeGreaterThan(0);
    }
  });

  it('fault 86: parts whose bytes never reached the platter are cut off', async () => {
    await crashed();
    await truncate(join(folder, '1.m4s'), bytesOf(1, 1).length + 5);
    const { recording, recorded } = await open();
    expect(recorded.segments.map(({ parts }) => parts.length)).toEqual([3, 1, 0]);
    expect((await segment(recording, 3)).every(Boolean)).toBe(true);
    await recording.close();
    expect(await readFile(join(folder, '1.m4s'))).toEqual(bytesOf(1, 1));
    const again = await inspectRecording(nodeFs, folder);
    expect(again.recorded.segments.map(({ parts }) => parts.length)).toEqual([3, 1, 0, 3]);
  });

  it('fault 86: a tail segment without one whole part becomes a gap, so its msn is not used again', async () => {
    await crashed();
    await writeFile(join(folder, '1.m4s'), '');
    const { recording, recorded } = await open();
    expect(recorded.segments.map(({ msn, gap }) => [msn, gap])).toEqual([
      [0, false],
      [1, true],
      [2, true],
    ]);
    expect(await recording.startSegment(start(1))).toBe(false);
    await recording.close();
  });

  it('fault 86: a damaged record in the middle costs its own segment, not those behind it', async () => {
    const { recording } = await open();
    await recording.init(init(0));
    for (const msn of [0, 1, 2]) await segment(recording, msn);
    const text = await readFile(join(folder, 'index.log'), 'latin1');
    await writeFile(join(folder, 'index.log'), text.replace('["part",1,1,', '["part",1,9,'), 'latin1');
    const { recorded, damaged } = await inspectRecording(nodeFs, folder);
    expect(damaged).toBe(1);
    expect(recorded.segments.map(({ gap }) => gap)).toEqual([false, true, false]);
    expect(await readFile(join(folder, '1.m4s'))).toEqual(bytesOf(1, 3));
    await recording.close();
  });

  it('a segment whose file or init is gone is a gap', async () => {
    const { recording } = await open();
    await recording.init(init(0));
    await segment(recording, 0);
    await recording.init(init(1));
    await recording.startSegment({ ...start(1), init: 1 });
    await recording.part(part(1, 0));
    await recording.end();
    await rm(join(folder, 'init-1.mp4'));
    const { recorded } = await inspectRecording(nodeFs, folder);
    expect(recorded.inits.map(({ k }) => k)).toEqual([0]);
    expect(recorded.segments.map(({ gap }) => gap)).toEqual([false, true]);
  });
});

describe('a disk that fails (fault 88)', () => {
  for (const code of ['ENOSPC', 'EIO']) {
    it(`fault 88: ${code} makes a gap, raises the alarm, and the next segment is recorded again`, async () => {
      const fs = new FaultyFs();
      const alarms: (string | undefined)[] = [];
      const { recording } = await open(fs, { onAlarm: (alarm) => alarms.push(alarm?.code) });
      await recording.init(init(0));
      await segment(recording, 0);
      await recording.startSegment(start(1));
      expect(await recording.part(part(1, 0))).toBe(true);
      fs.failWrites(code);
      expect(await recording.part(part(1, 1))).toBe(false);
      expect(await recording.endSegment(1)).toBe(false);
      expect((await segment(recording, 2)).some(Boolean)).toBe(false);
      expect(alarms).toEqual([code]);
      fs.heal();
      expect((await segment(recording, 3)).every(Boolean)).toBe(true);
      expect(alarms).toEqual([code, undefined]);
      await recording.end();

      const { recorded, repair } = await inspectRecording(nodeFs, folder);
      expect(repair.tornBytes).toBe(0);
      expect(recorded.segments.map(({ msn, gap, duration }) => [msn, gap, duration])).toEqual([
        [0, false, expect.closeTo(3 * partDuration)],
        [1, true, expect.closeTo(2 * partDuration)],
        [2, true, expect.closeTo(3 * partDuration)],
        [3, false, expect.closeTo(3 * partDuration)],
      ]);
      expect((await readdir(folder)).sort()).toEqual(['0.m4s', '3.m4s', 'index.log', 'init-0.mp4']);
    });
  }

  it('fault 88: a failing index write leaves an index that can be read', async () => {
    const fs = new FaultyFs();
    const { recording } = await open(fs);
    await recording.init(init(0));
    await segment(recording, 0);
    fs.failWrites('ENOSPC', (path) => path.endsWith('index.log'));
    expect((await segment(recording, 1)).some(Boolean)).toBe(false);
    fs.heal();
    await segment(recording, 2);
    await recording.end();
    const { recorded, repair } = await inspectRecording(nodeFs, folder);
    expect(repair.tornBytes).toBe(0);
    expect(recorded.segments.map(({ msn, gap }) => [msn, gap])).toEqual([
      [0, false],
      [1, true],
      [2, false],
    ]);
  });

  it('fault 88: an init that could not be written is written before the next segment', async () => {
    const fs = new FaultyFs();
    fs.failWrites('ENOSPC');
    const { recording } = await open(fs);
    expect(await recording.init(init(0))).toBe(false);
    expect((await segment(recording, 0)).some(Boolean)).toBe(false);
    fs.heal();
    expect((await segment(recording, 1)).every(Boolean)).toBe(true);
    await recording.end();
    const { recorded } = await inspectRecording(nodeFs, folder);
    expect(recorded.inits).toEqual([init(0)]);
    expect(recorded.segments.map(({ gap }) => gap)).toEqual([true, false]);
  });

  it('fault 88: nothing is recorded while the reserve is reached, but the gaps are', async () => {
    const disk = { state: 'full' as 'ok' | 'full', wrote: () => undefined };
    const alarms: (string | undefined)[] = [];
    const { recording } = await openRecording(folder, {
      log,
      disk,
      onAlarm: (alarm) => alarms.push(alarm?.code),
    });
    await recording.init(init(0));
    expect((await segment(recording, 0)).some(Boolean)).toBe(false);
    disk.state = 'ok';
    expect((await segment(recording, 1)).every(Boolean)).toBe(true);
    expect(alarms).toEqual(['full', undefined]);
    await recording.end();
    const { recorded } = await inspectRecording(nodeFs, folder);
    expect(recorded.segments.map(({ gap }) => gap)).toEqual([true, false]);
  });
});

describe('a slow disk (fault 93)', () => {
  it('fault 93: with writes of 500 ms what waits is written in a few large writes', async () => {
    const fs = new FaultyFs();
    const { recording } = await open(fs);
    await recording.init(init(0));
    const held = fs.holdWrites();
    const first = segment(recording, 0, 2);
    await held.waiting;
    const rest = Promise.all([1, 2, 3].map((msn) => segment(recording, msn, 20)));
    const before = fs.writes;
    held.release();
    expect((await first).every(Boolean)).toBe(true);
    expect((await rest).flat().every(Boolean)).toBe(true);
    // One for each segment's bytes and one or two for the index, not 60.
    expect(fs.writes - before).toBeLessThanOrEqual(6);
    await recording.close();
    expect(await readFile(join(folder, '2.m4s'))).toEqual(bytesOf(2, 20));
  });

  it('fault 93: a disk that hangs costs a bounded amount of memory, then segments, and is caught up with', async () => {
    const fs = new FaultyFs();
    const alarms: (string | undefined)[] = [];
    const queueLimit = bytesOf(0, 3).length + bytesOf(1, 3).length + 10;
    const { recording } = await open(fs, { queueLimit, onAlarm: (alarm) => alarms.push(alarm?.code) });
    await recording.init(init(0));
    const held = fs.holdWrites();
    const all = [0, 1, 2, 3, 4].map((msn) => segment(recording, msn));
    await held.waiting;
    held.release();
    const answers = (await Promise.all(all)).map((each) => each.every(Boolean));
    expect(answers).toEqual([true, true, false, false, false]);
    expect((await segment(recording, 5)).every(Boolean)).toBe(true);
    expect(alarms).toEqual(['behind', undefined]);
    await recording.end();
    const { recorded } = await inspectRecording(nodeFs, folder);
    expect(recorded.segments.map(({ gap }) => gap)).toEqual([false, false, true, true, true, false]);
  });
});
