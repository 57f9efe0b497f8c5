/**
 * Every change of a programme goes through here: talks, sessions, delays, swaps, imports. Each is one transaction with its line in
 * the history, from which it is taken back as one; pages, the audit log and webhooks are told by whoever listens.
 */

import { CodedError } from '#contracts/errors.ts';
import type { ConferenceDirectory } from '../conference/conference.ts';
import type { Rows } from '../rows.ts';
import type { SessionRecord } from '../session/session.ts';
import type { SessionStore } from '../session/session-store.ts';
import { type Edit, newTalkId, type Programme, type TalkInput } from '../talk/programme.ts';
import type { TalkRecord } from '../talk/talk.ts';
import { reordered } from '../talk/talk-rules.ts';
import type { VenueDirectory } from '../venue/venue.ts';
import {
  type ChangeContent,
  contentOf,
  type Draft,
  hasBegun,
  markedChange,
  type Pair,
  placed,
  sameContent,
  type TalkContent,
} from './change.ts';
import { delayed, type Scope, sessionAt, swapped } from './edit-rules.ts';
import type { Actor, History } from './history.ts';

export type EditorOptions = {
  readonly programme: Programme;
  readonly sessions: SessionStore;
  readonly venues: VenueDirectory;
  readonly conferences: ConferenceDirectory;
  readonly history: History;
  /** A talk with a replay or decks goes only by its own removal, never by an undo. */
  readonly hasWork: (talkId: string) => boolean;
  /** Courseware follows a talk to its new venue. Must not throw. */
  readonly onMoved: (talkId: string, venueId: string) => void;
  /** Epoch ms. */
  readonly now?: () => number;
};
/** One change, done. */
export type Done = {
  readonly change: number;
  readonly conferenceId: string;
  readonly kind: string;
  readonly actor: Actor;
  /** Ids of talks and sessions. */
  readonly things: readonly string[];
};
export type TalkPatch = Partial<TalkInput> & {
  readonly state?: 'planned' | 'cancelled';
  readonly venueId?: string;
};
export type SessionInput = Pick<
  SessionRecord,
  'venueId' | 'title' | 'chairs' | 'plannedStart' | 'plannedMinutes'
>;

const short = (title: string): string => (title.length > 40 ? `${title.slice(0, 40)}…` : title);

