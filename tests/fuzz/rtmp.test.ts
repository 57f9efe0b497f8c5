/**
 * Seeded mutation fuzz of everything that reads an encoder's bytes. Whatever comes in, the only errors are coded ones,
 * every input ends, and memory stays bounded. A failure names its seed; put it into `keptSeeds` with the fix.
 */
import { expect, test } from 'vitest';
import { CodedError } from '#contracts/errors.ts';
import { type AmfValue, decodeAmf0, encodeAmf0 } from '#media/formats/amf0.ts';
import { FlvReader } from '#media/formats/flv.ts';
import type { MediaTag } from '#media/formats/media-tag.ts';
import { ChunkReader, commandLimits, mediaLimits } from '#media/formats/rtmp-chunk.ts';
import {
  decodeCommand,
  decodeUserControl,
  decodeValues,
  encodeUint32,
  encodeUserControl,
  splitAggregate,
} from '#media/formats/rtmp-message.ts';
import type { PublishAnswer } from '#media/ingest/publish.ts';
import { RtmpConnection } from '#media/ingest/rtmp/connection.ts';
import { defaultRtmpLimits } from '#media/ingest/rtmp/limits.ts';
import {
  audio,
  audioBody,
  audioConfigBody,
  avcConfig,
  command,
  connectCommand,
  goingLive,
  MemoryWire,
  message,
  nal,
  plainHandshake,
  publishCommand,
  recordingLog,
  setChunkSize,
  video,
  videoBody,
  videoConfigBody,
} from '#media/ingest/rtmp/test-encoder.ts';
import { fuzzRuns, inPieces, inputSeed, mutate, Random } from './random.ts';

/** Of all inputs: AMF and FLV are small and many, whole connections dear. */
const shares = { amf: 0.3, chunks: 0.25, flv: 0.25, connections: 0.2 };
type Target = keyof typeof shares;

/** Seeds that once failed, by target, run first every time. None so far. */
const keptSeeds: Record<Target, number[]> = { amf: [], chunks: [], flv: [], connections: [] };

/** ms of CPU that any one input may take, far above what the slowest does. Not of time: the machine may be busy. */
const slowest = 1000;
const memoryCap = 400 * 1024 * 1024;

async function run(target: Target, one: (random: Random) => void | Promise<void>): Promise<void> {
  const fresh = Array.from({ length: Math.ceil(fuzzRuns * shares[target]) }, (_, i) => inputSeed(i));
  for (const seed of [...keptSeeds[target], ...fresh]) {
    const start = process.cpuUsage();
    try {
      await one(new Random(seed));
    } catch (error) {
      throw new Error(`${target} fuzz failed at seed ${seed}: keep it in keptSeeds`, { cause: error });
    }
    const { user, system } = process.cpuUsage(start);
    const took = (user + system) / 1000;
    if (took > slowest) throw new Error(`${target} fuzz took ${Math.round(took)} ms at seed ${seed}`);
  }
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(memoryCap);
}

/** Runs a reader that may refuse, but only in the coded way. */
function refusing(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    if (error.code !== 'publish.protocol' && error.code !== 'publish.codec') throw error;
  }
}

function randomValue(random: Random, depth = 0): AmfValue {
  switch (random.below(depth > 5 ? 5 : 7)) {
    case 0:
      return random.next() * 1e6;
    case 1:
      return random.below(2) === 1;
    case 2:
      return random.pick(['live', '', 'onMetaData', '直播', '__proto__', 'x'.repeat(random.below(300))]);
    case 3:
      return null;
    case 4:
      return undefined;
    case 5:
      return Array.from({ length: random.below(5) }, () => randomValue(random, depth + 1));
    default: {
      const object = Object.create(null);
      for (let i = random.below(5); i > 0; i--) {
        object[random.pick(['app', 'tcUrl', 'width', '__proto__', 'constructor', ''])] = randomValue(
          random,
          depth + 1,
        );
      }
      return object;
    }
  }
}

