import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { KeptOutput, newRun } from '../packager/segmenter-fixture.ts';
import { avcRecord, encode, type SentTag, seeded } from './encoder-fixture.ts';
import { GopBuffer } from './gop-buffer.ts';
import { Track, type TrackSink } from './track.ts';

const publisher = { encoder: 'OBS', remote: '192.0.2.1:5000', protocol: 'rtmp' } as const;
const lecture = encode({ fps: 25, gop: 50, bframes: 2, sampleRate: 48_000, seconds: 9 });

function stage(name: 'program' | 'slides' = 'program') {
  const events: string[] = [];
  let now = 1000;
  const track = new Track({
    name,
    log: pino({ level: 'silent' }),
    clock: { now: () => now, epoch: () => now + 1_700_000_000_000 },
    events: { firstMedia: () => events.push('media'), closed: (reason) => events.push(`closed: ${reason}`) },
  });
  const send = (sink: TrackSink, tags: readonly SentTag[]) => {
    for (const { tag, at } of tags) {
      now = 1000 + at;
      sink.tag(tag, now);
    }
  };
  return { track, events, send };
}

describe('a track', () => {
  test('tells of the first media and of the end of each connection, once', () => {
    const { track, events, send } = stage();
    const sink = track.connect(publisher);
    expect(track.health()).toMatchObject({ encoder: 'OBS', video: null, audio: null });
    send(sink, lecture.slice(0, 2));
    expect(events).toEqual([]);
    send(sink, lecture.slice(2));
    expect(events).toEqual(['media']);
    sink.close('gone');
    sink.close('gone again');
    expect(events).toEqual(['media', 'closed: gone']);
    expect(track.health()).toBeNull();
    expect(track.warnings()).toEqual([]);
  });

  test('counts sound alone as media after 2 s', () => {
    const { track, events, send } = stage();
    const sound = encode({ fps: 0, gop: 1, sampleRate: 48_000, seconds: 3 });
    const sink = track.connect(publisher);
    send(
      sink,
      sound.filter(({ at }) => at < 1900),
    );
    expect(events).toEqual([]);
    send(
      sink,
      sound.filter(({ at }) => at >= 1900),
    );
    expect(events).toEqual(['media']);
  });

  test('closes the connection before when another comes, and no longer listens to it', () => {
    const { track, events, send } = stage();
    const first = track.connect(publisher);
    track.connect({ ...publisher, encoder: 'ffmpeg' });
    expect(events).toEqual(['closed: replaced by another connection']);
    send(first, lecture);
    expect(events).toHaveLength(1);
    expect(track.health()).toMatchObject({ encoder: 'ffmpeg', video: null });
  });

  test('feeds the preview while armed: configurations, a picture every 2 s, every access unit', () => {
    const { track, send } = stage();
    const seen: string[] = [];
    track.setPreviewTap({
      videoConfig: (codec, record) => seen.push(`${codec} ${record.equals(avcRecord)}`),
      keyframe: () => seen.push('picture'),
      audioConfig: () => seen.push('aac'),
      audio: (_, at) => {
        if (at < 1_700_000_000_000) throw new Error('not epoch time');
        seen.push('sound');
      },
    });
    send(track.connect(publisher), encode({ fps: 25, gop: 25, sampleRate: 48_000, seconds: 9 }));
    expect(seen.filter((each) => each === 'picture')).toHaveLength(5);
    expect(seen.filter((each) => each === 'sound').length).toBeGreaterThan(420);
    expect(seen.slice(0, 4)).toEqual(['avc true', 'picture', 'aac', 'sound']);
    expect(seen.filter((each) => each === 'aac')).toHaveLength(1);
  });

  test('publishes what it has when the run stops, and can start the next run at once', () => {
    const { track, send } = stage();
    const sink = track.connect(publisher);
    const first = new KeptOutput();
    track.startRun(first, newRun);
    expect(() => track.startRun(first, newRun)).toThrow('already in a run');
    send(
      sink,
      lecture.filter(({ at }) => at < 5000),
    );
    const position = track.stopRun();
    expect(position).toMatchObject({ msn: 3, videoInit: 1, audioInit: 1, targetDuration: 4 });
    expect(position!.mediaTime).toBeCloseTo(5, 0);
    expect(track.stopRun()).toBeUndefined();
    const second = new KeptOutput();
    track.startRun(second, newRun);
    send(
      sink,
      lecture.filter(({ at }) => at >= 5000),
    );
    track.stopRun();
    expect(second.video!.segments[0]!.msn).toBe(0);
    expect(second.video!.parts[0]!.independent).toBe(true);
  });
});

