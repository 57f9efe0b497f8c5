/** Prints each state of a programme once: everyone who asks meanwhile, and after, gets the same file. */
import { createHash } from 'node:crypto';
import type { ProgrammeWork } from '../work.ts';
import type { PrintInput } from './print-layout.ts';

/** Conferences whose last print is kept. */
const mostKept = 8;

export class Printer {
  readonly #work: Pick<ProgrammeWork, 'print'>;
  readonly #kept = new Map<string, { readonly hash: string; readonly file: Promise<Uint8Array> }>();

  constructor(work: Pick<ProgrammeWork, 'print'>) {
    this.#work = work;
  }

  print(conferenceId: string, input: PrintInput): Promise<Uint8Array> {
    const hash = createHash('sha256').update(JSON.stringify(input)).digest('base64url');
    const known = this.#kept.get(conferenceId);
    if (known?.hash === hash) return known.file;
    const file = this.#work.print(input);
    this.#kept.delete(conferenceId);
    this.#kept.set(conferenceId, { hash, file });
    // What failed is tried again.
    file.catch(() => this.#kept.delete(conferenceId));
    for (const id of this.#kept.keys()) if (this.#kept.size > mostKept) this.#kept.delete(id);
    return file;
  }
}