test('AMF0: mutated values are read or refused, and leave no mark on any prototype', async () => {
  await run('amf', (random) => {
    const values = Array.from({ length: 1 + random.below(4) }, () => randomValue(random));
    const bytes =
      random.below(10) === 0 ? random.bytes(random.below(200)) : mutate(random, encodeAmf0(values));
    refusing(() => {
      const read = decodeAmf0(bytes);
      expect(read.length).toBeLessThanOrEqual(8192);
      encodeAmf0(read); // what was read is within the depth that can be written
    });
    refusing(() => decodeValues(bytes, random.pick([15, 17, 18, 20])));
    refusing(() => decodeUserControl(bytes));
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

const fourCc = (name: string, first: number, rest: Buffer) =>
  Buffer.concat([Buffer.from([first]), Buffer.from(name), rest]);
const videoBodies = [
  videoConfigBody,
  videoBody(true),
  videoBody(false, Buffer.concat([nal(5), nal(0), nal(300)]), 80),
  Buffer.concat([Buffer.from([0x1c, 0, 0, 0, 0]), Buffer.alloc(23, 0xff)]),
  fourCc('hvc1', 0x90, Buffer.alloc(40)),
  fourCc('hvc1', 0x91, Buffer.concat([Buffer.from([0, 0, 40]), nal(90)])),
  fourCc('avc1', 0x90, avcConfig),
  fourCc('avc1', 0x93, nal(90)),
  fourCc('av01', 0x93, Buffer.alloc(50, 0x12)),
  fourCc('hvc1', 0x94, encodeAmf0(['colorInfo', { colorConfig: { bitDepth: 10 } }])),
  Buffer.concat([Buffer.from([0x97, 2, 0, 0, 1, 0x03]), Buffer.from('hvc1'), nal(3)]),
];
const audioBodies = [
  audioConfigBody,
  audioBody(),
  fourCc('mp4a', 0x90, Buffer.from([0x11, 0x90])),
  fourCc('mp4a', 0x91, Buffer.alloc(80)),
  fourCc('mp4a', 0x94, Buffer.from([0, 2])),
];

/** Walks a frame as later stages will: it must hold together. */
function checkTag(tag: MediaTag | undefined, lengthSize: number): void {
  if (tag?.kind !== 'video' || tag.codec === 'av1') return;
  let at = 0;
  while (at < tag.data.length) at += lengthSize + tag.data.readUIntBE(at, lengthSize);
  expect(at).toBe(tag.data.length);
}

test('FLV: mutated tag bodies give whole frames or coded refusals', async () => {
  await run('flv', (random) => {
    const reader = new FlvReader();
    let lengthSize = 4;
    for (let i = 1 + random.below(6); i > 0; i--) {
      refusing(() => {
        const tag = reader.video(mutate(random, random.pick(videoBodies)), random.below(2 ** 32));
        if (tag?.kind === 'videoConfig' && tag.codec !== 'av1') {
          lengthSize = (tag.record.readUInt8(tag.codec === 'avc' ? 4 : 21) & 3) + 1;
        }
        checkTag(tag, lengthSize);
      });
      refusing(() => reader.audio(mutate(random, random.pick(audioBodies)), random.below(2 ** 32)));
    }
  });
});

/** Called for every piece: `expect` would take most of the run's time here. */
function checkHeld(bytes: number): void {
  if (bytes < 0 || bytes > 32 << 20) throw new Error(`${bytes} bytes held`);
}

/** A few messages in a random order, on random ids, times and chunk sizes. */
function randomMessages(random: Random): Buffer {
  const made: Buffer[] = [];
  for (let i = 1 + random.below(8); i > 0; i--) {
    const time = random.pick([0, 40, 0xfffffe, 0xffffff, 0x1000000, 0xffffffff]);
    made.push(
      random.pick([
        () => video(time, random.pick(videoBodies)),
        () => audio(time, random.pick(audioBodies)),
        () => message(18, time, encodeAmf0(['@setDataFrame', 'onMetaData', { width: 1280, height: 720 }])),
        () => message(4, 0, encodeUserControl(random.below(8), time), 2),
        () => message(5, 0, encodeUint32(random.pick([1, 5000, 2_500_000])), 2),
        () => message(2, 0, encodeUint32(random.below(8)), 2),
        () => message(22, time, random.bytes(random.below(200))),
        () => command(random.pick(['createStream', '_checkbw', 'FCPublish', 'deleteStream']), i, null, 'key'),
        () => setChunkSize(random.pick([1, 128, 4096, 65_536])),
        () => message(random.below(32), time, random.bytes(random.below(300)), 2 + random.below(60)),
      ])(),
    );
  }
  return Buffer.concat(made);
}

test('chunks and messages: mutated streams are read or refused, at most 32 MB held', async () => {
  await run('chunks', (random) => {
    const flv = new FlvReader();
    let messages = 0;
    const reader: ChunkReader = new ChunkReader(
      (type, _streamId, timestamp, payload) => {
        if (++messages % 7 === 0) reader.stop();
        if (timestamp !== timestamp >>> 0) throw new Error(`timestamp ${timestamp} is no 32-bit number`);
        if (type === 8) flv.audio(payload, timestamp);
        else if (type === 9) flv.video(payload, timestamp);
        else if (type === 22) splitAggregate(payload, timestamp, () => {});
        else if (type === 20 || type === 17) decodeCommand(payload, type);
        else if (type === 18 || type === 15) decodeValues(payload, type);
      },
      random.pick([commandLimits, mediaLimits, { ...mediaLimits, message: 0xffffff }]),
    );
    refusing(() =>
      inPieces(random, mutate(random, randomMessages(random)), (piece) => {
        reader.push(piece);
        checkHeld(reader.buffered);
        if (reader.stopped) reader.resume();
      }),
    );
  });
});

test('connections: whole byte streams end in a publisher or in one closing line, never in a crash', async () => {
  await run('connections', async (random) => {
    const { log, lines, closings } = recordingLog();
    const wire = new MemoryWire();
    const clock = { now: 0 };
    let opened = 0;
    let sinks = 0;
    let sinkCloses = 0;
    const accept = (): PublishAnswer => {
      sinks++;
      return {
        accepted: true,
        sink: {
          tag: (tag) => {
            if (random.below(50) === 0) throw new CodedError('publish.codec', tag.kind);
          },
          close: () => sinkCloses++,
        },
      };
    };
    const mood = random.below(6);
    const connection = new RtmpConnection({
      id: 'rtmp-1',
      wire,
      door: {
        open: async (request, session) => {
          opened++;
          expect(request.streamKey).toMatch(/^[\w.~@:+=-]{1,256}$/);
          if (mood === 0) return { accepted: false, code: 'publish.badKey' };
          if (mood === 1) await new Promise(setImmediate);
          if (mood === 2) session.close('publish.superseded');
          return accept();
        },
      },
      log,
      limits: defaultRtmpLimits,
      now: () => clock.now,
    });
    const start = random.pick([
      () => goingLive(),
      () => goingLive('key?sign=1&expires=2'),
      () => Buffer.concat([plainHandshake, connectCommand({ app: 'live?a=1' }), publishCommand('key')]),
      () => Buffer.concat([random.bytes(1537), random.bytes(1536), connectCommand()]),
    ])();
    const whole = Buffer.concat([
      start,
      video(0, videoConfigBody),
      audio(0, audioConfigBody),
      randomMessages(random),
    ]);
    // Half of them keep a good beginning, so that the mutations reach the media.
    const bytes =
      random.below(2) === 0
        ? mutate(random, whole)
        : Buffer.concat([start, mutate(random, whole.subarray(start.length))]);
    inPieces(random, bytes, (piece) => {
      clock.now += random.below(50);
      connection.feed(piece);
      if (random.below(100) === 0) connection.tick();
      checkHeld(connection.buffered);
    });
    await new Promise(setImmediate);
    connection.feed(audio(1000, audioBody()));
    clock.now += 20_000;
    connection.tick();
    await new Promise(setImmediate);
    await new Promise(setImmediate);

    expect(connection.closed).toBe(true);
    expect(wire.ended).toBe(true);
    expect(closings()).toHaveLength(1);
    expect(lines.filter((line) => Number(line.level) >= 50)).toEqual([]);
    expect(opened).toBeLessThanOrEqual(1);
    expect(sinkCloses).toBe(sinks);
  });
});
