/**
 * The talks of all venues and what is done to them: edited, put in order, begun, ended, taken back. A change is written with the
 * replay it publishes in one transaction (fault 86), seen in memory, then told: `talk` on the stage stream at the moment of the cut,
 * `programme` in the hall. What could not be told is told again, also after a restart: the streams are brought to what the talks say.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { CodedError } from '#contracts/errors.ts';
import type { PlannedTalk, StageBody } from '#contracts/events.ts';
import type { HallState, StageState } from '#contracts/stage-state.ts';
import type { Talk } from '#contracts/talk.ts';
import { type ClipRecord, changed } from '../clip/clip.ts';
import type { ClipStore } from '../clip/clip-store.ts';
import type { Rows, Tables, Turns } from '../rows.ts';
import type { TalkDecks, TalkDirectory, TalkRecord } from './talk.ts';
import { type Cut, currentTalk, cutToNext, endTalk, reordered, shortened, undoCut } from './talk-rules.ts';
import type { TalkStore } from './talk-store.ts';

/** What is needed of a venue's data stream. */
export interface VenueStreams {
  now(): number;
  append(stream: 'stage', items: readonly { t?: number; body: StageBody }[]): Promise<unknown>;
  append(
    stream: 'hall',
    items: readonly { body: { type: 'programme'; talks: PlannedTalk[] } }[],
  ): Promise<unknown>;
  state(): Pick<StageState, 'talk'>;
  hallState(): Pick<HallState, 'talks'>;
  redact(
    stream: 'stage',
    which: (event: { type: string; t: number; talk?: { id: string } | null }) => boolean,
    actor: { id: string; name: string },
  ): Promise<unknown>;
}
/** What is needed of the live side. */
export interface VenueStage {
  streams(venueId: string): VenueStreams | undefined;
  /** Epoch ms on the timeline of a cut so many seconds ago, on a part border; undefined: the venue is not live. */
  cutPoint(venueId: string, secondsAgo: number): number | undefined;
}

export type ProgrammeOptions = {
  readonly db: Tables;
  readonly talks: TalkStore;
  readonly clips: ClipStore;
  /** Of talks and clips together. */
  readonly turns: Turns;
  readonly stage: VenueStage;
  readonly log: Logger;
};
export type TalkInput = Pick<TalkRecord, 'title'> &
  Partial<
    Pick<
      TalkRecord,
      'speakers' | 'plannedStart' | 'plannedMinutes' | 'download' | 'sessionId' | 'type' | 'abstract' | 'key'
    >
  >;
/** Many talks of any venues, and what else is written in the same transaction. */
export type Edit = {
  readonly talks: readonly TalkRecord[];
  readonly removed: readonly TalkRecord[];
  readonly alongside: (rows: Rows) => Promise<void>;
  /** It is written: seen from now on. */
  readonly done: () => void;
};
type Actor = { readonly id: string; readonly name: string };

/** Ms until a stream that refused is told again. */
const retryAfter = 2000;
const noDecks: TalkDecks = { newest: () => null, courseware: () => [] };
export const newTalkId = (): string => randomBytes(9).toString('base64url');

export class Programme implements TalkDirectory {
  readonly #options: ProgrammeOptions;
  readonly #talks: TalkStore;
  readonly #clips: ClipStore;
  readonly #removed = new Set<(talk: TalkRecord) => void>();
  readonly #changed = new Set<(venueId: string) => void>();
  readonly #venuesGone = new Set<(venueId: string) => void>();
  readonly #lines = new Map<string, { last: Promise<void>; queued: Promise<void> | undefined }>();
  readonly #retries = new Map<string, NodeJS.Timeout>();
  /** Venues whose last cut was taken back: the one before it is not, by a second press of the button. */
  readonly #undone = new Set<string>();
  #decks = noDecks;
  #closed = false;

  constructor(options: ProgrammeOptions) {
    this.#options = options;
    this.#talks = options.talks;
    this.#clips = options.clips;
  }

  // What others ask.

  get(id: string): TalkRecord | undefined {
    return this.#talks.get(id);
  }
  list(venueId: string): readonly TalkRecord[] {
    return this.#talks.list(venueId);
  }
  onRemoved(hook: (talk: TalkRecord) => void): () => void {
    this.#removed.add(hook);
    return () => void this.#removed.delete(hook);
  }
  /** Called when what is told of a venue's talks may be other now: talks, decks, replays. Returns what ends it. */
  onChanged(hook: (venueId: string) => void): () => void {
    this.#changed.add(hook);
    return () => void this.#changed.delete(hook);
  }
  /** Called after a venue is gone with all its talks. Returns what ends it. */
  onVenueRemoved(hook: (venueId: string) => void): () => void {
    this.#venuesGone.add(hook);
    return () => void this.#venuesGone.delete(hook);
  }
  decksFrom(decks: TalkDecks): void {
    this.#decks = decks;
  }
  deckChanged(talkId: string): void {
    const talk = this.#talks.get(talkId);
    if (talk) void this.tell(talk.venueId);
  }

