/**
 * The transcoded renditions of one track. It reads the source rendition like any viewer, has its parts transcoded by a
 * process of lower priority, and writes each rung with the source's msn, part numbers and PROGRAM-DATE-TIME. If the
 * process falls behind it gives up the highest rung first; the source never waits for it.
 */
import type { Logger } from 'pino';
import type { Init, Part, RenditionSink, SegmentStart } from '../packager/segment.ts';
import { GiveUpRule } from './give-up.ts';
import type { LadderIn, LadderOut, LadderRung } from './ladder-messages.ts';
import { RungOutput } from './rung-output.ts';
import { WorkerProcess } from './worker-process.ts';

export type { LadderRung } from './ladder-messages.ts';

export type LadderOptions = {
  readonly rungs: readonly LadderRung[];
  readonly log: Logger;
  /** Asked once for each rung, when its first picture is there. A rung larger than the source is never asked for. */
  readonly openRung: (name: LadderRung) => RenditionSink;
  /** The rung could not keep up and ends here; the others go on. */
  readonly onGivenUp: (name: LadderRung) => void;
  /** Told once a second. */
  readonly onLag?: (lag: LadderLag) => void;
  /** Threads of each encoder; 1 unless given. */
  readonly threads?: number;
  /** Seconds behind the source for which a rung is given up when they last; 3 unless given. */
  readonly tooLateSeconds?: number;
  /** os.setPriority of the process; 10 unless given. */
  readonly niceness?: number;
  /** Added to the work of each picture and rung, ms; for tests of falling behind. */
  readonly slowMs?: number;
};

/** Seconds from a source part to its counterpart, of the rungs that are being made. */
export type LadderLag = Readonly<Partial<Record<LadderRung, number>>>;

export type Ladder = {
  /** Give it all that the source rendition gets. Never blocks. */
  readonly source: RenditionSink;
  lag(): LadderLag;
  /** CPU seconds of the present process. */
  cpu(): number;
  /** Process id; undefined while it is down. */
  pid(): number | undefined;
  /** Finishes what was fed if that takes less than 2 s, and ends the process. */
  close(): Promise<void>;
};

/** About 20 s of a 10 Mbit/s source. */
const queueBytes = 24 << 20;
const deadlineMs = 10_000;
const sampleMs = 1_000;
const finishMs = 2_000;
/** A process silent for so long hangs: the watchdog sees to it, and nothing is learnt about its speed. */
const hangingMs = 5_000;

export function createLadder(options: LadderOptions): Ladder {
  const ladder = new RunningLadder(options);
  return {
    source: ladder,
    lag: () => ladder.lag(),
    cpu: () => ladder.cpu(),
    pid: () => ladder.pid(),
    close: () => ladder.close(),
  };
}

class RunningLadder implements RenditionSink {
  readonly #options: LadderOptions;
  readonly #outputs = new Map<LadderRung, RungOutput>();
  readonly #worker: WorkerProcess<LadderIn, LadderOut>;
  readonly #rule: GiveUpRule;
  readonly #sampling: NodeJS.Timeout;
  #init: Init | undefined;
  #segment: { start: SegmentStart; duration: number } | undefined;
  /** The process has everything since an IDR. */
  #feeding = false;
  #finished: (() => void) | undefined;
  #closed = false;

