/**
 * From a moment to the state then (SPEC rules M): which batches hold events of which times, and states at some moments between, so
 * that seeking reads little. All of it bounded: neighbouring stretches are joined and every second state dropped when there are many.
 */
import type { Stamp } from '#contracts/events.ts';

export type MomentOptions<E extends Stamp, S> = {
  readonly empty: S;
  readonly after: (state: S, event: E) => S;
  /** Events of the sealed batches first ≤ n < next. */
  readonly read: (first: number, next: number) => Promise<readonly E[]>;
  /** Batches and bytes of a stretch; the usual unless told. */
  readonly stretchBatches?: number;
  readonly stretchBytes?: number;
  readonly mostStretches?: number;
  readonly mostStates?: number;
};

/** Batches that follow each other, and the times in them. */
type Stretch = { first: number; next: number; minT: number; maxT: number; bytes: number };
/** All events with a time up to and including `t`. */
type Moment<S> = { readonly t: number; readonly state: S };

/** Stretches read at once when a state is made from far away. */
const windowStretches = 16;

export class EventMoments<E extends Stamp, S> {
  readonly #options: Required<MomentOptions<E, S>>;
  #stretches: Stretch[] = [];
  #moments: Moment<S>[] = [];
  #open: Stretch | undefined;
  /** Events of the open stretch. */
  #fresh: E[] = [];
  #closedMaxT = Number.NEGATIVE_INFINITY;
  /** Readings under way, each with the earliest time that was added meanwhile. */
  readonly #readings = new Set<{ earliest: number }>();

  constructor(options: MomentOptions<E, S>) {
    this.#options = {
      stretchBatches: 64,
      stretchBytes: 32 * 1024,
      mostStretches: 4096,
      mostStates: 128,
      ...options,
    };
  }

  /** Batch `n` was sealed; numbers ascend. */
  add(n: number, events: readonly E[], bytes: number): void {
    if (events.length === 0) return;
    this.#open ??= {
      first: n,
      next: n,
      minT: Number.POSITIVE_INFINITY,
      maxT: Number.NEGATIVE_INFINITY,
      bytes: 0,
    };
    const open = this.#open;
    open.next = n + 1;
    open.bytes += bytes;
    let earliest = Number.POSITIVE_INFINITY;
    for (const event of events) {
      earliest = Math.min(earliest, event.t);
      open.maxT = Math.max(open.maxT, event.t);
      this.#fresh.push(event);
    }
    open.minT = Math.min(open.minT, earliest);
    // A late event: states at later moments were made without it.
    while ((this.#moments.at(-1)?.t ?? Number.NEGATIVE_INFINITY) >= earliest) this.#moments.pop();
    for (const reading of this.#readings) reading.earliest = Math.min(reading.earliest, earliest);
    const { stretchBatches, stretchBytes } = this.#options;
    if (open.next - open.first >= stretchBatches || open.bytes >= stretchBytes) this.#close(open);
  }

  async at(t: number): Promise<S> {
    const reading = { earliest: Number.POSITIVE_INFINITY };
    this.#readings.add(reading);
    try {
      const known = this.#moments.findLast((one) => one.t <= t);
      let from = known?.t ?? Number.NEGATIVE_INFINITY;
      let state = known?.state ?? this.#options.empty;
      for (;;) {
        const ahead = this.#between(from, t).sort((a, b) => a.maxT - b.maxT);
        const last = ahead[windowStretches - 1];
        const to = last === undefined ? t : Math.min(t, last.maxT);
        state = this.#fold(state, await this.#events(from, to));
        if (reading.earliest > to) this.#remember({ t: to, state });
        if (to >= t) return state;
        from = to;
      }
    } finally {
      this.#readings.delete(reading);
    }
  }

  /** from < t ≤ to, in the order of (t, i). */
  between(from: number, to: number): Promise<readonly E[]> {
    return this.#events(from, to);
  }

  #between(from: number, to: number): Stretch[] {
    const all = this.#open ? [...this.#stretches, this.#open] : this.#stretches;
    return all.filter(({ minT, maxT }) => maxT > from && minT <= to);
  }

  async #events(from: number, to: number): Promise<E[]> {
    const found: E[] = [];
    const stretches = this.#between(from, to).map(({ first, next }) => ({ first, next }));
    for (const { first, next } of stretches)
      for (const event of await this.#options.read(first, next))
        if (event.t > from && event.t <= to) found.push(event);
    return found.sort(byMoment);
  }

  #fold(state: S, events: readonly E[]): S {
    return events.reduce(this.#options.after, state);
  }

  #close(stretch: Stretch): void {
    const last = this.#moments.at(-1);
    const from = last?.t ?? Number.NEGATIVE_INFINITY;
    // Usually nothing before this stretch is missing in the newest state: it goes on without reading. What has a time up to `from`
    // is in it, or it would have been dropped.
    if (this.#closedMaxT <= from) {
      const later = this.#fresh.filter(({ t }) => t > from).sort(byMoment);
      const state = this.#fold(last?.state ?? this.#options.empty, later);
      this.#remember({ t: stretch.maxT, state });
    }
    this.#closedMaxT = Math.max(this.#closedMaxT, stretch.maxT);
    this.#stretches.push(stretch);
    this.#open = undefined;
    this.#fresh = [];
    if (this.#stretches.length > this.#options.mostStretches) this.#stretches = joined(this.#stretches);
  }

  #remember(moment: Moment<S>): void {
    const at = this.#moments.findLastIndex(({ t }) => t <= moment.t);
    if (this.#moments[at]?.t === moment.t) return;
    this.#moments.splice(at + 1, 0, moment);
    if (this.#moments.length > this.#options.mostStates)
      this.#moments = this.#moments.filter((_, index, { length }) => index % 2 === 1 || index === length - 1);
  }
}

const byMoment = (a: Stamp, b: Stamp): number => a.t - b.t || a.i - b.i;

function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (let k = 0; k < stretches.length; k += 2) {
    const [a, b] = [stretches[k], stretches[k + 1]];
    if (a && b)
      result.push({
        first: a.first,
        next: b.next,
        minT: Math.min(a.minT, b.minT),
        maxT: Math.max(a.maxT, b.maxT),
        bytes: a.bytes + b.bytes,
      });
    else if (a) result.push(a);
  }
  return result;
}
