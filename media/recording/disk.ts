/** Watches the disk that recordings go to: room left, rate of writing, and when it will be full (fault 88). */
import type { Logger } from 'pino';
import type { DiskRoom } from './recording-alarm.ts';
import { nodeFs, type RecordingFs } from './recording-fs.ts';

export type DiskState = 'ok' | 'low' | 'full';
export type DiskStatus = {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Bytes a second, over the last minutes. */
  readonly writeRate: number;
  /** Seconds until the reserve is reached at that rate; null when nothing is being written. */
  readonly secondsLeft: number | null;
  readonly state: DiskState;
};

export type DiskRules = {
  /** Bytes that stay free, so that the database outlives a full disk. */
  readonly reserveBytes: number;
  /** `low` when the reserve is nearer than this many seconds at the present rate… */
  readonly lowSeconds: number;
  /** …or when less than this is left above the reserve. */
  readonly lowBytes: number;
};

const gib = 1024 ** 3;

/** 1 GiB or 2 % of the disk, whichever is less; warning two hours or one more such reserve ahead. */
export const defaultRules = (totalBytes: number): DiskRules => {
  const reserveBytes = Math.min(gib, totalBytes * 0.02);
  return { reserveBytes, lowSeconds: 7200, lowBytes: reserveBytes };
};

/** To leave a state again there must be this much more room than what led into it, so that it does not flicker. */
const hysteresis = 1.25;

/** The state after `before`, given the room. */
export function nextState(
  before: DiskState,
  freeBytes: number,
  secondsLeft: number | null,
  { reserveBytes, lowSeconds, lowBytes }: DiskRules,
): DiskState {
  const margin = (state: DiskState): number =>
    before === state || (state === 'low' && before === 'full') ? hysteresis : 1;
  if (freeBytes <= reserveBytes * margin('full')) return 'full';
  const low = margin('low');
  const soon = secondsLeft !== null && secondsLeft < lowSeconds * low;
  return soon || freeBytes - reserveBytes <= lowBytes * low ? 'low' : 'ok';
}

export type DiskWatchOptions = {
  readonly folder: string;
  readonly log: Logger;
  readonly fs?: RecordingFs;
  readonly rules?: Partial<DiskRules>;
  readonly onChange?: (status: DiskStatus) => void;
  /** Ms; for tests. */
  readonly clock?: () => number;
};

/** Seconds between looks; at 100 Mbit/s 40 MB are written in between. */
const lookEvery = 3;
/** Looks that the rate is taken over: three minutes. */
const rateLooks = 60;

/** The owner starts it, and closes it. Until the first look the disk counts as `ok`. */
export class DiskWatch implements DiskRoom {
  readonly #options: DiskWatchOptions;
  readonly #fs: RecordingFs;
  readonly #clock: () => number;
  readonly #looks: { readonly at: number; readonly written: number }[] = [];
  #written = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #failing = false;
  #status: DiskStatus = { freeBytes: 0, totalBytes: 0, writeRate: 0, secondsLeft: null, state: 'ok' };

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.#fs = options.fs ?? nodeFs;
    this.#clock = options.clock ?? (() => performance.now());
  }

  get state(): DiskState {
    return this.#status.state;
  }

  get status(): DiskStatus {
    return this.#status;
  }

  wrote(bytes: number): void {
    this.#written += bytes;
  }

  /** Resolves after the first look. */
  async start(): Promise<void> {
    await this.#fs.makeFolder(this.#options.folder);
    this.#timer ??= setInterval(() => void this.look(), lookEvery * 1000);
    this.#timer.unref();
    await this.look();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Looks now; one look at a time. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { folder, log, rules, onChange } = this.#options;
    try {
      const { free, total } = await this.#fs.space(folder);
      this.#failing = false;
      const writeRate = this.#rate();
      const all = { ...defaultRules(total), ...rules };
      const secondsLeft = writeRate > 0 ? Math.max(0, free - all.reserveBytes) / writeRate : null;
      const before = this.#status.state;
      const state = nextState(before, free, secondsLeft, all);
      this.#status = { freeBytes: free, totalBytes: total, writeRate, secondsLeft, state };
      if (state === before) return;
      const level = state === 'full' ? 'error' : state === 'low' ? 'warn' : 'info';
      log[level]({ ...this.#status, reserveBytes: all.reserveBytes }, `disk is ${state}`);
      onChange?.(this.#status);
    } catch (error) {
      if (!this.#failing) log.warn({ err: error }, 'free space of the disk could not be read');
      this.#failing = true;
    }
  }

  #rate(): number {
    const now = { at: this.#clock(), written: this.#written };
    this.#looks.push(now);
    if (this.#looks.length > rateLooks) this.#looks.shift();
    const first = this.#looks[0] ?? now;
    return now.at > first.at ? ((now.written - first.written) * 1000) / (now.at - first.at) : 0;
  }
}
