/**
 * Stereo sound with the rhythm of two people speaking: a voice (harmonics through two formant resonators) in syllables,
 * words and pauses, one nearer to the left microphone and one to the right, over quiet room noise.
 */

/** First and second formant in Hz of a, e, i, o, u. */
const vowels = [
  [730, 1090],
  [530, 1840],
  [270, 2290],
  [570, 840],
  [300, 870],
] as const;

export type Sides = 'both' | 'left' | 'right' | 'none';

export class Speech {
  readonly #rate: number;
  readonly #sides: Sides;
  readonly #lecturer: Voice;
  readonly #moderator: Voice;

  constructor(rate: number, sides: Sides) {
    this.#rate = rate;
    this.#sides = sides;
    this.#lecturer = new Voice(rate, 118, 0);
    this.#moderator = new Voice(rate, 196, 1.1);
  }

  /** Fills both channels with the next samples, −1 to 1. */
  fill(left: Float32Array, right: Float32Array): void {
    if (this.#rate <= 0) return;
    const toLeft = this.#sides === 'both' || this.#sides === 'left';
    const toRight = this.#sides === 'both' || this.#sides === 'right';
    for (let i = 0; i < left.length; i++) {
      const a = this.#lecturer.next();
      const b = this.#moderator.next();
      left[i] = toLeft ? a * 0.8 + b * 0.15 + (Math.random() - 0.5) * 0.002 : 0;
      right[i] = toRight ? b * 0.7 + a * 0.25 + (Math.random() - 0.5) * 0.002 : 0;
    }
  }
}

class Voice {
  readonly #rate: number;
  readonly #pitch: number;
  readonly #low: Resonator;
  readonly #high: Resonator;
  #phase = 0;
  #step = 0;
  #gain = 0;
  /** Samples left of the syllable or pause, its length, and whether it sounds. */
  #left: number;
  #length = 1;
  #sounding = false;
  #syllables = 0;

  constructor(rate: number, pitch: number, startSeconds: number) {
    this.#rate = rate;
    this.#pitch = pitch;
    this.#low = new Resonator(rate);
    this.#high = new Resonator(rate);
    this.#left = Math.round(startSeconds * rate);
    this.#length = Math.max(1, this.#left);
  }

  next(): number {
    if (this.#left-- <= 0) this.#nextSyllable();
    if (!this.#sounding) return this.#low.next(0) + this.#high.next(0) * 0.5;
    const at = 1 - this.#left / this.#length;
    const envelope = Math.min(1, at * 8, (1 - at) * 5) * this.#gain;
    this.#phase += this.#step;
    if (this.#phase >= 1) this.#phase -= 1;
    // A sawtooth is rich in harmonics, like vocal folds; a little breath on top.
    const source = (this.#phase - 0.5 + (Math.random() - 0.5) * 0.15) * envelope;
    return this.#low.next(source) + this.#high.next(source) * 0.5;
  }

  #nextSyllable(): void {
    const pause = this.#sounding && this.#syllables <= 0;
    this.#sounding = !pause;
    if (pause) {
      this.#syllables = 6 + Math.floor(Math.random() * 9);
      this.#length = Math.round(this.#rate * (0.35 + Math.random() * 0.6));
    } else {
      this.#syllables--;
      this.#length = Math.round(this.#rate * (0.13 + Math.random() * 0.14));
      const vowel = vowels[Math.floor(Math.random() * vowels.length)] ?? vowels[0];
      this.#low.tune(vowel[0], 90);
      this.#high.tune(vowel[1], 120);
      this.#step = (this.#pitch * (0.9 + Math.random() * 0.25)) / this.#rate;
      this.#gain = 0.5 + Math.random() * 0.5;
    }
    this.#left = this.#length;
  }
}

/** Two-pole resonator; its gain brings the voices to about -20 dBFS. */
class Resonator {
  readonly #rate: number;
  #a1 = 0;
  #a2 = 0;
  #b0 = 0;
  #y1 = 0;
  #y2 = 0;

  constructor(rate: number) {
    this.#rate = rate;
  }

  tune(frequency: number, bandwidth: number): void {
    const r = Math.exp((-Math.PI * bandwidth) / this.#rate);
    this.#a1 = 2 * r * Math.cos((2 * Math.PI * frequency) / this.#rate);
    this.#a2 = -r * r;
    this.#b0 = (1 - r) * 0.25;
  }

  next(x: number): number {
    const y = this.#b0 * x + this.#a1 * this.#y1 + this.#a2 * this.#y2;
    this.#y2 = this.#y1;
    this.#y1 = y;
    return y;
  }
}