  constructor(options: LadderOptions) {
    this.#options = options;
    this.#rule = new GiveUpRule(options.tooLateSeconds ?? 3);
    const highestFirst = [...options.rungs].sort((a, b) => Number(b) - Number(a));
    for (const rung of highestFirst) this.#outputs.set(rung, new RungOutput(() => options.openRung(rung)));
    this.#worker = new WorkerProcess<LadderIn, LadderOut>({
      name: 'ladder',
      entry: new URL('ladder-worker.ts', import.meta.url),
      log: options.log,
      queueBytes,
      priority: options.niceness ?? 10,
      deadlineMs,
      firstPauseMs: 250,
      onStart: () => this.#started(),
      onMessage: (message) => this.#received(message),
      onDown: () => this.#lost(),
    });
    this.#worker.start();
    this.#sampling = setInterval(() => this.#sample(), sampleMs);
  }

  // The source, as it is published.

  init(init: Init): void {
    this.#init = init;
    this.#feeding =
      this.#feeding && this.#worker.send({ kind: 'init', bytes: init.bytes }, init.bytes.length);
    if (!this.#feeding) this.#loseOpen();
  }

  startSegment(start: SegmentStart): void {
    this.#segment = { start, duration: 0 };
  }

  part(part: Part): void {
    const segment = this.#segment;
    if (!segment || segment.start.msn !== part.msn) return;
    const { msn, index, independent, bytes } = part;
    if (index === 0) {
      if (!this.#feeding && independent) this.#feeding = this.#sendInit();
      for (const output of this.#outputs.values()) output.sourceStart(segment.start, this.#feeding);
    }
    segment.duration += part.duration;
    if (!this.#feeding) return;
    if (this.#worker.send({ kind: 'part', msn, index, independent, bytes }, bytes.length)) {
      const now = performance.now();
      for (const output of this.#outputs.values()) output.sourcePart(msn, index, now);
    } else {
      // With a part missing it could not go on anyway.
      this.#lost();
      this.#worker.kill('its queue is full');
    }
  }

  endSegment(msn: number): void {
    const segment = this.#segment;
    this.#segment = undefined;
    if (segment?.start.msn !== msn) return;
    if (this.#feeding) this.#worker.send({ kind: 'end', msn }, 0);
    for (const output of this.#outputs.values()) output.sourceEnd(msn, segment.duration);
  }

  gap(start: SegmentStart, duration: number): void {
    for (const output of this.#outputs.values()) output.sourceGap(start, duration);
  }

  lag(): LadderLag {
    const now = performance.now();
    return Object.fromEntries([...this.#outputs].map(([rung, output]) => [rung, output.lag(now)]));
  }

  cpu(): number {
    return this.#worker.cpuMicros / 1e6;
  }

  pid(): number | undefined {
    return this.#worker.pid;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#sampling);
    await this.#finish();
    await this.#worker.close();
    for (const output of this.#outputs.values()) output.finish();
  }

  #finish(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#feeding || !this.#worker.send({ kind: 'finish' }, 0)) return resolve();
      const timer = setTimeout(resolve, finishMs);
      this.#finished = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #started(): void {
    const { threads = 1, slowMs = 0 } = this.#options;
    this.#worker.send({ kind: 'setup', rungs: [...this.#outputs.keys()], threads, slowMs }, 0);
  }

  /** A process that is not fed yet has no init. */
  #sendInit(): boolean {
    const init = this.#init;
    return init !== undefined && this.#worker.send({ kind: 'init', bytes: init.bytes }, init.bytes.length);
  }

  #lost(): void {
    this.#feeding = false;
    this.#loseOpen();
    this.#finished?.();
  }

  #loseOpen(): void {
    for (const output of this.#outputs.values()) output.lose();
  }

  #received(message: LadderOut): void {
    if (message.kind === 'finished') {
      this.#finished?.();
      return;
    }
    if (message.kind === 'absent') {
      this.#options.log.info({ rung: message.rung }, 'the source is smaller than this rung');
    }
    this.#outputs.get(message.rung)?.received(message, performance.now());
  }

  #sample(): void {
    const lag = this.lag();
    this.#options.onLag?.(lag);
    const hangs = this.#worker.silentMs > hangingMs;
    const worst = hangs ? 0 : Math.max(0, ...Object.values(lag));
    if (!this.#rule.sample(worst, performance.now())) return;
    const [highest] = this.#outputs;
    if (!highest) return;
    const [rung, output] = highest;
    this.#options.log.warn({ rung, lagSeconds: worst }, 'rendition given up: transcoding does not keep up');
    this.#outputs.delete(rung);
    output.finish();
    if (this.#outputs.size > 0) this.#worker.send({ kind: 'drop', rung }, 0);
    else {
      this.#feeding = false;
      this.#worker.close().catch((error: unknown) => this.#options.log.error({ err: error }, 'ladder'));
    }
    this.#options.onGivenUp(rung);
  }
}
