/** Other people's programs judge our fMP4: ffmpeg makes the FLV, our pipeline packages it, ffprobe reads it back. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lcConfig, parseAudioSpecificConfig } from '#media/formats/aac.ts';
import { audioInit } from '#media/formats/fmp4-init.ts';
import { audioPart } from '#media/formats/fmp4-part.ts';
import type { VideoCodec } from '#media/formats/media-tag.ts';
import { KeptOutput, newRun } from '#media/packager/segmenter-fixture.ts';
import { Track } from '#media/track/track.ts';
import { readFlvFile, type TimedTag } from './flv-file.ts';

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

async function packageFlv(
  name: string,
  file: string,
  keep: (tag: TimedTag) => boolean = () => true,
): Promise<KeptOutput> {
  const tags = readFlvFile(await readFile(file)).filter(keep);
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

describe('a stream with holes', () => {
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '50', '-sc_threshold', '0'];
  const missing = (kind: string) => (sent: TimedTag) =>
    sent.tag.kind !== kind || sent.timestamp < 5000 || sent.timestamp > 9000;

  test.each(['video', 'audio'])(
    'of 4 s of %s is filled with what ffmpeg decodes without a word',
    async (kind) => {
      const name = `hole-${kind}`;
      const flv = await encode(name, [
        ...picture(25, 14),
        ...tone(48_000, 14),
        ...x264,
        '-c:a',
        'aac',
        '-ac',
        '2',
      ]);
      const output = await packageFlv(name, flv, missing(kind));
      await decodes(join(folder, `${name}-video.mp4`));
      await decodes(join(folder, `${name}-audio.mp4`));
      const [video, audio] = [output.video!, output.audio!].map(({ parts }) =>
        parts.reduce((sum, { duration }) => sum + duration, 0),
      );
      expect(video).toBeGreaterThan(13.9);
      expect(Math.abs(video! - audio!)).toBeLessThan(0.2);
    },
  );
});

describe.each([
  { codec: 'hevc', entry: 'hvcC', options: ['-c:v', 'libx265', '-x265-params', 'log-level=none:keyint=50'] },
  { codec: 'av1', entry: 'av1C', options: ['-c:v', 'libsvtav1', '-preset', '12', '-g', '50'] },
] as const)('$codec by enhanced RTMP', ({ codec, entry, options }) => {
  test('is passed through and decodes without a word', async () => {
    const source = join(folder, `${codec}.mp4`);
    await run('ffmpeg', ['-v', 'error', ...picture(25, 5), ...options, source]);
    const output = await packageMp4(codec, entry, source);
    const file = join(folder, `${codec}-video.mp4`);
    await writeFile(file, output.video!.file());
    expect(output.video!.inits[0]).toMatchObject({ width: 320, height: 180 });
    expect(await packets(file)).toHaveLength(125);
    await decodes(file);
  });
});

/** The samples of an MP4 as tags, for codecs this ffmpeg does not put into FLV. */
async function packageMp4(codec: VideoCodec, entry: string, source: string): Promise<KeptOutput> {
  const file = await readFile(source);
  const at = file.indexOf(entry);
  const record = file.subarray(at + 4, at - 4 + file.readUInt32BE(at - 4));
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-show_packets', '-show_entries', 'packet=pts_time,dts_time,pos,size,flags'],
    ...['-of', 'json', source],
  ]);
  type Listed = { pts_time: string; dts_time: string; pos: string; size: string; flags: string };
  const { packets: list } = JSON.parse(stdout) as { packets: Listed[] };
  let now = 5000;
  const track = new Track({ name: 'slides', clock: { now: () => now, epoch: () => now }, log });
  const output = new KeptOutput();
  track.startRun(output, newRun);
  const sink = track.connect({ encoder: 'test', remote: '127.0.0.1:1', protocol: 'rtmp' });
  sink.tag({ kind: 'videoConfig', codec, record }, now);
  for (const { pts_time, dts_time, pos, size, flags } of list) {
    const dts = Math.round(Number(dts_time) * 1000) + 1000;
    const cts = Math.round(Number(pts_time) * 1000) + 1000 - dts;
    const data = file.subarray(Number(pos), Number(pos) + Number(size));
    now = 5000 + dts;
    sink.tag({ kind: 'video', codec, dts, cts, keyframe: flags.startsWith('K'), data }, now);
  }
  sink.close('end of file');
  return output;
}

describe('silence', () => {
  const configured = (hex: string) => parseAudioSpecificConfig(Buffer.from(hex, 'hex'));
  test.each([
    ['mono LC', lcConfig(44_100, 1), 1],
    ['stereo LC', lcConfig(48_000, 2), 2],
    ['stereo LC of 960 samples', configured('1194'), 2],
    ['5.1 LC', configured('11b0'), 6],
    ['HE-AAC', configured('2b118800'), 2],
    ['HE-AAC v2', configured('eb098800'), 2],
  ])('of %s is decoded as silence', async (name, config, channels) => {
    const file = join(folder, `silence-${name}.mp4`);
    const samples = Array.from({ length: 100 }, (_, i) => {
      return {
        dts: i * config.frameLength,
        cts: 0,
        duration: config.frameLength,
        keyframe: true,
        data: config.silence,
      };
    });
    await writeFile(file, Buffer.concat([audioInit(config), audioPart(1, samples)]));
    await decodes(file);
    const { stdout } = await run(
      'ffmpeg',
      ['-v', 'error', '-i', file, '-f', 's16le', '-ac', `${channels}`, '-ar', '48000', '-'],
      { encoding: 'buffer', maxBuffer: 64 << 20 },
    );
    expect(stdout.some((byte) => byte !== 0)).toBe(false);
    const seconds = (100 * config.frameLength) / config.sampleRate;
    expect(stdout.length / (2 * channels * 48_000)).toBeCloseTo(seconds, 1);
  });
});
