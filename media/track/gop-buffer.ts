/** The frames since the last IDR, kept while armed so that going live begins at once with a picture. */
import type { Frame } from './frame.ts';

const byteLimit = 16 * 1024 * 1024;
/** Ms of sound kept before the newest while there is no picture, and before an IDR. */
const soundKept = 4000;

export class GopBuffer {
  #frames: Frame[] = [];
  #bytes = 0;
  #hasIdr = false;

  push(frame: Frame): void {
    if (frame.kind === 'video') {
      if (frame.keyframe) this.#restart(frame.time);
      else if (!this.#hasIdr) return;
      this.#hasIdr = true;
    }
    this.#frames.push(frame);
    this.#bytes += frame.data.length;
    if (this.#bytes > byteLimit) this.clear();
    if (!this.#hasIdr) this.#trimSound(frame.time - soundKept);
  }

  /** All that is held, in order of arrival; the buffer is then empty. */
  take(): Frame[] {
    const frames = this.#frames;
    this.clear();
    return frames;
  }

  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
    this.#hasIdr = false;
  }

  /** Sound that arrived before this IDR but is heard with it stays. */
  #restart(time: number): void {
    this.#frames = this.#frames.filter((frame) => frame.kind === 'audio' && frame.time >= time);
    this.#bytes = this.#frames.reduce((sum, frame) => sum + frame.data.length, 0);
  }

  #trimSound(oldest: number): void {
    while (this.#frames[0] && this.#frames[0].time < oldest) {
      this.#bytes -= this.#frames[0].data.length;
      this.#frames.shift();
    }
  }
}
