/** Prints each state of a programme once: everyone who asks meanwhile, and after, gets the same file. */
import type { ProgrammeWork } from '../work.ts';
import type { PrintInput } from './print-layout.ts';

/** Conferences whose last print is kept. */
const mostKept = 8;

export class Printer {
  readonly #work: Pick<ProgrammeWork, 'print'>;
  readonly #kept = new Map<string, { readonly state: string; readonly file: Promise<Uint8Array> }>();

  constructor(work: Pick<ProgrammeWork, 'print'>) {
    this.#work = work;
  }

  /** `state`: another one is another print. */
  print(conferenceId: string, state: string, input: () => PrintInput): Promise<Uint8Array> {
    const known = this.#kept.get(conferenceId);
    if (known?.state === state) return known.file;
    const file = this.#work.print(input());
    this.#kept.delete(conferenceId);
    this.#kept.set(conferenceId, { state, file });
    // What failed is tried again.
    file.catch(() => this.#kept.delete(conferenceId));
    for (const id of this.#kept.keys()) if (this.#kept.size > mostKept) this.#kept.delete(id);
    return file;
  }
}
