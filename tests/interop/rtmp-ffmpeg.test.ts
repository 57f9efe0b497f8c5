/** A real ffmpeg pushes to a real server: what its encoder made is what the sink gets. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Demuxer, Muxer } from 'node-av/api';
import { pino } from 'pino';
import { generate } from 'selfsigned';
import { afterEach, expect, test } from 'vitest';
import type { AudioTag, MediaTag, VideoTag } from '#media/formats/media-tag.ts';
import type { PublishAnswer, PublishDoor, PublishRequest } from '#media/ingest/publish.ts';
import { createRtmpServer, type RtmpServer } from '#media/ingest/rtmp/server.ts';

type Got = {
  requests: PublishRequest[];
  tags: MediaTag[];
  arrivals: number[];
  closed: string[];
};
/** Waits longer than the default 1 s: the machine may be busy. */
const until = <T>(value: () => T) => expect.poll(value, { timeout: 8000 });

const servers: RtmpServer[] = [];
const ends: (() => void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) end();
  for (const server of servers.splice(0)) await server.close();
});

async function serve(
  answer?: PublishAnswer,
  tls?: { cert: string; key: string },
): Promise<{ port: number; got: Got; server: RtmpServer; log: string[] }> {
  const got: Got = { requests: [], tags: [], arrivals: [], closed: [] };
  const log: string[] = [];
  const door: PublishDoor = {
    open: async (request) => {
      got.requests.push(request);
      return (
        answer ?? {
          accepted: true,
          sink: {
            tag: (tag, arrival) => {
              got.tags.push(tag);
              got.arrivals.push(arrival);
            },
            close: (reason) => got.closed.push(reason),
          },
        }
      );
    },
  };
  const server = createRtmpServer({
    door,
    log: pino({ level: 'debug' }, { write: (line) => void log.push(line) }),
    ...(tls ? { tls } : {}),
  });
  servers.push(server);
  const { port } = await server.listen(0, '127.0.0.1');
  return { port, got, server, log };
}

function ffmpeg(args: string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'info', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  ends.push(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

const lavfi = (seconds: number, size = '640x360', rate = 25) => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}`],
  ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
  ...['-t', String(seconds), '-ac', '2', '-c:a', 'aac', '-b:a', '128k'],
];
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-bf', '2', '-pix_fmt', 'yuv420p'];
const video = (tags: MediaTag[]) => tags.filter((tag): tag is VideoTag => tag.kind === 'video');
const audio = (tags: MediaTag[]) => tags.filter((tag): tag is AudioTag => tag.kind === 'audio');

test('every frame of an H.264 and AAC push by ffmpeg reaches the sink, in order, with its key and query', async () => {
  const { port, got, server } = await serve();
  const url = `rtmp://127.0.0.1:${port}/live/room-7_key?expires=99&sign=abc`;
  const run = await ffmpeg([...lavfi(3), ...x264, '-f', 'flv', url]);
  expect(run.code, run.stderr).toBe(0);
  await until(() => got.closed.length).toBe(1);

  const [request] = got.requests;
  expect(request).toMatchObject({ protocol: 'rtmp', app: 'live', streamKey: 'room-7_key' });
  expect(request!.query.get('expires')).toBe('99');
  expect(request!.query.get('sign')).toBe('abc');
  expect(request!.remote).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(request!.encoder).toMatch(/FMLE|Lavf/);

  const frames = video(got.tags);
  expect(frames).toHaveLength(75);
  expect(frames.filter((frame) => frame.keyframe)).toHaveLength(2);
  expect(frames.some((frame) => frame.cts > 40)).toBe(true);
  for (let i = 1; i < frames.length; i++) expect(frames[i]!.dts - frames[i - 1]!.dts).toBeGreaterThan(35);
  // 3 s at 48 kHz in frames of 1024 samples, and the encoder's priming frame.
  expect(audio(got.tags).length).toBeGreaterThanOrEqual(140);
  expect(got.tags.filter((tag) => tag.kind === 'videoConfig')).toHaveLength(1);
  expect(got.tags.filter((tag) => tag.kind === 'audioConfig')).toHaveLength(1);
  const [metadata] = got.tags.filter((tag) => tag.kind === 'metadata');
  expect(metadata!.values).toMatchObject({ width: 640, height: 360, framerate: 25 });
  expect(got.arrivals.every((arrival, i) => i === 0 || arrival >= got.arrivals[i - 1]!)).toBe(true);
  await until(() => server.connections()).toBe(0);
});

