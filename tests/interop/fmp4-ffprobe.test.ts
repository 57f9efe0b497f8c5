/** Other people's programs judge our fMP4: ffmpeg makes the FLV, our pipeline packages it, ffprobe reads it back. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeptOutput, newRun } from '#media/packager/segmenter-fixture.ts';
import { Track } from '#media/track/track.ts';
import { readFlvFile } from './flv-file.ts';

const run = promisify(execFile);
const log = pino({ level: 'silent' });
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-fmp4-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Packet = { pts: number; dts: number };

async function packets(file: string): Promise<Packet[]> {
  const { stdout, stderr } = await run(
    'ffprobe',
    ['-v', 'error', '-show_packets', '-show_entries', 'packet=pts,dts', '-of', 'json', file],
    { maxBuffer: 64 << 20 },
  );
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { packets: Packet[] }).packets;
}

async function decodes(file: string): Promise<void> {
  const { stderr } = await run('ffmpeg', ['-v', 'warning', '-xerror', '-i', file, '-f', 'null', '-']);
  expect(stderr).toBe('');
}

async function encode(name: string, options: string[]): Promise<string> {
  const file = join(folder, `${name}.flv`);
  await run('ffmpeg', ['-v', 'error', ...options, '-f', 'flv', file]);
  return file;
}

async function packageFlv(name: string, file: string): Promise<KeptOutput> {
  const tags = readFlvFile(await readFile(file));
  let now = 5000;
  const clock = { now: () => now, epoch: () => now + 1_700_000_000_000 };
  const track = new Track({ name: 'program', clock, log });
  const output = new KeptOutput();
  track.startRun(output, newRun);
  const sink = track.connect({ encoder: 'test', remote: '127.0.0.1:1', protocol: 'rtmp' });
  for (const { tag, timestamp } of tags) {
    now = 5000 + timestamp;
    sink.tag(tag, now);
  }
  sink.close('end of file');
  for (const kind of ['video', 'audio'] as const) {
    const rendition = output[kind];
    if (rendition) await writeFile(join(folder, `${name}-${kind}.mp4`), rendition.file());
  }
  return output;
}

const picture = (rate: number | string, seconds: number) => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=size=320x180:rate=${rate}:duration=${seconds}`,
];
const tone = (rate: number, seconds: number) => [
  '-f',
  'lavfi',
  '-i',
  `sine=frequency=440:sample_rate=${rate}:duration=${seconds}`,
];

describe.each([
  { rate: 25, gop: 50, bframes: 3, sampleRate: 48_000, channels: 2 },
  { rate: 30, gop: 60, bframes: 2, sampleRate: 44_100, channels: 1 },
  { rate: 60, gop: 480, bframes: 3, sampleRate: 44_100, channels: 2 },
])(
  'an FLV of $rate fps with B-frames and AAC at $sampleRate Hz',
  ({ rate, gop, bframes, sampleRate, channels }) => {
    const name = `fps${rate}`;
    const seconds = 13;
    let output: KeptOutput;
    beforeAll(async () => {
      const x264 = [
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-bf',
        `${bframes}`,
        '-g',
        `${gop}`,
        '-sc_threshold',
        '0',
      ];
      const aac = ['-c:a', 'aac', '-ac', `${channels}`, '-b:a', '96k'];
      const file = await encode(name, [
        ...picture(rate, seconds),
        ...tone(sampleRate, seconds),
        ...x264,
        ...aac,
      ]);
      output = await packageFlv(name, file);
    });

    test('keeps every picture, with rising decode times', async () => {
      const list = await packets(join(folder, `${name}-video.mp4`));
      expect(list).toHaveLength(rate * seconds);
      for (const [i, packet] of list.entries()) {
        const next = list[i + 1];
        if (next) expect(next.dts).toBeGreaterThan(packet.dts);
        expect(packet.pts).toBeGreaterThanOrEqual(packet.dts);
      }
      expect(list[0]?.dts).toBe(0);
    });

    test('keeps the sound from the first picture on', async () => {
      const list = await packets(join(folder, `${name}-audio.mp4`));
      const frames = (seconds * sampleRate) / 1024;
      expect(list.length).toBeGreaterThan(frames - 8);
      expect(list.length).toBeLessThan(frames + 3);
      for (const [i, packet] of list.entries()) {
        const next = list[i + 1];
        if (next) expect(next.dts).toBeGreaterThan(packet.dts);
        if (next) expect(Math.abs(next.dts - packet.dts - 1024)).toBeLessThanOrEqual(1);
      }
    });

    test('decodes without a word from ffmpeg', async () => {
      await decodes(join(folder, `${name}-video.mp4`));
      await decodes(join(folder, `${name}-audio.mp4`));
    });

    test('has segments that begin with an IDR, as long as the GOP', () => {
      expect(output.target).toBe(Math.max(4, gop / rate));
      expect(output.video!.segments.every((segment) => segment.parts[0]!.independent)).toBe(true);
      expect(output.video!.segments.length).toBe(Math.ceil((seconds * rate) / gop));
      expect(output.audio!.segments.map(({ msn }) => msn)).toEqual(
        output.video!.segments.map(({ msn }) => msn),
      );
    });
  },
);