export class ProgrammeEditor {
  readonly #options: EditorOptions;
  readonly #listeners = new Set<(done: Done) => void>();
  readonly #now: () => number;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    options.programme.onVenueRemoved((venueId) => options.sessions.dropVenue(venueId));
  }

  /** Told after each change. Returns what ends it. */
  onProgrammeChanged(listener: (done: Done) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get sessions(): SessionStore {
    return this.#options.sessions;
  }

  talk(id: string): TalkRecord | undefined {
    return this.#options.programme.get(id);
  }

  /** All talks of a conference, by venue in order. */
  talks(conferenceId: string): TalkRecord[] {
    const { venues, programme } = this.#options;
    return venues.list(conferenceId).flatMap(({ id }) => [...programme.list(id)]);
  }

  // Talks.

  /** Throws `venue.notFound`, `session.notFound`. */
  async createTalk(actor: Actor, venueId: string, input: TalkInput): Promise<TalkRecord> {
    const id = newTalkId();
    const conferenceId = this.#conferenceOf(venueId);
    await this.commit(actor, conferenceId, () => {
      const list = this.#options.programme.list(venueId);
      this.#checkSession(input.sessionId ?? null, venueId);
      const talk: TalkRecord = {
        ...{ id, venueId, position: (list.at(-1)?.position ?? -1) + 1, title: input.title },
        ...{ speakers: input.speakers ?? [], plannedStart: input.plannedStart ?? null },
        ...{ plannedMinutes: input.plannedMinutes ?? null, download: input.download ?? 'no' },
        ...{ state: 'planned', actualStart: null, actualEnd: null, type: input.type ?? 'talk' },
        sessionId:
          input.sessionId === undefined
            ? this.#sessionFor(conferenceId, venueId, input.plannedStart ?? null)
            : input.sessionId,
        ...{ abstract: input.abstract ?? '', key: input.key ?? null, changed: null, createdAt: this.#now() },
      };
      const summary = { zh: `新增“${short(talk.title)}”`, en: `Added "${short(talk.title)}"` };
      return { kind: 'talk.create', summary, talks: [talk] };
    });
    return this.#needTalk(id);
  }

  /** Throws `talk.order` (state), `talk.begun` (venue), `venue.notFound`, `session.notFound`. */
  async updateTalk(actor: Actor, id: string, patch: TalkPatch): Promise<TalkRecord> {
    const { conferenceId } = this.#venue(this.#needTalk(id).venueId);
    await this.commit(actor, conferenceId, () => {
      const before = this.#needTalk(id);
      const begun = hasBegun(before);
      if (patch.state && begun)
        throw new CodedError('talk.order', `a talk that is ${before.state} cannot become ${patch.state}`);
      const venueId = patch.venueId ?? before.venueId;
      if (venueId !== before.venueId) this.#checkMove(before, venueId, conferenceId);
      const moves =
        venueId !== before.venueId ||
        (patch.plannedStart !== undefined && patch.plannedStart !== before.plannedStart);
      const after: TalkRecord = { ...before, ...patch, venueId };
      const sessionId =
        patch.sessionId !== undefined || !moves || begun
          ? after.sessionId
          : this.#sessionFor(conferenceId, venueId, after.plannedStart);
      this.#checkSession(sessionId, venueId);
      const kind =
        patch.state === 'cancelled' && before.state !== 'cancelled'
          ? 'talk.cancel'
          : moves
            ? 'talk.move'
            : 'talk.change';
      return { kind, summary: summaryOf(kind, before.title), talks: [{ ...after, sessionId }] };
    });
    return this.#needTalk(id);
  }

  /** Throws `talk.order` while it is on. */
  async removeTalk(actor: Actor, id: string): Promise<TalkRecord> {
    const talk = this.#needTalk(id);
    await this.commit(actor, this.#conferenceOf(talk.venueId), () => {
      const found = this.#needTalk(id);
      if (found.state === 'now') throw new CodedError('talk.order', 'the talk is on: end it first');
      const summary = { zh: `删除“${short(found.title)}”`, en: `Deleted "${short(found.title)}"` };
      return { kind: 'talk.delete', summary, removedTalks: [found] };
    });
    return talk;
  }

  /** All talks of the venue in their new order. Throws `request.invalid`. */
  async order(actor: Actor, venueId: string, ids: readonly string[]): Promise<void> {
    await this.commit(actor, this.#conferenceOf(venueId), () => {
      const moved = reordered(this.#options.programme.list(venueId), ids);
      if (!moved) throw new CodedError('request.invalid', "ids must be the venue's talks, each once");
      const title = this.#venue(venueId).settings.title;
      const summary = { zh: `调整“${title}”的报告顺序`, en: `New order of the talks in "${title}"` };
      return { kind: 'talk.order', summary, talks: moved, places: 'given' };
    });
  }

  // Sessions.

  async createSession(actor: Actor, input: SessionInput): Promise<SessionRecord> {
    const id = newTalkId();
    const conferenceId = this.#conferenceOf(input.venueId);
    await this.commit(actor, conferenceId, () => {
      const session: SessionRecord = { ...input, id, conferenceId, key: null, createdAt: this.#now() };
      const summary = {
        zh: `新增单元“${short(session.title)}”`,
        en: `Added session "${short(session.title)}"`,
      };
      return { kind: 'session.create', summary, sessions: [session] };
    });
    return this.#options.sessions.need(id);
  }

  /** Its talks that have not begun move along (unless told not to). Throws `talk.begun` when it leaves its venue and one has. */
  async updateSession(
    actor: Actor,
    id: string,
    { withTalks = true, ...patch }: Partial<SessionInput> & { readonly withTalks?: boolean },
  ): Promise<SessionRecord> {
    const { conferenceId } = this.#options.sessions.need(id);
    await this.commit(actor, conferenceId, () => {
      const before = this.#options.sessions.need(id);
      const after: SessionRecord = { ...before, ...patch };
      const leaves = after.venueId !== before.venueId;
      if (leaves && this.#conferenceOf(after.venueId) !== conferenceId)
        throw new CodedError('venue.notFound');
      const by = after.plannedStart - before.plannedStart;
      const own = this.#options.programme.list(before.venueId).filter(({ sessionId }) => sessionId === id);
      if (leaves) for (const talk of own) this.#checkMove(talk, after.venueId, conferenceId);
      const talks =
        (by !== 0 && withTalks) || leaves
          ? own
              .filter((talk) => !hasBegun(talk))
              .map((talk) => ({
                ...talk,
                venueId: after.venueId,
                plannedStart:
                  talk.plannedStart === null || !withTalks ? talk.plannedStart : talk.plannedStart + by,
              }))
          : [];
      const kind = by !== 0 || leaves ? 'session.move' : 'session.change';
      return { kind, summary: summaryOf(kind, before.title), sessions: [after], talks };
    });
    return this.#options.sessions.need(id);
  }

  /** Its talks stay, without a session. */
  async removeSession(actor: Actor, id: string): Promise<SessionRecord> {
    const session = this.#options.sessions.need(id);
    await this.commit(actor, session.conferenceId, () => {
      const found = this.#options.sessions.need(id);
      const talks = this.#options.programme
        .list(found.venueId)
        .flatMap((talk) => (talk.sessionId === id ? [{ ...talk, sessionId: null }] : []));
      const summary = {
        zh: `删除单元“${short(found.title)}”`,
        en: `Deleted session "${short(found.title)}"`,
      };
      return { kind: 'session.delete', summary, removedSessions: [found], talks };
    });
    return session;
  }

  // Live.

  /** 顺延. Throws `talk.begun`, and `request.invalid` for a talk without a planned time. */
  async delay(actor: Actor, talkId: string, minutes: number, scope: Scope): Promise<void> {
    const conferenceId = this.#conferenceOf(this.#needTalk(talkId).venueId);
    await this.commit(actor, conferenceId, () => {
      const talk = this.#needTalk(talkId);
      if (hasBegun(talk)) throw new CodedError('talk.begun', `talk ${talk.id} is ${talk.state}`);
      if (talk.plannedStart === null)
        throw new CodedError('request.invalid', 'the talk has no planned time to be moved');
      const timeZone = this.#options.conferences.get(conferenceId)?.settings.timeZone ?? 'UTC';
      const sessions = this.#sessionsOf(conferenceId, talk.venueId);
      const moved = delayed(talk, this.#options.programme.list(talk.venueId), sessions, {
        minutes,
        scope,
        timeZone,
      });
      const sign = minutes > 0 ? '+' : '';
      const summary = {
        zh: `从“${short(talk.title)}”起${minutes > 0 ? '顺延' : '提前'} ${Math.abs(minutes)} 分钟（${moved.talks.length} 项）`,
        en: `${sign}${minutes} min from "${short(talk.title)}" on (${moved.talks.length} items)`,
      };
      return { kind: `${scope}.delay`, summary, ...moved };
    });
  }

  /** Two talks of one conference change places. Throws `talk.begun`. */
  async swap(actor: Actor, a: string, b: string): Promise<void> {
    const conferenceId = this.#conferenceOf(this.#needTalk(a).venueId);
    await this.commit(actor, conferenceId, () => {
      const [one, two] = [this.#needTalk(a), this.#needTalk(b)];
      if (this.#conferenceOf(two.venueId) !== conferenceId) throw new CodedError('talk.notFound');
      if (a === b) throw new CodedError('request.invalid', 'two different talks are needed');
      for (const talk of [one, two]) {
        if (hasBegun(talk)) throw new CodedError('talk.begun', `talk ${talk.id} is ${talk.state}`);
        if (one.venueId !== two.venueId)
          this.#checkMove(talk, (talk === one ? two : one).venueId, conferenceId);
      }
      const summary = {
        zh: `“${short(one.title)}”与“${short(two.title)}”对调`,
        en: `"${short(one.title)}" and "${short(two.title)}" changed places`,
      };
      return { kind: 'talk.swap', summary, talks: swapped(one, two), places: 'given' };
    });
  }

  // History.

  /** The last change, or a named one. Throws `notFound` when there is none, `programme.touched`. Returns what was undone. */
  async undo(actor: Actor, conferenceId: string, change?: number): Promise<number> {
    const { history } = this.#options;
    const found =
      change === undefined ? await history.last(conferenceId) : await history.get(conferenceId, change);
    if (!found || found.undone) throw new CodedError('notFound', 'there is no such change to take back');
    const { talks, sessions, orders } = found.content;
    if (talks.length + sessions.length + orders.length === 0)
      throw new CodedError('programme.touched', 'the change is too old to be taken back');
    await this.commit(actor, conferenceId, () => {
      const back = this.#takenBack(found.content);
      const kind = found.undoes === null ? 'undo' : 'redo';
      const words = kind === 'undo' ? { zh: '撤销', en: 'Undone' } : { zh: '重做', en: 'Done again' };
      const text = found.summary.zh.replace(/^(撤销：|重做：)/, '');
      const textEn = found.summary.en.replace(/^(Undone: |Done again: )/, '');
      const summary = { zh: `${words.zh}：${text}`, en: `${words.en}: ${textEn}` };
      return { ...back, kind, summary, undoes: found.id, marked: true };
    });
    return found.id;
  }

  #takenBack({ talks, sessions, orders }: ChangeContent): Omit<Draft, 'kind' | 'summary'> {
    const { programme, hasWork } = this.#options;
    const touched = (what: string): never => {
      throw new CodedError('programme.touched', what);
    };
    const back: TalkRecord[] = [];
    const removedTalks: TalkRecord[] = [];
    for (const { before, after } of talks) {
      const id = (before ?? after)?.id ?? '';
      const now = programme.get(id);
      if (!sameContent(now ? contentOf(now) : null, after)) touched(`talk ${id} was changed since`);
      if (before === null) {
        if (!now) continue;
        if (hasBegun(now) || hasWork(id)) touched(`talk ${id} has begun, or has courseware or a replay`);
        removedTalks.push(now);
      } else {
        if (now && hasBegun(now) && before.venueId !== now.venueId) touched(`talk ${id} has begun`);
        back.push(restored(before, now, this.#now()));
      }
    }
    const ordered = orders.flatMap(({ venueId, before, after }) => {
      const list = programme.list(venueId);
      if (
        !sameContent(
          list.map(({ id }) => id),
          after,
        )
      )
        touched('the order was changed since');
      return [...(reordered(list, before) ?? touched('the order was changed since'))];
    });
    const store = this.#options.sessions;
    for (const { before, after } of sessions) {
      const id = (before ?? after)?.id ?? '';
      if (!sameContent(store.get(id) ?? null, after)) touched(`session ${id} was changed since`);
    }
    return {
      talks: orders.length > 0 ? merged(back, ordered) : back,
      removedTalks,
      sessions: sessions.flatMap(({ before }) => before ?? []),
      removedSessions: sessions.flatMap(({ before, after }) => (before === null && after ? [after] : [])),
      places: orders.length > 0 ? 'given' : 'by-time',
    };
  }

  /**
   * Carries a change out, with its line in the history. `make` sees the newest state; undefined, or what changes nothing, does
   * nothing and leaves no line. Returns the number of the change.
   */
  async commit(
    actor: Actor,
    conferenceId: string,
    make: () => Draft | undefined,
  ): Promise<number | undefined> {
    let change: number | undefined;
    let done: Done | undefined;
    const moves: { id: string; venueId: string }[] = [];
    await this.#options.programme.apply((): Edit | undefined => {
      const draft = make();
      const prepared = draft && this.#prepared(draft, conferenceId);
      if (!draft || !prepared) return undefined;
      const { content, talks, removed, sessions, removedSessions } = prepared;
      for (const { before, after } of content.talks)
        if (before && after && before.venueId !== after.venueId) moves.push(after);
      const store = this.#options.sessions;
      return {
        talks,
        removed,
        alongside: async (rows: Rows) => {
          await store.write(rows, sessions);
          const { kind, summary, undoes = null } = draft;
          const at = this.#now();
          change = await this.#options.history.write(rows, {
            conferenceId,
            kind,
            summary,
            content,
            undoes,
            actor,
            at,
          });
          await store.erase(
            rows,
            removedSessions.map(({ id }) => id),
          );
        },
        done: () => {
          store.put(sessions);
          store.drop(removedSessions);
          const things = [...content.talks, ...content.sessions].flatMap(
            ({ before, after }) => (after ?? before)?.id ?? [],
          );
          if (change !== undefined) done = { change, conferenceId, kind: draft.kind, actor, things };
        },
      };
    });
    for (const { id, venueId } of moves) this.#options.onMoved(id, venueId);
    if (done) for (const listener of this.#listeners) listener(done);
    return change;
  }

  /** Marks, places and the record of a draft; undefined when nothing is other than before. */
  #prepared(draft: Draft, conferenceId: string) {
    const { programme, conferences } = this.#options;
    const published = conferences.get(conferenceId)?.state !== 'draft';
    const now = this.#now();
    const wanted = (draft.talks ?? []).map((talk): TalkRecord => {
      if (draft.marked || !published) return talk;
      return { ...talk, changed: markedChange(programme.get(talk.id), talk, now) };
    });
    const removed = draft.removedTalks ?? [];
    const pairs: Pair<TalkContent>[] = [];
    const moved = new Map<string, Set<string>>();
    for (const talk of wanted) {
      const before = programme.get(talk.id);
      const pair = { before: before ? contentOf(before) : null, after: contentOf(talk) };
      if (!sameContent(pair.before, pair.after)) pairs.push(pair);
      if (before && before.venueId === talk.venueId && before.plannedStart === talk.plannedStart) continue;
      const ids = moved.get(talk.venueId) ?? new Set();
      moved.set(talk.venueId, ids.add(talk.id));
    }
    for (const talk of removed) pairs.push({ before: contentOf(talk), after: null });
    const talks = draft.places === 'given' ? wanted : this.#placed(wanted, moved, removed);
    const orders = draft.places === 'given' && pairs.length === 0 ? this.#orders(wanted) : [];
    const sessionPairs = this.#sessionPairs(draft);
    if (pairs.length + sessionPairs.length + orders.length === 0) return undefined;
    const content: ChangeContent = { talks: pairs, sessions: sessionPairs, orders };
    const sessions = sessionPairs.flatMap(({ after }) => after ?? []);
    return { content, talks, removed, sessions, removedSessions: draft.removedSessions ?? [] };
  }

  #sessionPairs({ sessions = [], removedSessions = [] }: Draft): Pair<SessionRecord>[] {
    const changed = sessions
      .map((after): Pair<SessionRecord> => ({ before: this.#options.sessions.get(after.id) ?? null, after }))
      .filter(({ before, after }) => !sameContent(before, after));
    return [...changed, ...removedSessions.map((before) => ({ before, after: null }))];
  }

  #placed(
    wanted: readonly TalkRecord[],
    moved: ReadonlyMap<string, ReadonlySet<string>>,
    removed: readonly TalkRecord[],
  ): TalkRecord[] {
    const newer = new Map(wanted.map((talk) => [talk.id, talk]));
    const gone = new Set(removed.map(({ id }) => id));
    for (const [venueId, ids] of moved) {
      const here = [
        ...this.#options.programme.list(venueId).map((talk) => newer.get(talk.id) ?? talk),
        ...wanted.filter(
          ({ id, venueId: at }) => at === venueId && this.#options.programme.get(id)?.venueId !== venueId,
        ),
      ].filter((talk) => talk.venueId === venueId && !gone.has(talk.id));
      for (const talk of placed(here, ids)) newer.set(talk.id, talk);
    }
    return [...newer.values()];
  }

  #orders(wanted: readonly TalkRecord[]): ChangeContent['orders'] {
    const venueIds = new Set(wanted.map(({ venueId }) => venueId));
    return [...venueIds].map((venueId) => {
      const list = this.#options.programme.list(venueId);
      const newer = new Map(wanted.map((talk) => [talk.id, talk.position]));
      const place = ({ id, position }: TalkRecord): number => newer.get(id) ?? position;
      const after = list.toSorted((a, b) => place(a) - place(b));
      return { venueId, before: list.map(({ id }) => id), after: after.map(({ id }) => id) };
    });
  }

  // What is asked again and again.

  #needTalk(id: string): TalkRecord {
    const talk = this.#options.programme.get(id);
    if (!talk) throw new CodedError('talk.notFound', `talk ${JSON.stringify(id.slice(0, 80))}`);
    return talk;
  }
  #venue(venueId: string) {
    const venue = this.#options.venues.get(venueId);
    if (!venue) throw new CodedError('venue.notFound', `venue ${JSON.stringify(venueId.slice(0, 80))}`);
    return venue;
  }
  #conferenceOf(venueId: string): string {
    return this.#venue(venueId).conferenceId;
  }
  #sessionsOf(conferenceId: string, venueId: string): SessionRecord[] {
    return this.#options.sessions.list(conferenceId).filter((session) => session.venueId === venueId);
  }
  #sessionFor(conferenceId: string, venueId: string, start: number | null): string | null {
    if (start === null) return null;
    return sessionAt(this.#options.sessions.list(conferenceId), venueId, start)?.id ?? null;
  }
  #checkSession(sessionId: string | null, venueId: string): void {
    if (sessionId !== null && this.#options.sessions.get(sessionId)?.venueId !== venueId)
      throw new CodedError('session.notFound', `session ${JSON.stringify(sessionId)} is not in this venue`);
  }
  #checkMove(talk: TalkRecord, venueId: string, conferenceId: string): void {
    if (this.#conferenceOf(venueId) !== conferenceId) throw new CodedError('venue.notFound');
    if (hasBegun(talk)) throw new CodedError('talk.begun', `talk ${talk.id} is ${talk.state}`);
  }
}

