/** The health of each track for Prometheus: what the desk shows of a publisher (PRODUCT L13). */
import { Gauge, type Registry } from 'prom-client';
import type { TrackName } from '#contracts/media-urls.ts';
import type { TrackStatus } from '#contracts/venue.ts';

type Labels = { readonly venue: string; readonly track: TrackName };
type Told = Pick<TrackStatus, 'publisher' | 'sound' | 'warnings'>;

export type TrackMetrics = { reset(): void; set(labels: Labels, status: Told): void };

/** Each measure of a publisher: undefined where there is nothing to measure, then it is not told. */
const measures: readonly [
  name: string,
  help: string,
  read: (publisher: NonNullable<Told['publisher']>) => number | undefined,
][] = [
  [
    'rostrum_publisher_kbps',
    'Video and sound arriving, kbit/s over 5 s.',
    ({ video, audio }) => (video?.kbps ?? 0) + (audio?.kbps ?? 0),
  ],
  ['rostrum_publisher_video_kbps', 'Video arriving, kbit/s over 5 s.', ({ video }) => video?.kbps],
  ['rostrum_publisher_audio_kbps', 'Sound arriving, kbit/s over 5 s.', ({ audio }) => audio?.kbps],
  ['rostrum_publisher_fps', 'Pictures a second.', ({ video }) => video?.fps],
  [
    'rostrum_publisher_gop_seconds',
    'Last keyframe distance; 0 before the second.',
    ({ video }) => video?.gopSeconds,
  ],
  [
    'rostrum_publisher_jitter_ms',
    'Standard deviation of arrival against timestamps, ms.',
    ({ jitterMs }) => jitterMs,
  ],
  ['rostrum_publisher_gaps', 'Gaps of arrival over 500 ms since connecting.', ({ gaps }) => gaps],
  ['rostrum_publisher_longest_gap_ms', 'The longest of them, ms.', ({ longestGapMs }) => longestGapMs],
  [
    'rostrum_publisher_av_skew_ms',
    'Picture ahead of sound on arrival, ms.',
    ({ video, audio, avSkewMs }) => (video && audio ? avSkewMs : undefined),
  ],
];

/** Gauges of one registry; the owner resets and sets them when they are collected. */
export function trackMetrics(registry: Registry): TrackMetrics {
  const gauge = (name: string, help: string, labels: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: ['venue', 'track', ...labels], registers: [registry] });
  const connected = gauge('rostrum_publisher_connected', '1 while an encoder is connected.');
  const held = gauge('rostrum_publisher_warnings', 'Warnings that hold.');
  const kinds = gauge('rostrum_publisher_warning', '1 for each kind of warning that holds.', ['kind']);
  const level = gauge(
    'rostrum_publisher_sound_dbfs',
    'RMS of the last second, dBFS; -100 is digital silence.',
    ['side'],
  );
  const measured = measures.map(([name, help, read]) => ({ gauge: gauge(name, help), read }));
  return {
    reset: () => {
      for (const one of [connected, held, kinds, level]) one.reset();
      for (const one of measured) one.gauge.reset();
    },
    set: (labels, { publisher, sound, warnings }) => {
      connected.set(labels, publisher ? 1 : 0);
      held.set(labels, warnings.length);
      for (const { kind } of warnings) kinds.set({ ...labels, kind }, 1);
      if (!publisher) return;
      for (const { gauge: one, read } of measured) {
        const value = read(publisher);
        if (value !== undefined) one.set(labels, value);
      }
      if (!sound) return;
      level.set({ ...labels, side: 'left' }, sound.left);
      level.set({ ...labels, side: 'right' }, sound.right);
    },
  };
}
