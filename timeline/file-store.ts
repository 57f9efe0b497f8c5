/**
 * Timelines as files of one machine: `<root>/<timeline>/<stream>.log`, `lease`, `clock`.
 * Acknowledged means handed to the operating system, which survives kill -9; with `sync` also the loss of power.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { Slots } from './slots.ts';
import {
  type ClockMark,
  checkName,
  checkNumber,
  checkSizes,
  conflict,
  fenced,
  type Lease,
  type StoredRecord,
  TimelineError,
  type TimelineStore,
} from './store.ts';
import { StreamFile } from './stream-file.ts';

export type FileStoreOptions = {
  readonly log: Logger;
  /** Every append waits for the platter (about 1 to 20 ms). Default false. */
  readonly sync?: boolean;
};

/** Takes the folder for this process; throws TimelineError `locked` when another has it. */
export function openFileStore(root: string, options: FileStoreOptions): TimelineStore {
  return new FileStore(root, lockFolder(root), options);
}

type LeaseMark = { readonly token: number; readonly owner: string };

class FileStore implements TimelineStore {
  readonly #root: string;
  readonly #lock: FolderLock;
  readonly #log: Logger;
  readonly #sync: boolean;
  readonly #timelines = new Map<string, Promise<TimelineFiles>>();
  #closed = false;

  constructor(root: string, lock: FolderLock, { log, sync = false }: FileStoreOptions) {
    this.#root = root;
    this.#lock = lock;
    this.#log = log;
    this.#sync = sync;
  }

  async acquire(timeline: string, owner: string): Promise<Lease> {
    const files = await this.#files(timeline);
    return files.turn(async () => {
      const token = await files.acquire(owner);
      return { timeline, owner, token };
    });
  }

  async release(timeline: string, token: number): Promise<void> {
    const files = await this.#files(timeline);
    await files.turn(() => files.release(token));
  }

  async append(
    timeline: string,
    stream: string,
    token: number,
    expectedNext: number,
    records: readonly Buffer[],
  ): Promise<number> {
    checkName('stream', stream);
    checkSizes(records);
    const files = await this.#files(timeline);
    return files.turn(async () => {
      if (files.token !== token) throw fenced(timeline, token);
      const file = await files.stream(stream);
      if (file.next !== expectedNext) throw conflict(stream, expectedNext, file.next);
      return records.length === 0 ? file.next : file.append(records);
    });
  }

  async read(
    timeline: string,
    stream: string,
    from: number,
    limit: number,
  ): Promise<readonly StoredRecord[]> {
    checkName('stream', stream);
    checkNumber('from', from);
    checkNumber('limit', limit);
    const file = await (await this.#files(timeline)).stream(stream);
    return file.read(from, limit);
  }

  async next(timeline: string, stream: string): Promise<number> {
    checkName('stream', stream);
    return (await (await this.#files(timeline)).stream(stream)).next;
  }

  async remove(timeline: string, stream: string, token: number): Promise<void> {
    checkName('stream', stream);
    const files = await this.#files(timeline);
    await files.turn(async () => {
      if (files.token !== token) throw fenced(timeline, token);
      await files.remove(stream);
    });
  }

  async markClock(timeline: string, token: number, mark: ClockMark): Promise<void> {
    const files = await this.#files(timeline);
    await files.turn(async () => {
      if (files.token !== token) throw fenced(timeline, token);
      await files.markClock(mark);
    });
  }

  async clock(timeline: string): Promise<ClockMark | undefined> {
    return (await this.#files(timeline)).clock;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const opening of this.#timelines.values()) {
      const files = await opening.catch(() => undefined);
      await files?.turn(() => files.close());
    }
    this.#lock.release();
  }

  #files(timeline: string): Promise<TimelineFiles> {
    if (this.#closed) throw new TimelineError('closed', 'the timeline store is closed');
    checkName('timeline', timeline);
    const known = this.#timelines.get(timeline);
    if (known !== undefined) return known;
    const opening = TimelineFiles.open(join(this.#root, timeline), this.#sync, this.#log);
    this.#timelines.set(timeline, opening);
    // A disk that fails now may answer later.
    opening.catch(() => this.#timelines.delete(timeline));
    return opening;
  }
}

class TimelineFiles {
  readonly #folder: string;
  readonly #sync: boolean;
  readonly #log: Logger;
  readonly #lease: Slots<LeaseMark>;
  readonly #clock: Slots<ClockMark>;
  readonly #streams = new Map<string, Promise<StreamFile>>();
  #last: Promise<unknown> = Promise.resolve();
  /** The token that may append; none before acquire and after release. */
  token: number | undefined;

  private constructor(
    folder: string,
    sync: boolean,
    log: Logger,
    lease: Slots<LeaseMark>,
    clock: Slots<ClockMark>,
  ) {
    this.#folder = folder;
    this.#sync = sync;
    this.#log = log;
    this.#lease = lease;
    this.#clock = clock;
  }

  static async open(folder: string, sync: boolean, log: Logger): Promise<TimelineFiles> {
    const [lease, clock] = await Promise.all([
      Slots.open<LeaseMark>(join(folder, 'lease'), true),
      Slots.open<ClockMark>(join(folder, 'clock'), sync),
    ]);
    return new TimelineFiles(folder, sync, log, lease, clock);
  }

  /** Writers go one after the other, so that a token is checked and used with nothing in between. */
  turn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async acquire(owner: string): Promise<number> {
    await mkdir(this.#folder, { recursive: true, mode: 0o750 });
    const token = (this.#lease.value?.token ?? 0) + 1;
    await this.#lease.write({ token, owner: owner.slice(0, 100) });
    this.token = token;
    return token;
  }

  async release(token: number): Promise<void> {
    if (this.token === token) await this.close();
  }

  async close(): Promise<void> {
    this.token = undefined;
    for (const stream of this.#streams.values()) await (await stream.catch(() => undefined))?.close();
  }

  stream(name: string): Promise<StreamFile> {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const opening = StreamFile.open(join(this.#folder, `${name}.log`), this.#sync, this.#log);
    this.#streams.set(name, opening);
    opening.catch(() => this.#streams.delete(name));
    return opening;
  }

  async remove(name: string): Promise<void> {
    const file = await this.stream(name);
    this.#streams.delete(name);
    await file.remove();
  }

  get clock(): ClockMark | undefined {
    return this.#clock.value;
  }

  async markClock(mark: ClockMark): Promise<void> {
    if (mark.at >= (this.#clock.value?.at ?? 0)) await this.#clock.write(mark);
  }
}
