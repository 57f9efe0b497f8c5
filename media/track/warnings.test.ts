import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { Connection } from './connection.ts';
import { encode } from './encoder-fixture.ts';
import type { HealthFacts } from './health.ts';
import { judge } from './warnings.ts';

const healthy: HealthFacts = {
  health: {
    encoder: 'test',
    remote: '127.0.0.1:1',
    protocol: 'rtmp',
    connectedAt: 0,
    video: {
      codec: 'avc1.64001f',
      width: 1280,
      height: 720,
      fps: 25,
      kbps: 4000,
      averageKbps: 4000,
      gopSeconds: 2,
    },
    audio: { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 2, kbps: 128, averageKbps: 128 },
    jitterMs: 10,
    gaps: 0,
    longestGapMs: 0,
    avSkewMs: 20,
  },
  connectedSeconds: 60,
  videoAwaySeconds: 0,
  audioAwaySeconds: 0,
  keyframeAwaySeconds: 1,
  recentGaps: 0,
  usualFrameRate: 25,
};
const withVideo = (change: object): HealthFacts => ({
  ...healthy,
  health: { ...healthy.health, video: { ...healthy.health.video!, ...change } },
});
const withHealth = (change: object): HealthFacts => ({
  ...healthy,
  health: { ...healthy.health, ...change },
});
const kinds = (facts: HealthFacts, track: 'program' | 'slides' = 'program') =>
  judge(track, facts, [], 1000).map(({ kind }) => kind);

describe('warnings', () => {
  test('are none for a healthy publisher', () => {
    expect(kinds(healthy)).toEqual([]);
  });

  test('name the codec that some browsers cannot show', () => {
    const [warning] = judge('program', withVideo({ codec: 'avc1.7a1029' }), [], 1000);
    expect(warning?.values).toEqual({ codec: 'H.264 4:2:2' });
  });

  test.each([
    ['gopTooLong', withVideo({ gopSeconds: 8 })],
    ['bitrateDrop', withVideo({ kbps: 2700 })],
    ['frameRateLow', withVideo({ fps: 15 })],
    ['codecRare', withVideo({ codec: 'hvc1.1.6.L93.B0' })],
    ['codecRare', withVideo({ codec: 'av01.0.05M.08' })],
    ['codecRare', withVideo({ codec: 'avc1.f4001f' })],
    ['noAudio', { ...healthy, audioAwaySeconds: 5 }],
    ['noVideo', { ...healthy, videoAwaySeconds: 5 }],
    ['noKeyframes', { ...healthy, keyframeAwaySeconds: 13 }],
    ['jitter', withHealth({ jitterMs: 200 })],
    ['avSkew', withHealth({ avSkewMs: -400 })],
    ['gaps', { ...healthy, recentGaps: 3 }],
  ] as const)('%s is raised by its cause alone', (kind, facts) => {
    expect(kinds(facts)).toEqual([kind]);
  });

  test('do not ask for sound on the slides track', () => {
    expect(kinds({ ...healthy, audioAwaySeconds: 60 }, 'slides')).toEqual([]);
  });

  test('keep their beginning, and stay until well below the limit', () => {
    const raised = judge('program', withVideo({ kbps: 2600 }), [], 1000);
    const between = judge('program', withVideo({ kbps: 3000 }), raised, 2000);
    expect(between).toMatchObject([{ kind: 'bitrateDrop', since: 1000, values: { percent: 25 } }]);
    expect(judge('program', withVideo({ kbps: 3300 }), between, 3000)).toEqual([]);
    expect(judge('program', withVideo({ kbps: 3000 }), [], 3000)).toEqual([]);
  });
});

describe('health of a connection', () => {
  const measure = (options: Partial<Parameters<typeof encode>[0]>, arrive = (at: number) => at) => {
    let now = 0;
    const clock = { now: () => now, epoch: () => now + 1_700_000_000_000 };
    const publisher = { encoder: 'test', remote: '127.0.0.1:1', protocol: 'rtmp' } as const;
    const connection = new Connection(publisher, clock, pino({ level: 'silent' }));
    for (const { tag, at } of encode({ fps: 30, gop: 60, sampleRate: 48_000, seconds: 20, ...options })) {
      now = arrive(at);
      connection.frame(tag, now);
    }
    return connection.health.facts();
  };

  test('tells codec, size, rates and keyframe distance', () => {
    const { health } = measure({ size: () => 16_000 });
    expect(health.video).toMatchObject({ codec: 'avc1.64001f', width: 1280, height: 720, gopSeconds: 2 });
    expect(health.video!.fps).toBeCloseTo(30, 0);
    expect(health.video!.kbps).toBeGreaterThan(3600);
    expect(health.video!.kbps).toBeLessThan(4000);
    expect(health.video!.averageKbps).toBeGreaterThan(3700);
    expect(health.audio).toMatchObject({ codec: 'mp4a.40.2', sampleRate: 48_000, channels: 2 });
    expect(health.jitterMs).toBeLessThan(1);
    expect(Math.abs(health.avSkewMs)).toBeLessThan(40);
    expect(health.connectedAt).toBe(1_700_000_000_000);
  });

  test('sees a bitrate that dropped, gaps and jitter', () => {
    const dropped = measure({ size: (i) => (i < 450 ? 16_000 : 8000) });
    expect(judge('program', dropped, [], 0).map(({ kind }) => kind)).toContain('bitrateDrop');
    const held = measure({}, (at) => (at > 16_000 && at < 17_200 ? 17_200 : at));
    expect(held.health.gaps).toBe(1);
    expect(held.health.longestGapMs).toBeGreaterThan(1100);
    expect(held.health.jitterMs).toBeGreaterThan(150);
  });

  test('sees sound that is late against the picture', () => {
    const late = measure({ drop: (kind, time) => kind === 'audio' && time > 19_000 });
    expect(late.health.avSkewMs).toBeGreaterThan(200);
  });
});
