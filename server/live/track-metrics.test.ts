import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import type { PublisherHealth } from '#contracts/health.ts';
import { trackMetrics } from './track-metrics.ts';

const publisher: PublisherHealth = {
  ...{ encoder: 'OBS', remote: '10.0.0.9:5000', protocol: 'rtmp', connectedAt: 0 },
  video: {
    ...{ codec: 'avc1.64001f', width: 1280, height: 720, fps: 25 },
    ...{ kbps: 4000, averageKbps: 4100, gopSeconds: 2 },
  },
  audio: { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 2, kbps: 128, averageKbps: 128 },
  ...{ jitterMs: 12, gaps: 3, longestGapMs: 700, avSkewMs: -40 },
};
const sound = { left: -20, right: -100, peakLeft: -12, peakRight: -100, at: 0 };
const hall = { venue: 'hall', track: 'program' } as const;

it('tells all that the desk shows of a publisher', async () => {
  const registry = new Registry();
  const metrics = trackMetrics(registry);
  metrics.set(hall, {
    publisher,
    sound,
    warnings: [{ kind: 'oneSided', since: 0, values: { side: 'right' } }],
  });
  const text = await registry.metrics();
  const of = (labels = '') => `{venue="hall",track="program"${labels}}`;
  for (const line of [
    `rostrum_publisher_connected${of()} 1`,
    `rostrum_publisher_kbps${of()} 4128`,
    `rostrum_publisher_video_kbps${of()} 4000`,
    `rostrum_publisher_audio_kbps${of()} 128`,
    `rostrum_publisher_fps${of()} 25`,
    `rostrum_publisher_gop_seconds${of()} 2`,
    `rostrum_publisher_jitter_ms${of()} 12`,
    `rostrum_publisher_gaps${of()} 3`,
    `rostrum_publisher_longest_gap_ms${of()} 700`,
    `rostrum_publisher_av_skew_ms${of()} -40`,
    `rostrum_publisher_sound_dbfs${of(',side="left"')} -20`,
    `rostrum_publisher_sound_dbfs${of(',side="right"')} -100`,
    `rostrum_publisher_warnings${of()} 1`,
    `rostrum_publisher_warning${of(',kind="oneSided"')} 1`,
  ])
    expect(text.split('\n')).toContain(line);
});

it('tells nothing of the one who has left', async () => {
  const registry = new Registry();
  const metrics = trackMetrics(registry);
  metrics.set(hall, { publisher, sound, warnings: [] });
  metrics.reset();
  metrics.set(hall, { publisher: null, sound: null, warnings: [] });
  const told = (await registry.metrics()).split('\n').filter((line) => line.includes('hall'));
  expect(told).toEqual([
    'rostrum_publisher_connected{venue="hall",track="program"} 0',
    'rostrum_publisher_warnings{venue="hall",track="program"} 0',
  ]);
});
