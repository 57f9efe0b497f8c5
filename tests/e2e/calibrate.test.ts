import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import encodeQR from 'qr';
import { afterEach, expect, it } from 'vitest';
import { type DelayLine, startDelayLine } from '#bench/delay-line.ts';
import { clockStep, clockText } from '#contracts/calibration.ts';
import { eventPath } from '#contracts/event-paths.ts';
import type { Batch, StageEvent } from '#contracts/events.ts';
import type { Now } from '#contracts/now.ts';
import type { VenueStatus } from '#contracts/venue.ts';
import { logIn } from '#tests/harness/api.ts';
import { startDemo } from '#tests/harness/demo-process.ts';
import { until } from '#tests/harness/until.ts';

const [width, height, fps] = [640, 360, 25];
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A grey picture with the code in its middle, one byte a pixel. */
function picture(text: string): Buffer {
  const code = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const cell = Math.floor((height * 0.9) / code.length);
  const luma = Buffer.alloc(width * height, 110);
  const [left, top] = [(width - code.length * cell) >> 1, (height - code.length * cell) >> 1];
  code.forEach((row, y) => {
    row.forEach((dark, x) => {
      for (let line = 0; line < cell; line++) {
        const at = (top + y * cell + line) * width + left + x * cell;
        luma.fill(dark ? 30 : 220, at, at + cell);
      }
    });
  });
  return luma;
}

/** A camera without a microphone in front of the calibration page: what it says now, encoded and pushed at its own pace. */
function startCamera(url: string): () => Promise<void> {
  const input = ['-use_wallclock_as_timestamps', '1', '-f', 'rawvideo', '-pix_fmt', 'gray'];
  const size = ['-s', `${width}x${height}`, '-framerate', String(fps), '-i', 'pipe:0'];
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'];
  const keys = [
    '-g',
    '12',
    '-sc_threshold',
    '0',
    '-fps_mode',
    'passthrough',
    '-flush_packets',
    '1',
    '-f',
    'flv',
    url,
  ];
  const child: ChildProcess = spawn(
    'ffmpeg',
    ['-loglevel', 'error', '-fflags', 'nobuffer', '-probesize', '32', ...input, ...size].concat(codec, keys),
    { stdio: ['pipe', 'ignore', 'ignore'] },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin?.on('error', () => undefined); // It was ended.
  let shown = 0;
  let frame = picture(clockText(0x10000000));
  const timer = setInterval(() => {
    const step = Math.floor(Date.now() / clockStep) * clockStep;
    if (step !== shown) frame = picture(clockText(step));
    shown = step;
    // A camera does not keep what the encoder could not take.
    if ((child.stdin?.writableLength ?? 0) < frame.length) child.stdin?.write(frame);
  }, 1000 / fps);
  return async () => {
    clearInterval(timer);
    child.kill('SIGKILL');
    await exited;
  };
}

it('reads the delay of a line from the clock in the picture, and corrects what was published before', async () => {
  const delayMs = 1500;
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-calibrate-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const demo = await startDemo(folder, ['--no-source']);
  closers.push(() => demo.stop());
  const { info } = demo;
  const api = await logIn(info);
  const line: DelayLine = await startDelayLine(Number(new URL(info.rtmpUrl).port), delayMs);
  closers.push(() => line.close());
  const push = new URL(`${info.rtmpUrl}/${info.streamKey}`);
  push.port = String(line.port);
  closers.push(startCamera(push.href));
  const status = async () =>
    (await api.request<VenueStatus>('GET', `/venues/${info.venueId}/status`)).tracks.program;
  await until(async () => (await status()).publisher, { seconds: 30, what: 'the camera to be connected' });
  const tracks = `/venues/${info.venueId}/tracks/program`;
  await api.request('POST', `${tracks}/calibration/start`);
  const result = await until(
    async () => {
      const { calibration } = await status();
      return calibration?.state === 'ready' ? calibration : undefined;
    },
    { seconds: 60, everyMs: 250, what: 'the clock to be read' },
  );
  // Encoding and the picture's own frame come on top of the line.
  expect(result.delayMs).toBeGreaterThan(delayMs - 50);
  expect(result.delayMs).toBeLessThan(delayMs + 600);
  await api.request('POST', `${tracks}/calibration/apply`);
  expect((await status()).delay).toEqual({ ms: result.delayMs, checked: true });

  const event = await until(
    async () => {
      const { events } = (await (await fetch(`${info.mediaBase}/now.json`)).json()) as Now;
      if (!events) return undefined;
      const { rev, next } = events.stage;
      for (let n = 0; n < next; n++) {
        const batch = (await (
          await fetch(`${info.mediaBase}/${eventPath.batch('stage', rev, n)}`)
        ).json()) as Batch<StageEvent>;
        const found = batch.events.find(({ type }) => type === 'delay');
        if (found) return found;
      }
      return undefined;
    },
    { seconds: 10, what: 'the correction' },
  );
  expect(event).toMatchObject({ type: 'delay', track: 'program', shift: -(result.delayMs ?? 0) });
}, 150_000);
