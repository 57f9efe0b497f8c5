/** Recordings that are only read: ended runs. Indexes are loaded when asked for; a bounded number of parts and open files is kept. */
import type { Logger } from 'pino';
import { segmentFile } from '#contracts/media-urls.ts';
import { ReadHandles } from './read-handles.ts';
import type { RecordedRendition, RenditionRecording } from './recording.ts';
import { nodeFs, type RecordingFs } from './recording-fs.ts';
import { inspectRecording } from './recover.ts';

export type ArchivedRendition = Pick<RenditionRecording, 'readInit' | 'readSegment'> & {
  readonly recorded: RecordedRendition;
};

export type ArchiveOptions = {
  readonly log: Logger;
  readonly fs?: RecordingFs;
  /** Parts and segments of which the index is kept in memory, about 100 bytes each. Default 400,000: four renditions of 8 h. */
  readonly indexEntries?: number;
  /** Files kept open. Default 64. */
  readonly openFiles?: number;
};

type Entry = { readonly loading: Promise<ArchivedRendition | undefined>; weight: number };

export class RecordingArchive {
  readonly #fs: RecordingFs;
  readonly #log: Logger;
  readonly #limit: number;
  readonly #handles: ReadHandles;
  /** In order of use, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  #weight = 0;

  constructor({ log, fs = nodeFs, indexEntries = 400_000, openFiles = 64 }: ArchiveOptions) {
    this.#fs = fs;
    this.#log = log;
    this.#limit = indexEntries;
    this.#handles = new ReadHandles(fs, openFiles);
  }

  /** A rendition's recording (catalogue.ts makes the folder's name); undefined when there is none or it cannot be read. */
  open(folder: string): Promise<ArchivedRendition | undefined> {
    const known = this.#entries.get(folder);
    const entry = known ?? { loading: this.#load(folder), weight: 0 };
    this.#entries.delete(folder);
    this.#entries.set(folder, entry);
    return entry.loading;
  }

  /** Lets go of what lies under a folder, because it is removed or written again. */
  forget(folder: string): void {
    const prefix = `${folder}/`;
    for (const path of this.#entries.keys()) if (`${path}/`.startsWith(prefix)) this.#drop(path);
    this.#handles.forget(prefix);
  }

  close(): void {
    for (const path of this.#entries.keys()) this.#drop(path);
    this.#handles.close();
  }

  async #load(folder: string): Promise<ArchivedRendition | undefined> {
    try {
      const { recorded } = await inspectRecording(this.#fs, folder);
      if (recorded.segments.length === 0) {
        this.#drop(folder);
        return undefined;
      }
      this.#weigh(folder, recorded);
      return this.#reader(folder, recorded);
    } catch (error) {
      this.#log.warn({ err: error, folder }, 'recording could not be read');
      this.#drop(folder);
      return undefined;
    }
  }

  #reader(folder: string, recorded: RecordedRendition): ArchivedRendition {
    const inits = new Map(recorded.inits.map(({ k, bytes }) => [k, bytes]));
    return {
      recorded,
      readInit: async (k) => inits.get(k),
      readSegment: (msn, offset, length) =>
        this.#handles.read(`${folder}/${segmentFile(msn)}`, offset, length),
    };
  }

  #weigh(folder: string, { segments }: RecordedRendition): void {
    const entry = this.#entries.get(folder);
    if (entry === undefined) return;
    entry.weight = segments.reduce((sum, { parts }) => sum + 1 + parts.length, 0);
    this.#weight += entry.weight;
    for (const path of this.#entries.keys()) {
      if (this.#weight <= this.#limit || path === folder) return;
      this.#drop(path);
    }
  }

  #drop(folder: string): void {
    const entry = this.#entries.get(folder);
    if (entry === undefined) return;
    this.#entries.delete(folder);
    this.#weight -= entry.weight;
  }
}
