/** Clips made and changed by the staff: cut anew, hidden, joined, deleted. Every change is a new version; nothing is copied. */
import { randomBytes } from 'node:crypto';
import { CodedError } from '#contracts/errors.ts';
import type { Tables, Turns } from '../rows.ts';
import { type ClipRecord, changed, type Range, rangesProblem } from './clip.ts';
import type { ClipStore } from './clip-store.ts';

export type ClipsOptions = {
  readonly db: Tables;
  readonly store: ClipStore;
  /** Of talks and clips together. */
  readonly turns: Turns;
  /** The venue's clock, epoch ms. */
  readonly now: (venueId: string) => number;
  /** There is something to play in these ranges. */
  readonly hasMedia: (venueId: string, ranges: readonly Range[]) => Promise<boolean>;
  /** A clip is new, other, or gone: programmes name replays. */
  readonly onChange: (clip: ClipRecord) => void;
};

export type ClipChange = { title?: string; ranges?: readonly Range[]; state?: ClipRecord['state'] };

export class Clips {
  readonly #options: ClipsOptions;
  readonly #store: ClipStore;

  constructor(options: ClipsOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  get(id: string): ClipRecord | undefined {
    return this.#store.get(id);
  }
  list(venueId: string): readonly ClipRecord[] {
    return this.#store.list(venueId);
  }

  /** Throws `clip.empty` where nothing was recorded, `request.invalid` for impossible ranges. */
  async create(
    venueId: string,
    input: Pick<ClipRecord, 'title' | 'ranges'> & Partial<Pick<ClipRecord, 'talkId' | 'speakers'>>,
  ): Promise<ClipRecord> {
    await this.#check(venueId, input.ranges);
    const clip: ClipRecord = {
      id: randomBytes(9).toString('base64url'),
      venueId,
      talkId: input.talkId ?? null,
      title: input.title,
      speakers: input.speakers ?? [],
      version: 1,
      state: 'published',
      empty: false,
      ranges: input.ranges,
      createdAt: Date.now(),
    };
    return this.#save(async () => clip);
  }

  async update(id: string, change: ClipChange): Promise<ClipRecord> {
    if (change.ranges) await this.#check(this.#store.need(id).venueId, change.ranges);
    return this.#save(async () =>
      changed(this.#store.need(id), change.ranges ? { ...change, empty: false } : change),
    );
  }

  /** Throws `clip.notFound`, also for clips of different venues: a timeline is a venue's. */
  async join(ids: readonly string[], title: string): Promise<ClipRecord> {
    const clips = ids.map((id) => this.#store.need(id));
    const [first] = clips;
    if (!first || clips.some(({ venueId }) => venueId !== first.venueId))
      throw new CodedError('clip.notFound', 'clips that are joined must be of one venue');
    const ranges = clips.flatMap((clip) => clip.ranges);
    if (ranges.length > 50) throw new CodedError('request.invalid', 'at most 50 ranges can be joined');
    const names = new Map(clips.flatMap(({ speakers }) => speakers.map((one) => [one.name, one])));
    return this.create(first.venueId, { title, ranges, speakers: [...names.values()].slice(0, 30) });
  }

  async remove(id: string): Promise<ClipRecord> {
    const { db, turns, onChange } = this.#options;
    const clip = await turns.take(async () => {
      const found = this.#store.need(id);
      await this.#store.erase(db, id);
      this.#store.drop(found);
      return found;
    });
    onChange(clip);
    return clip;
  }

  /** Recordings of the venue were deleted: clips of which nothing is left are marked, and answer no more. The marked ones. */
  async recordingsDeleted(venueId: string): Promise<readonly ClipRecord[]> {
    const marked: ClipRecord[] = [];
    for (const { id, ranges, empty } of this.#store.list(venueId)) {
      if (empty || (await this.#options.hasMedia(venueId, ranges))) continue;
      marked.push(await this.#save(async () => changed(this.#store.need(id), { empty: true })));
    }
    return marked;
  }

  async #check(venueId: string, ranges: readonly Range[]): Promise<void> {
    const problem = rangesProblem(ranges, this.#options.now(venueId));
    if (problem) throw new CodedError('request.invalid', problem);
    if (!(await this.#options.hasMedia(venueId, ranges))) throw new CodedError('clip.empty');
  }

  async #save(change: () => Promise<ClipRecord>): Promise<ClipRecord> {
    const { db, turns, onChange } = this.#options;
    const clip = await turns.take(async () => {
      const next = await change();
      if (next === this.#store.get(next.id)) return next;
      await this.#store.write(db, next);
      this.#store.put(next);
      return next;
    });
    onChange(clip);
    return clip;
  }
}