test('ffmpeg signs its handshake and the server recognises it', async () => {
  const { port, got, log } = await serve();
  await ffmpeg([...lavfi(1), ...x264, '-f', 'flv', `rtmp://127.0.0.1:${port}/live/k`]);
  await until(() => got.closed.length).toBe(1);
  const started = log.map((line) => JSON.parse(line)).find((line) => line.msg === 'rtmp publishing');
  expect(started.handshake).toMatch(/^digest[01]$/);
});

test('ffmpeg shows its user why a key was refused', async () => {
  const { port } = await serve({ accepted: false, code: 'publish.badKey', detail: 'no such venue' });
  const run = await ffmpeg([...lavfi(1), ...x264, '-f', 'flv', `rtmp://127.0.0.1:${port}/live/wrong`]);
  expect(run.code).not.toBe(0);
  expect(run.stderr).toContain(
    'Stream key is not valid. Copy the push address from the console again. (no such venue)',
  );
});

test('a stream with MP3 sound is refused by name', async () => {
  const { port, got } = await serve();
  const mp3 = ['-c:a', 'libmp3lame', '-ar', '44100'];
  const url = `rtmp://127.0.0.1:${port}/live/k`;
  const run = await ffmpeg(['-re', ...lavfi(20), ...x264, ...mp3, '-f', 'flv', url]);
  expect(run.code).not.toBe(0);
  await until(() => got.closed[0]).toContain('audio is MP3 (FLV sound format 2)');
});

test('ffmpeg asking to play is told to open the watch page', async () => {
  const { port, got } = await serve();
  const run = await ffmpeg(['-i', `rtmp://127.0.0.1:${port}/live/k`, '-f', 'null', '-']);
  expect(run.code).not.toBe(0);
  expect(run.stderr).toContain('does not play them; open the watch page');
  expect(got.requests).toHaveLength(0);
});

/** Pushes a file's streams as they are, with the FFmpeg inside node-av: it knows Enhanced RTMP, Debian's does not. */
async function pushFile(file: string, url: string): Promise<void> {
  await using input = await Demuxer.open(file);
  await using output = await Muxer.open(url, { format: 'flv' });
  const to = new Map(input.streams.map((stream) => [stream.index, output.addStream(stream)]));
  for await (const packet of input.packets()) {
    if (packet) await output.writePacket(packet, to.get(packet.streamIndex)!);
  }
}

test.each([
  ['hevc', ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:keyint=25']],
  ['av1', ['-c:v', 'libsvtav1', '-preset', '12', '-g', '25']],
] as const)('every frame of %s by Enhanced RTMP reaches the sink', async (codec, encoder) => {
  const { port, got } = await serve();
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-rtmp-'));
  try {
    const file = join(folder, 'source.mkv');
    const made = await ffmpeg([...lavfi(2, '320x180'), ...encoder, '-pix_fmt', 'yuv420p', file]);
    expect(made.code, made.stderr).toBe(0);
    await pushFile(file, `rtmp://127.0.0.1:${port}/live/k`);
  } finally {
    await rm(folder, { recursive: true });
  }
  // Not for the end of the connection: this muxer leaves it open until its process ends.
  await until(() => video(got.tags).length).toBe(50);
  const frames = video(got.tags);
  expect(frames.every((frame) => frame.codec === codec)).toBe(true);
  expect(frames[0]!.keyframe).toBe(true);
  expect(got.tags.find((tag) => tag.kind === 'videoConfig')).toMatchObject({ codec });
  await until(() => audio(got.tags).length).toBeGreaterThanOrEqual(93);
});

test('ffmpeg pushes over TLS', async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
  const { port, got } = await serve(undefined, { cert, key });
  const run = await ffmpeg([...lavfi(1), ...x264, '-f', 'flv', `rtmps://127.0.0.1:${port}/live/k`]);
  expect(run.code, run.stderr).toBe(0);
  await until(() => got.closed.length).toBe(1);
  expect(got.requests[0]).toMatchObject({ protocol: 'rtmps' });
  expect(video(got.tags)).toHaveLength(25);
});

test('timestamps past 2²⁴ ms come over whole, as after four hours and a half', async () => {
  const { port, got } = await serve();
  const late = ['-output_ts_offset', '16776', '-flush_packets', '1'];
  const run = await ffmpeg([...lavfi(3), ...x264, ...late, '-f', 'flv', `rtmp://127.0.0.1:${port}/live/k`]);
  expect(run.code, run.stderr).toBe(0);
  await until(() => got.closed.length).toBe(1);
  const frames = video(got.tags);
  expect(frames).toHaveLength(75);
  expect(frames[0]!.dts).toBeLessThan(0xffffff);
  expect(frames.at(-1)!.dts).toBeGreaterThan(0xffffff);
  for (let i = 1; i < frames.length; i++) expect(frames[i]!.dts - frames[i - 1]!.dts).toBeLessThan(50);
});
