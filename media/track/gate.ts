/**
 * The one place where an encoder's timestamps are judged (DESIGN 4, rule 7). Behind it time only goes forward:
 * wraps are unwrapped, jumps are re-anchored to arrival, sound follows its sample count.
 */
import { SampleClock } from './sample-clock.ts';

/** Time of a connection's first tag, ms: room for sound that starts a little before the picture. */
const origin = 10_000;
/** Ms. A step beyond this that arrival does not explain is a jump. */
const jumpLimit = 1000;
/** Ms. A step back within this is a slip of the encoder, not a jump: only held monotonic. */
const slipLimit = 100;

type Kind = 'video' | 'audio';
type Anchor = {
  /** As the encoder sent it. */
  raw: number;
  /** The same on the connection's line, not yet held monotonic. */
  time: number;
  arrival: number;
};

export class Gate {
  readonly #last: { video: Anchor | undefined; audio: Anchor | undefined } = {
    video: undefined,
    audio: undefined,
  };
  #lastVideo = 0;
  /** Smallest arrival − time seen, ms: what arrival says the time is. */
  #earliest = Number.POSITIVE_INFINITY;
  #samples: SampleClock | undefined;
  /** Re-anchored jumps since connecting. */
  jumps = 0;

  /** Decode time on the connection's line, ms, strictly increasing. */
  video(raw: number, arrival: number): number {
    const time = this.#place('video', raw, arrival);
    this.#lastVideo = Math.max(time, this.#lastVideo + 1);
    return this.#lastVideo;
  }

  /** Presentation time of an access unit, ms, by sample count. `frameMs` is the length of one. */
  audio(raw: number, arrival: number, frameMs: number): number {
    const time = this.#place('audio', raw, arrival);
    if (!this.#samples || this.#samples.frameMs !== frameMs) this.#samples = new SampleClock(frameMs);
    return this.#samples.next(time);
  }

  #place(kind: Kind, raw: number, arrival: number): number {
    const own = this.#last[kind];
    const other = this.#last[kind === 'video' ? 'audio' : 'video'];
    const time = this.#candidate(own, other, raw, arrival);
    this.#last[kind] = { raw, time, arrival };
    const late = arrival - time;
    this.#earliest = Math.min(
      late,
      this.#earliest + 0.001 * Math.max(0, arrival - (own?.arrival ?? arrival)),
    );
    return time;
  }

  #candidate(own: Anchor | undefined, other: Anchor | undefined, raw: number, arrival: number): number {
    if (!own && !other) return origin;
    if (own) {
      const step = signed32(raw - own.raw);
      if (step > -slipLimit && (step <= jumpLimit || this.#plausible(own.time + step, arrival)))
        return own.time + step;
      this.jumps++;
    }
    // The other kind shares the encoder's clock: where it has already gone through the jump, its anchor keeps lips and voice together.
    const floor = own ? own.time : 0;
    if (other) {
      const time = other.time + signed32(raw - other.raw);
      if (time > floor - slipLimit && this.#plausible(time, arrival)) return time;
    }
    return Math.max(floor + 1, arrival - this.#earliest);
  }

  /** Not further from arrival than a jump. Late is explained by a network that held things back. */
  #plausible(time: number, arrival: number): boolean {
    const ahead = time + this.#earliest - arrival;
    return ahead <= jumpLimit && ahead > -30_000;
  }
}

/** A difference of 32-bit timestamps as the shorter way round. */
const signed32 = (difference: number): number => difference | 0;