describe('faults 12, 13 and 15: whatever tags come', () => {
  test.each(Array.from({ length: 20 }, (_, i) => i + 1))(
    'nothing throws and the order of what is published holds (seed %i)',
    (seed) => {
      const random = seeded(seed);
      const number = (below: number) => Math.floor(random() * below);
      const bytes = (length: number) => Buffer.from(Array.from({ length }, () => number(256)));
      const mutated = (data: Buffer) => {
        if (random() < 0.5 || data.length === 0) return data;
        const copy = Buffer.from(data);
        copy[number(copy.length)] = number(256);
        return random() < 0.3 ? copy.subarray(0, number(copy.length)) : copy;
      };
      const { track, send } = stage();
      const output = new KeptOutput();
      track.startRun(output, newRun);
      const sink = track.connect(publisher);
      const tags = encode({ fps: 25, gop: 25, bframes: 2, sampleRate: 44_100, seconds: 20 }).map(
        ({ tag, at }): SentTag => {
          const dice = random();
          if (dice < 0.01)
            return { tag: { kind: 'videoConfig', codec: 'avc', record: mutated(avcRecord) }, at };
          if (dice < 0.02) return { tag: { kind: 'audioConfig', codec: 'aac', asc: bytes(number(8)) }, at };
          if (dice < 0.03) return { tag: { kind: 'metadata', values: { framerate: { toString: 1 } } }, at };
          if (dice < 0.05 && 'dts' in tag) return { tag: { ...tag, dts: number(2 ** 32) }, at };
          if (dice < 0.07 && tag.kind === 'video')
            return { tag: { ...tag, cts: number(2 ** 24) - 2 ** 23 }, at };
          if (dice < 0.1 && 'data' in tag) return { tag: { ...tag, data: mutated(tag.data) }, at };
          return { tag, at };
        },
      );
      send(sink, tags);
      track.stopRun();
      expect(track.health()).not.toBeNull();
      track.warnings();
      const { video, audio } = output;
      expect(video!.segments.length).toBeGreaterThan(2);
      const numbers = video!.segments.map(({ msn }) => msn);
      expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i));
      const last = audio?.segments.at(-1);
      if (last) expect(last.msn).toBe(numbers.at(-1));
      const length = video!.parts.reduce((sum, { duration }) => sum + duration, 0);
      expect(length).toBeLessThan(40);
    },
  );
});

describe('the armed buffer', () => {
  test('holds the frames from the last IDR on, and none beyond 16 MB', () => {
    const buffer = new GopBuffer();
    const config = {
      codec: 'avc',
      record: avcRecord,
      codecs: '',
      width: 1,
      height: 1,
      frameRate: 0,
      lengthSize: 4,
    } as const;
    const frame = (time: number, keyframe: boolean, size: number) =>
      ({
        kind: 'video',
        time,
        cts: 0,
        keyframe,
        disposable: false,
        data: Buffer.alloc(size),
        arrival: 0,
        config,
      }) as const;
    buffer.push(frame(0, false, 10));
    buffer.push(frame(40, true, 10));
    buffer.push(frame(80, false, 10));
    buffer.push(frame(120, true, 10));
    buffer.push(frame(160, false, 10));
    expect(buffer.take().map(({ time }) => time)).toEqual([120, 160]);
    expect(buffer.take()).toEqual([]);
    buffer.push(frame(200, true, 10 << 20));
    buffer.push(frame(240, false, 7 << 20));
    buffer.push(frame(280, false, 10));
    expect(buffer.take()).toEqual([]);
  });
});
