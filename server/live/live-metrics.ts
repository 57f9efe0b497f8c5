/** What the live side tells Prometheus: viewers, media answers, preview process, disk; of publishers see `track-metrics.ts`. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { trackNames } from '#contracts/media-urls.ts';
import type { SystemStatus } from '#contracts/venue.ts';
import type { MediaAnswer } from '#media/packager/media-http.ts';
import type { PreviewPool } from '#media/transcode/preview-pool.ts';
import { trackMetrics } from './track-metrics.ts';
import type { VenueDesk } from './venue-desk.ts';

export type LiveMetrics = { onAnswer(answer: MediaAnswer): void; onStalled(bytes: number): void };

export type LiveMetricsOptions = {
  readonly registry: Registry;
  readonly desks: ReadonlyMap<string, Pick<VenueDesk, 'status'>>;
  readonly connections: () => number;
  readonly pool: PreviewPool | undefined;
  readonly disk: () => SystemStatus['disk'];
};

export function createLiveMetrics({
  registry,
  desks,
  connections,
  pool,
  disk,
}: LiveMetricsOptions): LiveMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('rostrum_rtmp_connections', 'Open RTMP sockets.', connections);
  gauge('rostrum_preview_cores', 'Cores the preview process uses.', () => pool?.cpu() ?? 0);
  gauge('rostrum_disk_free_bytes', 'Free bytes where recordings go.', () => disk().freeBytes);
  gauge(
    'rostrum_disk_write_bytes_per_second',
    'Bytes a second written to recordings.',
    () => disk().writeRate,
  );

  gauge(
    'rostrum_disk_seconds_left',
    'Seconds until the reserve is reached at the present rate; NaN when nothing is written.',
    () => disk().secondsLeft ?? Number.NaN,
  );
  // Metrics are collected in the order they were made: this one fills those of the tracks, so it stands before them.
  new Gauge({
    name: 'rostrum_venue_viewers',
    help: 'Viewers seen in the last 10 s; a lower bound behind caches.',
    labelNames: ['venue', 'state'],
    registers,
    collect() {
      this.reset();
      health.reset();
      for (const desk of desks.values()) {
        const { id: venue, state, viewers, tracks } = desk.status();
        this.set({ venue, state }, viewers);
        for (const track of trackNames) health.set({ venue, track }, tracks[track]);
      }
    },
  });
  const health = trackMetrics(registry);

  const answers = new Counter({
    name: 'rostrum_media_answers_total',
    help: 'Answers under /media.',
    labelNames: ['kind', 'status'],
    registers,
  });
  const bytes = new Counter({
    name: 'rostrum_media_bytes_total',
    help: 'Bytes of answers under /media.',
    registers,
  });
  const stalled = new Counter({
    name: 'rostrum_media_stalled_total',
    help: 'Readers closed because they stopped reading.',
    registers,
  });
  const seconds = new Histogram({
    name: 'rostrum_media_seconds',
    help: 'Time from request to answer under /media, held requests included.',
    labelNames: ['kind'],
    buckets: [0.001, 0.01, 0.1, 0.4, 1, 4, 15],
    registers,
  });
  return {
    onAnswer: (answer) => {
      answers.inc({ kind: answer.kind, status: answer.status });
      bytes.inc(answer.bytes);
      seconds.observe({ kind: answer.kind }, answer.ms / 1000);
    },
    onStalled: () => stalled.inc(),
  };
}
