/** Brings ended segments to the platter (fdatasync) beside the writing, one after the other, and closes them. */
import type { Logger } from 'pino';
import type { RecordingFile } from './recording-fs.ts';

/** Files waiting for a slow disk; beyond it a segment is closed without a sync of its own. */
const waitingLimit = 4;

export class SegmentSync {
  readonly #log: Logger;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #skipped = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Takes over an ended segment's file; the index stays open. */
  add(file: RecordingFile, index: RecordingFile): void {
    const sync = this.#waiting < waitingLimit;
    if (!sync) this.#skipped += 1;
    this.#waiting += 1;
    this.#last = this.#last.then(() => this.#finish(file, sync ? index : undefined));
  }

  /** Waits for what was added. */
  async close(): Promise<void> {
    await this.#last;
    if (this.#skipped > 0)
      this.#log.warn({ segments: this.#skipped }, 'segments were closed without fdatasync: the disk is slow');
  }

  async #finish(file: RecordingFile, index: RecordingFile | undefined): Promise<void> {
    try {
      if (index !== undefined) {
        await file.datasync();
        await index.datasync();
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'fdatasync of a recorded segment failed');
    } finally {
      this.#waiting -= 1;
      await file
        .close()
        .catch((error: unknown) => this.#log.warn({ err: error }, 'closing a segment failed'));
    }
  }
}
