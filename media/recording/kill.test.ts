import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { part } from './recording-fixtures.ts';
import { nodeFs } from './recording-fs.ts';
import { inspectRecording } from './recover.ts';

const child = new URL('./recording-child.ts', import.meta.url).pathname;
const kills = 20;

let root: string;
let running: ChildProcess | undefined;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'recording-kill-'));
});
afterEach(async () => {
  running?.kill('SIGKILL');
  await rm(root, { recursive: true });
});

/** Numbers below `below`, the same in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Told = { readonly given: string[]; readonly recorded: string[] };

/** Lets a process record until it has told so many lines, and kills it there. */
async function recordAndKill(folder: string, lines: number): Promise<Told> {
  const told: Told = { given: [], recorded: [] };
  const process_ = spawn(process.execPath, [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  running = process_;
  const gone = once(process_, 'exit');
  let count = 0;
  for await (const line of createInterface({ input: process_.stdout })) {
    const [what, msn, index] = line.split(' ');
    (what === 'given' ? told.given : told.recorded).push(`${msn}.${index}`);
    count += 1;
    if (count === lines) process_.kill('SIGKILL');
  }
  const [, signal] = await gone;
  expect(signal).toBe('SIGKILL');
  return told;
}

const bytesOf = (msn: number, count: number): Buffer =>
  Buffer.concat(
    Array.from(
      { length: count },
      (_, index) => part(msn, index, 1000 + ((msn * 7919 + index * 104729) % 60_000)).bytes,
    ),
  );

it(`fault 86: killed ${kills} times while recording, at most one part each is lost and nothing before it changes`, {
  timeout: 300_000,
}, async () => {
  const folder = join(root, 'run', 'program', 'source');
  const random = seeded(86);
  const before = new Map<number, number>();
  for (let kill = 0; kill < kills; kill += 1) {
    const last = Math.max(-1, ...before.keys());
    const { given, recorded: acknowledged } = await recordAndKill(folder, 1 + random(150));
    const { recorded } = await inspectRecording(nodeFs, folder);

    const found = new Set(
      recorded.segments.flatMap(({ msn, parts }) => parts.map(({ index }) => `${msn}.${index}`)),
    );
    for (const id of acknowledged) expect(found).toContain(id);
    expect(given.filter((id) => !found.has(id)).length).toBeLessThanOrEqual(1);
    expect(Number(given[0]?.split('.')[0])).toBeGreaterThan(last);

    recorded.segments.forEach(({ msn }, index) => {
      expect(msn).toBe(index);
    });
    for (const [msn, count] of before) expect(recorded.segments[msn]?.parts.length).toBe(count);
    before.clear();
    for (const { msn, gap, parts, bytes } of recorded.segments) {
      before.set(msn, parts.length);
      if (gap) continue;
      const expected = bytesOf(msn, parts.length);
      expect(bytes).toBe(expected.length);
      const file = await readFile(join(folder, `${msn}.m4s`));
      expect(file.subarray(0, bytes).equals(expected)).toBe(true);
      // Only what the last kill left may carry torn bytes; the next start cuts them.
      if (msn < recorded.segments.length - 1) expect(file.length).toBe(bytes);
    }
  }
});
