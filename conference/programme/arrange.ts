/** Talks and sessions put elsewhere in the editor's grid, however many at once: one change, taken back as one. */
import type { Arrangement } from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import type { SessionRecord } from '../session/session.ts';
import type { TalkRecord } from '../talk/talk.ts';
import type { VenueDirectory } from '../venue/venue.ts';
import { type Draft, hasBegun } from './change.ts';
import { sessionAt } from './edit-rules.ts';
import type { ProgrammeEditor } from './editor.ts';
import type { Actor } from './history.ts';

export type Arranged = {
  /** Of the history; undefined when everything was there already. */
  readonly change: number | undefined;
  readonly talks: readonly TalkRecord[];
  readonly sessions: readonly SessionRecord[];
};

/**
 * A session takes its talks along that have not begun and are not named themselves; a talk joins the session it falls into.
 * Throws `talk.notFound`, `session.notFound`, `venue.notFound`, and `talk.begun` for a talk that has begun, or a session that leaves
 * its venue when one of its talks has.
 */
export async function arrange(
  editor: ProgrammeEditor,
  venues: Pick<VenueDirectory, 'get'>,
  actor: Actor,
  conferenceId: string,
  arrangement: Arrangement,
): Promise<Arranged> {
  let wanted: Pick<Arranged, 'talks' | 'sessions'> = { talks: [], sessions: [] };
  const change = await editor.commit(actor, conferenceId, (): Draft => {
    const sessions = movedSessions(editor, conferenceId, arrangement);
    const talks = movedTalks(editor, venues, conferenceId, arrangement, sessions);
    for (const { venueId } of [...sessions, ...talks])
      if (venues.get(venueId)?.conferenceId !== conferenceId) throw new CodedError('venue.notFound');
    wanted = { talks, sessions };
    return { ...summaryOf(arrangement, talks, sessions), talks, sessions };
  });
  return {
    change,
    talks: wanted.talks.flatMap(({ id }) => editor.talk(id) ?? []),
    sessions: wanted.sessions.flatMap(({ id }) => editor.sessions.get(id) ?? []),
  };
}

function movedSessions(
  { sessions }: ProgrammeEditor,
  conferenceId: string,
  arrangement: Arrangement,
): SessionRecord[] {
  return arrangement.sessions.map(({ id, venueId, plannedStart, plannedMinutes }) => {
    const before = sessions.get(id);
    if (before?.conferenceId !== conferenceId)
      throw new CodedError('session.notFound', `session ${JSON.stringify(id)}`);
    return {
      ...before,
      venueId: venueId ?? before.venueId,
      plannedStart: plannedStart ?? before.plannedStart,
      plannedMinutes: plannedMinutes ?? before.plannedMinutes,
    };
  });
}

function movedTalks(
  editor: ProgrammeEditor,
  venues: Pick<VenueDirectory, 'get'>,
  conferenceId: string,
  arrangement: Arrangement,
  sessions: readonly SessionRecord[],
): TalkRecord[] {
  const moved = new Map(sessions.map((session) => [session.id, session]));
  const named = new Set(arrangement.talks.map(({ id }) => id));
  const along = editor.talks(conferenceId).flatMap((talk): TalkRecord[] => {
    const after = talk.sessionId === null || named.has(talk.id) ? undefined : moved.get(talk.sessionId);
    const before = after && editor.sessions.get(after.id);
    if (!after || !before || talk.venueId !== before.venueId) return [];
    const by = after.plannedStart - before.plannedStart;
    if (hasBegun(talk)) {
      if (after.venueId !== before.venueId)
        throw new CodedError('talk.begun', `talk ${talk.id} is ${talk.state}`);
      return [];
    }
    if (by === 0 && after.venueId === before.venueId) return [];
    const plannedStart = talk.plannedStart === null ? null : talk.plannedStart + by;
    return [{ ...talk, venueId: after.venueId, plannedStart }];
  });
  const all = editor.sessions.list(conferenceId).map((session) => moved.get(session.id) ?? session);
  const own = arrangement.talks.map(({ id, venueId, plannedStart, plannedMinutes, state }): TalkRecord => {
    const before = editor.talk(id);
    if (!before || venues.get(before.venueId)?.conferenceId !== conferenceId)
      throw new CodedError('talk.notFound', `talk ${JSON.stringify(id)}`);
    if (hasBegun(before)) throw new CodedError('talk.begun', `talk ${id} is ${before.state}`);
    const after = {
      ...before,
      venueId: venueId ?? before.venueId,
      plannedStart: plannedStart === undefined ? before.plannedStart : plannedStart,
      plannedMinutes: plannedMinutes === undefined ? before.plannedMinutes : plannedMinutes,
      state: state ?? before.state,
    };
    const stays = after.venueId === before.venueId && after.plannedStart === before.plannedStart;
    if (stays) return after;
    const session =
      after.plannedStart === null ? undefined : sessionAt(all, after.venueId, after.plannedStart);
    return { ...after, sessionId: session?.id ?? null };
  });
  return [...along, ...own];
}

const short = (title: string): string => (title.length > 40 ? `${title.slice(0, 40)}…` : title);

function summaryOf(
  arrangement: Arrangement,
  talks: readonly TalkRecord[],
  sessions: readonly SessionRecord[],
): Pick<Draft, 'kind' | 'summary'> {
  const things = [...sessions, ...talks.filter(({ id }) => arrangement.talks.some((talk) => talk.id === id))];
  const [first] = things;
  const cancels =
    arrangement.talks.length > 0 && arrangement.talks.every(({ state }) => state === 'cancelled');
  const [zh, en] = cancels ? ['取消', 'Cancelled'] : ['调整', 'Moved'];
  const title = short(first?.title ?? '');
  const kind = cancels ? 'talk.cancel' : sessions.length > 0 ? 'session.move' : 'talk.move';
  return things.length > 1
    ? {
        kind,
        summary: {
          zh: `${zh}“${title}”等 ${things.length} 项`,
          en: `${en} "${title}" and others (${things.length})`,
        },
      }
    : { kind, summary: { zh: `${zh}“${title}”`, en: `${en} "${title}"` } };
}
