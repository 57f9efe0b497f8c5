import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readClock } from './clock-strip.ts';
import { argsFromSettings, settingsFromArgs, sourceDefaults } from './settings.ts';
import { type Source, type SourceReport, startSource } from './source.ts';
import { Speech } from './speech.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

describe('the settings of the synthetic encoder', () => {
  it('come back from the command line they make', () => {
    const settings = {
      ...sourceDefaults,
      url: 'rtmp://h/live/k?expires=1&sign=x',
      width: 640,
      zerolatency: false,
      sound: 'left' as const,
    };
    expect(settingsFromArgs(argsFromSettings(settings))).toEqual(settings);
  });

  it('are refused with the flag, the rule and the value', () => {
    expect(() => settingsFromArgs(['--url', 'rtmp://h/x', '--fps', 'many'])).toThrow(/--fps .*1 to 60.*many/);
    expect(() => settingsFromArgs(['--url', 'http://h/x'])).toThrow(/--url .*rtmp.*http:\/\/h\/x/);
  });
});

describe('the speech of the synthetic encoder', () => {
  const rms = (samples: Float32Array): number =>
    20 * Math.log10(Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length) + 1e-9);

  it('is about -20 dBFS, never clips, pauses, and differs between left and right', () => {
    const left = new Float32Array(48_000 * 20);
    const right = new Float32Array(left.length);
    new Speech(48_000, 'both').fill(left, right);
    for (const side of [left, right]) {
      expect(rms(side)).toBeGreaterThan(-32);
      expect(rms(side)).toBeLessThan(-12);
      expect(side.every((x) => Math.abs(x) < 1)).toBe(true);
    }
    const difference = left.map((x, i) => x - (right[i] ?? 0));
    expect(rms(difference)).toBeGreaterThan(-36);
    const levels = Array.from({ length: 200 }, (_, i) => rms(left.subarray(i * 4800, (i + 1) * 4800)));
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(12);
  });

  it('leaves a side silent when asked', () => {
    const left = new Float32Array(4800);
    const right = new Float32Array(4800).fill(1);
    new Speech(48_000, 'left').fill(left, right);
    expect(right.every((x) => x === 0)).toBe(true);
  });
});

describe('the synthetic encoder', { timeout: 60_000 }, () => {
  let folder: string;
  let source: Source | undefined;
  let receiver: ChildProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rostrum-source-'));
  });
  afterEach(async () => {
    await source?.close();
    receiver?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  /** ffmpeg as an RTMP server for one publisher. */
  function receive(port: number, file: string): ChildProcess {
    return spawn(
      'ffmpeg',
      [
        '-v',
        'quiet',
        '-listen',
        '1',
        '-f',
        'flv',
        '-i',
        `rtmp://127.0.0.1:${port}/live/k`,
        '-c',
        'copy',
        '-t',
        '3',
        file,
      ],
      { stdio: 'ignore' },
    );
  }

  it('pushes H.264 and AAC with a clock that can be read, and comes back after the server was gone', async () => {
    const port = await freePort();
    const states: SourceReport['state'][] = [];
    source = startSource({
      url: `rtmp://127.0.0.1:${port}/live/k`,
      width: 640,
      height: 360,
      kbps: 800,
      gopSeconds: 1,
      onState: ({ state }) => states.push(state),
    });
    await vi.waitFor(() => expect(states).toContain('lost'), 10_000);
    const startedAt = Date.now();
    for (const name of ['first.flv', 'second.flv']) {
      const file = join(folder, name);
      states.length = 0;
      receiver = receive(port, file);
      await once(receiver, 'exit');
      expect(existsSync(file)).toBe(true);
      const { stdout } = spawnSync(
        'ffmpeg',
        [...['-v', 'quiet', '-i', file, '-frames:v', '40', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']],
        { maxBuffer: 1 << 26 },
      );
      const size = 640 * 360;
      const times = Array.from({ length: Math.floor(stdout.length / size) }, (_, i) =>
        readClock(stdout.subarray(i * size, (i + 1) * size), 640, 360),
      );
      expect(times.length).toBe(40);
      for (const [i, at] of times.entries()) {
        // A source that catches up draws two frames within a millisecond.
        expect(at).toBeGreaterThanOrEqual(i === 0 ? startedAt - 1000 : (times[i - 1] ?? 0));
        expect(at).toBeLessThan(Date.now());
      }
      await vi.waitFor(() => expect(states).toContain('lost'), 10_000);
    }
    await source.close();
    expect(await source.ended).toBe(0);
  });
});
