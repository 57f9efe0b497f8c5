/** Pictures, loudness and what is wrong with them, for all tracks of the server, from one child process that decodes. */
import type { Logger } from 'pino';
import type { Sound, Warning } from '#contracts/health.ts';
import type { PreviewTap } from '../track/publication.ts';
import type { ClockPlace, PreviewIn, PreviewOut } from './preview-messages.ts';
import { PreviewTrack } from './preview-track.ts';
import type { WatchOptions } from './signal-watch.ts';
import { Thinning } from './thinning.ts';
import { WorkerProcess } from './worker-process.ts';

export type PreviewPoolOptions = {
  readonly log: Logger;
  /** Cores the process may use for all tracks together; over it, pictures and then sound are thinned out. */
  readonly cpuBudget: number;
  /** A track's picture, sound or warnings have changed. `id` is what it was opened with. */
  readonly onUpdate: (id: string) => void;
};

export type Preview = {
  /** Feeds the preview; never blocks. */
  readonly tap: PreviewTap;
  /** The newest JPEG, at most 640 px wide; `at` is epoch ms. */
  picture(): { jpeg: Buffer; at: number } | undefined;
  sound(): Sound | null;
  warnings(): Warning[];
  /** Searches each picture for the calibration clock and tells every reading; undefined stops it. */
  readClock(onClock: ((place: ClockPlace, shown: number) => void) | undefined): void;
  close(): void;
};

export type PreviewPool = {
  open(id: string, options: WatchOptions): Preview;
  /** Cores used over the last seconds. */
  cpu(): number;
  /** How much is left out to stay in the budget: 0 nothing, 5 nearly all. */
  thinning(): number;
  /** Messages dropped because the process did not keep up. */
  dropped(): number;
  /** Process id; undefined while it is down. */
  pid(): number | undefined;
  close(): Promise<void>;
};

const flushMs = 250;
const cpuEveryMs = 5_000;
const queueBytes = 16 << 20;
const deadlineMs = 10_000;

export function createPreviewPool({ log, cpuBudget, onUpdate }: PreviewPoolOptions): PreviewPool {
  const tracks = new Map<number, PreviewTrack>();
  const thinning = new Thinning(cpuBudget);
  let nextTrack = 1;
  let cores = 0;
  let cpuBefore = 0;
  let measuredAt = performance.now();
  let droppedBefore = 0;

  const worker = new WorkerProcess<PreviewIn, PreviewOut>({
    name: 'preview',
    entry: new URL('preview-worker.ts', import.meta.url),
    log,
    queueBytes,
    priority: 5,
    deadlineMs,
    firstPauseMs: 500,
    onStart: () => {
      cpuBefore = 0;
      for (const track of tracks.values()) track.restarted();
    },
    onMessage: (message) => tracks.get(message.track)?.received(message),
    onDown: (reason, owner) => {
      const now = Date.now();
      if (owner !== undefined) tracks.get(owner)?.suspect(now);
      for (const track of tracks.values()) track.failed(reason, now);
    },
  });

  worker.start();

  const flush = setInterval(() => {
    for (const track of tracks.values()) track.flush();
  }, flushMs);
  const measure = setInterval(() => {
    const now = performance.now();
    const used = worker.cpuMicros;
    cores = Math.max(0, used - cpuBefore) / 1000 / (now - measuredAt);
    cpuBefore = used;
    measuredAt = now;
    if (thinning.sample(cores)) {
      log.warn({ cores, cpuBudget, ...thinning.share }, 'preview thinned out to its CPU budget');
    }
    if (worker.dropped > droppedBefore) {
      log.warn({ dropped: worker.dropped - droppedBefore }, 'preview process does not keep up');
      droppedBefore = worker.dropped;
    }
  }, cpuEveryMs);

  return {
    open: (id, options) => {
      const number = nextTrack++;
      const track = new PreviewTrack({
        options,
        share: () => thinning.share,
        send: (message, bytes) => worker.send({ ...message, track: number } as PreviewIn, bytes, number),
        onUpdate: () => onUpdate(id),
        log: log.child({ preview: id }),
      });
      tracks.set(number, track);
      return {
        tap: track.tap,
        picture: () => track.picture,
        sound: () => track.sound,
        warnings: () => track.warnings(),
        readClock: (onClock) => {
          track.onClock = onClock;
        },
        close: () => {
          if (tracks.delete(number)) worker.send({ kind: 'close', track: number }, 0);
        },
      };
    },
    cpu: () => cores,
    thinning: () => thinning.step,
    dropped: () => worker.dropped,
    pid: () => worker.pid,
    close: async () => {
      clearInterval(flush);
      clearInterval(measure);
      tracks.clear();
      await worker.close();
    },
  };
}
