/** The one line of segments both renditions follow: msn, discontinuity and PROGRAM-DATE-TIME, none of which goes back (DESIGN 4, rules 5 and 8). */

export type SegmentMark = {
  readonly msn: number;
  readonly discontinuity: boolean;
  /** Epoch ms on the axis. */
  readonly programDateTime: number;
  /** Where the boundary lies on the connection's line, ms of presentation. */
  readonly presentation: number;
};

export class SegmentLine {
  #next: number;
  #first: boolean;
  #newest: SegmentMark | undefined;
  /** Epoch ms where the published media ends. */
  #end: number;
  /** Epoch ms on the axis of a moment (ms) of the present connection's line. */
  axis: (time: number) => number = () => 0;

  constructor(msn: number, end: number) {
    this.#next = msn;
    this.#first = msn === 0;
    this.#end = end;
  }

  get msn(): number {
    return this.#next;
  }
  get end(): number {
    return this.#end;
  }

  /** The first segment of a stretch: after all that was published. */
  begin(presentation: number): SegmentMark {
    const programDateTime = Math.max(this.axis(presentation), this.#end);
    const discontinuity = !this.#first;
    this.#first = false;
    return this.#mark(presentation, programDateTime, discontinuity);
  }

  /**
   * A further segment. The axis may step back when the desk corrects the delay: it is then reached over a few segments,
   * each at least half its length after the one before.
   */
  next(presentation: number): SegmentMark {
    const before = this.#newest;
    const length = before ? presentation - before.presentation : 0;
    const least = before ? before.programDateTime + Math.max(1, length / 2) : this.#end;
    return this.#mark(presentation, Math.max(this.axis(presentation), least), false);
  }

  /** The stretch ended `seconds` after the boundary of its last segment. */
  finish(seconds: number): void {
    if (this.#newest) this.#end = Math.max(this.#end, this.#newest.programDateTime + seconds * 1000);
    this.#newest = undefined;
  }

  #mark(presentation: number, programDateTime: number, discontinuity: boolean): SegmentMark {
    this.#newest = { msn: this.#next++, discontinuity, programDateTime, presentation };
    this.#end = Math.max(this.#end, programDateTime + 1);
    return this.#newest;
  }
}