  /** As the staff see it. */
  view(talk: TalkRecord): Talk {
    const { createdAt: _, speakers, ...rest } = talk;
    const clip = this.#clips.ofTalk(talk.id);
    return {
      ...rest,
      speakers: [...speakers],
      deck: this.#decks.newest(talk.id),
      replay: clip && !clip.empty ? { clip: clip.id, version: clip.version, state: clip.state } : null,
    };
  }

  /** As everyone may see it, within the bytes of one batch. */
  programme(venueId: string): PlannedTalk[] {
    return [...shortened(this.planned(venueId))];
  }

  /** The same of every talk, however many. */
  planned(venueId: string): PlannedTalk[] {
    const all = this.#talks.list(venueId).map((talk): PlannedTalk => {
      const { id, title, speakers, plannedStart, plannedMinutes, actualStart, actualEnd, state } = talk;
      const clip = this.#clips.ofTalk(id);
      const replay =
        clip?.state === 'published' && !clip.empty ? { clip: clip.id, version: clip.version } : null;
      const courseware = this.#decks.courseware(talk);
      const { type, sessionId, changed: since } = talk;
      return {
        ...{ id, title, speakers: [...speakers], plannedStart, plannedMinutes, actualStart, actualEnd },
        ...{ state, replay, courseware },
        ...(type === 'talk' ? {} : { type }),
        ...(sessionId === null ? {} : { sessionId }),
        ...(since === null ? {} : { changed: since }),
      };
    });
    return all;
  }

  // Editing.

  create(venueId: string, input: TalkInput): Promise<TalkRecord> {
    return this.#change(venueId, async () => {
      const list = this.#talks.list(venueId);
      const talk: TalkRecord = {
        id: newTalkId(),
        venueId,
        position: (list.at(-1)?.position ?? -1) + 1,
        title: input.title,
        speakers: input.speakers ?? [],
        plannedStart: input.plannedStart ?? null,
        plannedMinutes: input.plannedMinutes ?? null,
        download: input.download ?? 'no',
        state: 'planned',
        actualStart: null,
        actualEnd: null,
        sessionId: input.sessionId ?? null,
        type: input.type ?? 'talk',
        abstract: input.abstract ?? '',
        key: input.key ?? null,
        changed: null,
        createdAt: Date.now(),
      };
      await this.#save([talk]);
      return talk;
    });
  }

  update(id: string, given: Partial<TalkInput> & { state?: 'planned' | 'cancelled' }): Promise<TalkRecord> {
    return this.#change(this.#talks.need(id).venueId, async () => {
      const before = this.#talks.need(id);
      if (given.state && before.state !== 'planned' && before.state !== 'cancelled')
        throw new CodedError('talk.order', `a talk that is ${before.state} cannot become ${given.state}`);
      const talk: TalkRecord = { ...before, ...given };
      await this.#save([talk], this.#renamed(talk));
      return talk;
    });
  }

  async remove(id: string): Promise<TalkRecord> {
    const talk = await this.#change(this.#talks.need(id).venueId, async () => {
      const found = this.#talks.need(id);
      if (found.state === 'now') throw new CodedError('talk.order', 'the talk is on: end it first');
      await this.#talks.erase(this.#options.db, [id]);
      this.#talks.drop(found);
      return found;
    });
    for (const hook of this.#removed) hook(talk);
    return talk;
  }

  /** Throws `request.invalid` unless `ids` are exactly the venue's talks. */
  order(venueId: string, ids: readonly string[]): Promise<void> {
    return this.#change(venueId, async () => {
      const moved = reordered(this.#talks.list(venueId), ids);
      if (!moved) throw new CodedError('request.invalid', "ids must be the venue's talks, each once");
      await this.#save(moved);
    });
  }

  /** Many changes as one: `make` sees the newest state and throws what is not allowed; undefined: nothing is to be done. */
  async apply<E extends Edit>(make: () => Promise<E | undefined> | E | undefined): Promise<E | undefined> {
    const venues = new Set<string>();
    const edit = await this.#options.turns.take(async () => {
      const edit = await make();
      if (!edit) return undefined;
      const clips = edit.talks.flatMap((talk) => this.#renamed(talk) ?? []);
      for (const { id, venueId } of [...edit.talks, ...edit.removed]) {
        venues.add(venueId);
        venues.add(this.#talks.get(id)?.venueId ?? venueId);
      }
      await this.#options.db.transaction(async (rows) => {
        await edit.alongside(rows);
        await this.#talks.erase(
          rows,
          edit.removed.map(({ id }) => id),
        );
        await this.#talks.write(rows, edit.talks);
        for (const clip of clips) await this.#clips.write(rows, clip);
      });
      for (const talk of edit.removed) this.#talks.drop(talk);
      this.#talks.put(edit.talks);
      for (const clip of clips) this.#clips.put(clip);
      edit.done();
      return edit;
    });
    if (!edit) return undefined;
    for (const venueId of venues) void this.tell(venueId);
    for (const talk of edit.removed) for (const hook of this.#removed) hook(talk);
    return edit;
  }

  /** The replay of a talk that gets another title or other speakers, unless it has a title of its own. */
  #renamed(talk: TalkRecord): ClipRecord | undefined {
    const clip = this.#clips.ofTalk(talk.id);
    if (!clip || clip.title !== this.#talks.get(talk.id)?.title) return undefined;
    const next = changed(clip, { title: talk.title, speakers: talk.speakers });
    return next === clip ? undefined : next;
  }

  // The director. Each throws `talk.order` when there is nothing to do it to.

  nextTalk(venueId: string, secondsAgo: number): Promise<void> {
    return this.#cut(venueId, secondsAgo, cutToNext);
  }

  endTalk(venueId: string, secondsAgo: number): Promise<void> {
    return this.#cut(venueId, secondsAgo, endTalk);
  }

  /** The talk before goes on as if it had never ended, and its replay is withdrawn. Only the last cut, once, while live. */
  async undoCut(venueId: string, actor: Actor): Promise<void> {
    const { stage } = this.#options;
    await this.#change(venueId, async () => {
      const undo = this.#undone.has(venueId) ? undefined : undoCut(this.#talks.list(venueId));
      if (!undo || stage.cutPoint(venueId, 0) === undefined)
        throw new CodedError('talk.order', 'there is no cut to take back');
      const { t, back, on } = undo;
      const clip = on && this.#clips.ofTalk(on.id);
      await this.#save(
        [back, on].filter((talk) => talk !== undefined),
        clip && changed(clip, { state: 'hidden' }),
      );
      this.#undone.add(venueId);
      // Replays must not show the talk that did not begin; the moment it began may have been earlier than the stream takes.
      await stage
        .streams(venueId)
        ?.redact(
          'stage',
          (event) => event.type === 'talk' && event.t >= t && event.talk?.id === back?.id,
          actor,
        )
        .catch((error: unknown) =>
          this.#options.log.warn({ err: error, venue: venueId }, 'cut not taken out of the stream'),
        );
    });
  }

  /** The run is over at `at`: so is the talk that was on. Never rejects. */
  async runEnded(venueId: string, at: number): Promise<void> {
    const current = currentTalk(this.#talks.list(venueId));
    if (!current) return;
    await this.#change(venueId, () =>
      this.#carryOut(venueId, (talks) =>
        endTalk(talks, Math.max(at, (currentTalk(talks)?.actualStart ?? 0) + 1)),
      ),
    ).catch((error: unknown) =>
      this.#options.log.error({ err: error, venue: venueId }, 'the talk did not end with its run'),
    );
  }

  /** At start: talks whose run ended while nobody looked end too, and the streams are told what they were not. */
  async recover(venueIds: Iterable<string>): Promise<void> {
    for (const venueId of venueIds) {
      const { stage } = this.#options;
      const now = stage.streams(venueId)?.now();
      if (now === undefined) continue;
      if (stage.cutPoint(venueId, 0) === undefined) await this.runEnded(venueId, now);
      for (const talk of this.#talks.list(venueId)) {
        if (talk.state !== 'done' || this.#clips.ofTalk(talk.id)) continue;
        const clip = this.#replayOf(talk);
        await this.#options.turns.take(() => this.#save([], clip));
      }
      if (this.#talks.list(venueId).length > 0) void this.tell(venueId);
    }
  }

  /** The rows are gone with the venue's. */
  venueRemoved(venueId: string): void {
    for (const talk of this.#talks.list(venueId)) {
      this.#talks.drop(talk);
      for (const hook of this.#removed) hook(talk);
    }
    for (const clip of this.#clips.list(venueId)) this.#clips.drop(clip);
    for (const hook of this.#venuesGone) hook(venueId);
  }

  /** Brings the venue's streams to what the talks say. Never rejects; several calls become one. */
  tell(venueId: string): Promise<void> {
    for (const hook of this.#changed) hook(venueId);
    const line = this.#lines.get(venueId) ?? { last: Promise.resolve(), queued: undefined };
    this.#lines.set(venueId, line);
    line.queued ??= line.last.then(async () => {
      line.queued = undefined;
      await this.#tellNow(venueId).catch((error: unknown) => this.#again(venueId, error));
    });
    line.last = line.queued;
    return line.queued;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#retries.values()) clearTimeout(timer);
    this.#retries.clear();
    await Promise.all([...this.#lines.values()].map(({ last }) => last));
  }

  // Within.

  async #cut(
    venueId: string,
    secondsAgo: number,
    rule: (talks: readonly TalkRecord[], t: number) => Cut,
  ): Promise<void> {
    // Now, not when the turn comes: the press of the button is the moment.
    const t = this.#options.stage.cutPoint(venueId, secondsAgo);
    if (t === undefined) throw new CodedError('talk.order', 'the venue is not live');
    await this.#change(venueId, () => this.#carryOut(venueId, (talks) => rule(talks, t)));
  }

  async #carryOut(venueId: string, rule: (talks: readonly TalkRecord[]) => Cut): Promise<void> {
    const cut = rule(this.#talks.list(venueId));
    if ('refused' in cut) throw new CodedError('talk.order', cut.refused);
    const { t, ended, started } = cut;
    await this.#save(
      [ended, started].filter((talk) => talk !== undefined),
      ended && this.#replayOf(ended),
    );
    this.#undone.delete(venueId);
    this.#options.log.info({ venue: venueId, t, ended: ended?.id, started: started?.id }, 'cut');
  }

  /** The clip of a talk that has ended: new, or the next version of the one it has. */
  #replayOf(talk: TalkRecord): ClipRecord {
    const { id: talkId, venueId, title, speakers, actualStart, actualEnd } = talk;
    const ranges = [{ from: actualStart ?? 0, to: actualEnd }];
    const known = this.#clips.ofTalk(talkId);
    if (known) return changed(known, { title, speakers, ranges, state: 'published', empty: false });
    return {
      id: newTalkId(),
      ...{ venueId, talkId, title, speakers, ranges },
      version: 1,
      state: 'published',
      empty: false,
      createdAt: Date.now(),
    };
  }

  async #save(talks: readonly TalkRecord[], clip?: ClipRecord): Promise<void> {
    await this.#options.db.transaction(async (rows) => {
      await this.#talks.write(rows, talks);
      if (clip) await this.#clips.write(rows, clip);
    });
    this.#talks.put(talks);
    if (clip) this.#clips.put(clip);
  }

  async #change<R>(venueId: string, work: () => Promise<R>): Promise<R> {
    const result = await this.#options.turns.take(work);
    // Not waited for: the hall may be busy, and what is not told is told later. The change stands.
    void this.tell(venueId);
    return result;
  }

  async #tellNow(venueId: string): Promise<void> {
    const streams = this.#options.stage.streams(venueId);
    if (!streams) return;
    const talks = this.#talks.list(venueId);
    const current = currentTalk(talks);
    const talk = current && {
      id: current.id,
      title: current.title,
      speakers: [...current.speakers],
    };
    const told = streams.state().talk;
    if (!same(told, talk ?? null)) {
      const ended = told && talks.find(({ id }) => id === told.id)?.actualEnd;
      const t = current ? current.actualStart : ended;
      await streams.append('stage', [
        { ...(typeof t === 'number' ? { t } : {}), body: { type: 'talk', talk: talk ?? null } },
      ]);
    }
    const list = this.programme(venueId);
    if (!same(streams.hallState().talks, list))
      await streams.append('hall', [{ body: { type: 'programme', talks: list } }]);
  }

  #again(venueId: string, error: unknown): void {
    this.#options.log.warn({ err: error, venue: venueId }, 'talks not told to the stream; tried again');
    if (this.#closed || this.#retries.has(venueId)) return;
    const timer = setTimeout(() => {
      this.#retries.delete(venueId);
      void this.tell(venueId);
    }, retryAfter);
    this.#retries.set(venueId, timer);
  }
}

/** Order of keys is ours on both sides, or the stream's schema's: compared by content. */
function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
