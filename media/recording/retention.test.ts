import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordingArchive } from './archive.ts';
import { listRuns, renditionFolder, runBytes, runFolder } from './catalogue.ts';
import { openRecording } from './file-recording.ts';
import { init, part, start } from './recording-fixtures.ts';
import { nodeFs } from './recording-fs.ts';
import { deleteRuns, expiredRuns } from './retention.ts';

const log = pino({ level: 'silent' });
const day = 86_400_000;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'recordings-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function record(run: string, rendition = 'source', segments = 2): Promise<void> {
  const { recording } = await openRecording(renditionFolder(root, run, 'program', rendition), {
    log,
    disk: { state: 'ok', wrote: () => undefined },
  });
  void recording.init(init(0));
  for (let msn = 0; msn < segments; msn += 1) {
    void recording.startSegment(start(msn));
    void recording.part(part(msn, 0));
    void recording.endSegment(msn);
  }
  await recording.end();
}

describe('retention', () => {
  it('chooses ended runs past their days, and never open ones or those kept for good', () => {
    const now = 100 * day;
    expect(
      expiredRuns(
        [
          { run: 'old', endedAt: now - 30 * day, retentionDays: 30 },
          { run: 'young', endedAt: now - 30 * day + 1, retentionDays: 30 },
          { run: 'open', endedAt: undefined, retentionDays: 1 },
          { run: 'forever', endedAt: 0, retentionDays: 0 },
        ],
        now,
      ),
    ).toEqual(['old']);
  });

  it('removes the files of a run, whatever reads them, and leaves the others', async () => {
    await record('old');
    await record('young');
    const archive = new RecordingArchive({ log });
    const folder = renditionFolder(root, 'old', 'program', 'source');
    const opened = await archive.open(folder);
    const first = part(0, 0).bytes;
    expect(await opened?.readSegment(0, 0, first.length)).toEqual(first);
    const deleted = await deleteRuns(['old', 'never-there'], {
      root,
      log,
      onDelete: (_run, gone) => archive.forget(gone),
    });
    expect(deleted).toEqual(['old', 'never-there']);
    expect(await readdir(root)).toEqual(['young']);
    expect(await opened?.readSegment(0, 0, first.length)).toBeUndefined();
    expect(await archive.open(folder)).toBeUndefined();
    archive.close();
  });

  it('refuses names that lead out of the folder', async () => {
    expect(() => runFolder(root, '../x')).toThrow(/must match/);
    expect(await deleteRuns(['..'], { root, log })).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('lists runs with their tracks and bytes', async () => {
    await record('a', 'source');
    await record('a', 'audio');
    const [run] = await listRuns(nodeFs, root);
    if (run === undefined) throw new Error('no run found');
    expect(run.run).toBe('a');
    expect([...run.tracks]).toEqual([['program', ['audio', 'source']]]);
    const media = 2 * (init(0).bytes.length + part(0, 0).bytes.length + part(1, 0).bytes.length);
    expect(await runBytes(nodeFs, root, run)).toBeGreaterThan(media);
    expect(await listRuns(nodeFs, join(root, 'missing'))).toEqual([]);
  });
});

describe('the archive', () => {
  it('loads an ended recording once for everyone who asks, and reads it back', async () => {
    await record('a');
    const archive = new RecordingArchive({ log });
    const folder = renditionFolder(root, 'a', 'program', 'source');
    const [one, two] = await Promise.all([archive.open(folder), archive.open(folder)]);
    expect(one).toBe(two);
    expect(one?.recorded.ended).toBe(true);
    expect(await one?.readInit(0)).toEqual(init(0).bytes);
    expect(await one?.readInit(1)).toBeUndefined();
    const { bytes } = part(1, 0);
    expect(await one?.readSegment(1, 0, bytes.length)).toEqual(bytes);
    expect(await one?.readSegment(1, 0, bytes.length + 1)).toBeUndefined();
    expect(await one?.readSegment(9, 0, 1)).toBeUndefined();
    archive.close();
  });

  it('keeps a bounded number of indexes and open files', async () => {
    for (const run of ['a', 'b', 'c']) await record(run, 'source', 5);
    // Ten entries each: two fit.
    const archive = new RecordingArchive({ log, indexEntries: 25, openFiles: 2 });
    const folders = ['a', 'b', 'c'].map((run) => renditionFolder(root, run, 'program', 'source'));
    const opened = [];
    for (const folder of folders) opened.push(await archive.open(folder));
    expect(await archive.open(folders[2] ?? '')).toBe(opened[2]);
    expect(await archive.open(folders[0] ?? '')).not.toBe(opened[0]);
    const reads = opened.flatMap((each) =>
      [0, 1, 2, 3, 4].map((msn) => each?.readSegment(msn, 0, part(msn, 0).bytes.length)),
    );
    const read = await Promise.all(reads);
    for (const [index, bytes] of read.entries()) expect(bytes).toEqual(part(index % 5, 0).bytes);
    archive.close();
  });
});
