/** Finds what is wrong with a track's sound and picture from a few numbers about each. Pure: times are given. */
import type { Sound, Warning } from '#contracts/health.ts';

/** A decoded picture in brief: mean luma (0 to 255, full range) of each cell of a coarse grid. */
export type PictureBrief = { readonly cells: Uint8Array | Float32Array; readonly at: number };

export type WatchOptions = {
  /** A slides track may stand still. */
  readonly picture: 'may-freeze' | 'must-move';
};

/** dBFS RMS: below is silence, above is sound; between is neither. */
const silent = -60;
const sounding = -50;
/** A side this much quieter than the other carries nothing but cross-talk. */
const crossTalkDb = 40;
/** Seconds of silence before it is a warning. */
const silenceSeconds = 10;
/** Seconds in which one side sounds and the other does not. */
const oneSidedSeconds = 5;
/** Seconds with sound after which its end is a loss. */
const hadSoundSeconds = 3;
const frozenMs = 20_000;
/** Levels two pictures may differ by and still be the same: coding noise (mean over the grid, and worst cell). */
const sameMean = 0.6;
const sameWorst = 2.5;
/** Mean and brightest cell of a black picture. */
const blackMean = 8;
const blackBrightest = 24;
const blackPictures = 2;

type Side = 'left' | 'right';

export class SignalWatch {
  readonly #options: WatchOptions;
  readonly #sides = { left: new SideWatch(), right: new SideWatch() };
  #quietSince: number | undefined;
  #soundAt = 0;
  #pictureAt = 0;
  #reference: PictureBrief | undefined;
  #blackSince: number | undefined;
  #blackCount = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Levels of one second. */
  sound(sound: Sound): void {
    this.#soundAt = sound.at;
    if (Math.max(sound.left, sound.right) < silent) this.#quietSince ??= sound.at - 1000;
    else this.#quietSince = undefined;
    this.#sides.left.second(sound.left, sound.right, sound.at);
    this.#sides.right.second(sound.right, sound.left, sound.at);
  }

  picture(brief: PictureBrief): void {
    this.#pictureAt = brief.at;
    if (isBlack(brief.cells)) {
      this.#blackSince ??= brief.at;
      this.#blackCount++;
    } else {
      this.#blackSince = undefined;
      this.#blackCount = 0;
    }
    // Compared with the first of the still pictures, so that a slow pan does not count as standing still.
    if (!this.#reference || !isSame(this.#reference.cells, brief.cells)) this.#reference = brief;
  }

  /** Sound of a new stream: what was heard before does not count as lost. */
  restartSound(): void {
    this.#quietSince = undefined;
    this.#sides.left.restart();
    this.#sides.right.restart();
  }

  /** Pictures of a new stream, or after a time without any. */
  restartPicture(): void {
    this.#reference = undefined;
    this.#blackSince = undefined;
    this.#blackCount = 0;
  }

  warnings(): Warning[] {
    const found: Warning[] = [];
    const silentMs = this.#quietSince === undefined ? 0 : this.#soundAt - this.#quietSince;
    if (this.#quietSince !== undefined && silentMs > silenceSeconds * 1000) {
      found.push(warning('silence', this.#quietSince, { seconds: Math.round(silentMs / 1000) }));
    }
    for (const side of ['left', 'right'] as const satisfies readonly Side[]) {
      const { dead, since, had } = this.#sides[side];
      if (dead) found.push(warning(had ? 'soundLost' : 'oneSided', since, { side }));
    }
    if (this.#blackSince !== undefined && this.#blackCount >= blackPictures) {
      found.push(
        warning('black', this.#blackSince, { seconds: seconds(this.#pictureAt - this.#blackSince) }),
      );
    } else if (this.#options.picture === 'must-move' && this.#reference) {
      const stillMs = this.#pictureAt - this.#reference.at;
      if (stillMs >= frozenMs) {
        found.push(warning('frozen', this.#reference.at, { seconds: seconds(stillMs) }));
      }
    }
    return found;
  }
}

/** One channel, judged only while the other one sounds: in pauses of speech nothing is learnt. */
class SideWatch {
  dead = false;
  since = 0;
  /** It had sound before it died. */
  had = false;
  #deadSeconds = 0;
  #soundSeconds = 0;

  second(level: number, other: number, at: number): void {
    if (level > silent && level > other - crossTalkDb) {
      this.dead = false;
      this.#deadSeconds = 0;
      if (level > sounding) this.#soundSeconds++;
    } else if (other > sounding) {
      if (this.#deadSeconds++ === 0) this.since = at - 1000;
      if (this.#deadSeconds >= oneSidedSeconds && !this.dead) {
        this.dead = true;
        this.had = this.#soundSeconds >= hadSoundSeconds;
      }
    }
  }

  restart(): void {
    this.dead = false;
    this.#deadSeconds = 0;
    this.#soundSeconds = 0;
  }
}

const seconds = (ms: number): number => Math.round(ms / 1000);

const warning = (kind: Warning['kind'], since: number, values: Warning['values']): Warning => ({
  kind,
  since,
  values,
});

function isBlack(cells: PictureBrief['cells']): boolean {
  let sum = 0;
  let brightest = 0;
  for (const cell of cells) {
    sum += cell;
    if (cell > brightest) brightest = cell;
  }
  return sum / Math.max(1, cells.length) < blackMean && brightest < blackBrightest;
}

function isSame(a: PictureBrief['cells'], b: PictureBrief['cells']): boolean {
  if (a.length !== b.length) return false;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    if (difference > sameWorst) return false;
    sum += difference;
  }
  return sum / Math.max(1, a.length) <= sameMean;
}
