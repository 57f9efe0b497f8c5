/**
 * Hands out the stage by moment: a snapshot's state and the events after it, in the order of `t` (then `i`), with
 * checkpoints, so that a moment is found by a binary search and the next frame costs a comparison. Live, time-shift
 * and replay use it alike.
 */
import type { StageEvent } from '#contracts/events.ts';
import { emptyStage, type StageState, shiftAt, stageAfter } from '#contracts/stage-state.ts';

/** Events between two kept states: restoring a moment folds at most so many. */
const checkpointEvery = 64;
/** Events held; beyond it the oldest half melts into the base. */
const mostEvents = 60_000;

export class StagePlayer {
  private base: StageState = emptyStage;
  private events: StageEvent[] = [];
  /** State after `checkpointEvery × (k + 1)` events. */
  private checkpoints: StageState[] = [];
  private readonly known = new Set<number>();
  private readonly hidden = new Set<number>();
  private corrections: Pick<StageState, 'delays'> = emptyStage;
  /** The state last handed out, and how many events it has. */
  private count = 0;
  private state: StageState = emptyStage;
  private newest: StageState = emptyStage;
  private newestCount = 0;
  /** Moment from which on the answers are exact: what came before is known only by its result. */
  private since = Number.POSITIVE_INFINITY;

  /** Epoch ms from which every moment is exact. */
  get from(): number {
    return this.since;
  }

  /** A snapshot: forgets what was. `from`: the moment it is exact for, epoch ms. */
  restart(state: StageState, from: number): void {
    this.base = state;
    this.events = [];
    this.known.clear();
    this.corrections = { delays: state.delays };
    this.since = from;
    this.newest = state;
    this.newestCount = 0;
    this.rewind(0);
  }

  /** In any order; one that is already there changes nothing. */
  add(events: readonly StageEvent[]): void {
    let lowest = this.events.length;
    for (const event of events) {
      if (this.known.has(event.i) || this.hidden.has(event.i)) continue;
      this.known.add(event.i);
      if (event.type === 'delay')
        this.corrections = stageAfter({ ...emptyStage, ...this.corrections }, event);
      const at = this.placeOf(event);
      if (at === this.events.length) this.events.push(event);
      else this.events.splice(at, 0, event);
      lowest = Math.min(lowest, at);
    }
    this.rewind(lowest);
    if (this.events.length > mostEvents) this.melt();
  }

  /** The stretch before what is known (a clip's events): what was known stays, and its earlier past becomes exact. */
  prepend(state: StageState, from: number, events: readonly StageEvent[]): void {
    const later = this.events;
    const { corrections } = this;
    this.restart(state, from);
    this.add(events);
    this.add(later);
    if (corrections.delays.length > 0) this.corrections = corrections;
  }

  /** Redacted: gone at once, wherever they are. */
  hide(numbers: readonly number[]): void {
    const fresh = numbers.filter((i) => !this.hidden.has(i));
    if (fresh.length === 0) return;
    for (const i of fresh) this.hidden.add(i);
    this.events = this.events.filter((event) => !this.hidden.has(event.i));
    this.rewind(0);
  }

  /** The state at a moment of the timeline, epoch ms. The same object as long as nothing changes. */
  at(moment: number): StageState {
    const count = this.countUntil(moment);
    if (count === this.count) return this.state;
    if (count < this.count || count - this.count > checkpointEvery) this.restore(count);
    while (this.count < count) this.step();
    return this.state;
  }

  /** Moment in the room of a track's PROGRAM-DATE-TIME: with every correction known, whenever it was made. */
  momentOf(track: string, programDateTime: number): number {
    return programDateTime + shiftAt(this.corrections, track, programDateTime);
  }
  /** The other way: where in the track a moment is. */
  dateOf(track: string, moment: number): number {
    let date = moment;
    // Corrections are few and flat; two rounds settle wherever the moment lies.
    for (let round = 0; round < 2; round++) date = moment - shiftAt(this.corrections, track, date);
    return date;
  }

  /** Everything that is known to come, too: it is folded beside, for the picture is asked for in between. */
  last(): StageState {
    for (; this.newestCount < this.events.length; this.newestCount++) {
      const event = this.events[this.newestCount];
      if (event) this.newest = stageAfter(this.newest, event);
    }
    return this.newest;
  }

  private step(): void {
    const event = this.events[this.count];
    if (!event) return;
    this.state = stageAfter(this.state, event);
    this.count++;
    if (this.count % checkpointEvery === 0) this.checkpoints[this.count / checkpointEvery - 1] = this.state;
  }

  private restore(count: number): void {
    const k = Math.min(Math.floor(count / checkpointEvery), this.checkpoints.length);
    const forward = this.count <= count && this.count >= k * checkpointEvery;
    if (forward) return;
    this.state = k === 0 ? this.base : (this.checkpoints[k - 1] ?? this.base);
    this.count = k * checkpointEvery;
  }

  /** Forgets the states that have this event or later ones. */
  private rewind(from: number): void {
    if (from < this.newestCount) {
      this.newestCount = 0;
      this.newest = this.base;
    }
    this.checkpoints.length = Math.min(this.checkpoints.length, Math.floor(from / checkpointEvery));
    if (this.count <= from && from > 0) return;
    this.count = 0;
    this.state = this.base;
    if (from > 0) this.restore(Math.min(from, this.events.length));
  }

  /** Number of events with t ≤ moment. Mostly the answer is the last one. */
  private countUntil(moment: number): number {
    const { events, count } = this;
    const before = events[count - 1];
    const after = events[count];
    if ((!before || before.t <= moment) && (!after || after.t > moment)) return count;
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((events[middle]?.t ?? 0) <= moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private placeOf(event: StageEvent): number {
    let at = this.events.length;
    for (;;) {
      const before = this.events[at - 1];
      if (!before || before.t < event.t || (before.t === event.t && before.i < event.i)) return at;
      at--;
    }
  }

  private melt(): void {
    const half = this.events.length >> 1;
    const last = this.events[half - 1];
    if (!last) return;
    for (const event of this.events.slice(0, half)) this.base = stageAfter(this.base, event);
    this.events = this.events.slice(half);
    this.since = last.t;
    this.rewind(0);
  }
}