function summaryOf(kind: string, title: string) {
  const words: Record<string, readonly [string, string]> = {
    'talk.cancel': ['取消', 'Cancelled'],
    'talk.move': ['移动', 'Moved'],
    'talk.change': ['修改', 'Changed'],
    'session.move': ['移动单元', 'Moved session'],
    'session.change': ['修改单元', 'Changed session'],
  };
  const [zh, en] = words[kind] ?? [kind, kind];
  return { zh: `${zh}“${short(title)}”`, en: `${en} "${short(title)}"` };
}

/** The content of before on what the director and the recording did since. */
function restored(content: TalkContent, now: TalkRecord | undefined, at: number): TalkRecord {
  const { cancelled, ...rest } = content;
  const fresh = { position: Number.MAX_SAFE_INTEGER, actualStart: null, actualEnd: null, createdAt: at };
  const { position, actualStart, actualEnd, createdAt } = now ?? fresh;
  const state = now && hasBegun(now) ? now.state : cancelled ? 'cancelled' : 'planned';
  return { ...rest, position, actualStart, actualEnd, createdAt, state };
}

function merged(talks: readonly TalkRecord[], positions: readonly TalkRecord[]): TalkRecord[] {
  const all = new Map(positions.map((talk) => [talk.id, talk]));
  for (const talk of talks)
    all.set(talk.id, { ...talk, position: all.get(talk.id)?.position ?? talk.position });
  return [...all.values()];
}
