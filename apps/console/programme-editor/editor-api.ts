/** Routes of the programme that only the grid asks. */
import type { Arrangement, ProgrammeChange, ProgrammeMark, Session } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import { request } from '../api.ts';
import { ofConference } from '../office/office-api.ts';
import type { StaffProgramme } from '../office/programme/programme-api.ts';

export type Arranged = {
  /** Of the history; null when everything was there already. */
  readonly change: number | null;
  readonly talks: readonly Talk[];
  readonly sessions: readonly Session[];
  readonly marks: readonly ProgrammeMark[];
};

export const editorApi = {
  arrange: (conferenceId: string, arrangement: Arrangement) =>
    request<Arranged>('POST', ofConference(conferenceId, '/programme/arrange'), arrangement),
  /** Named: nobody else's change is taken back by accident. */
  undo: (conferenceId: string, change: number) =>
    request<StaffProgramme>('POST', ofConference(conferenceId, '/programme/undo'), { change }),
  /** The newest lines of the history. */
  latest: (conferenceId: string, signal?: AbortSignal) =>
    request<{ items: readonly ProgrammeChange[] }>(
      'GET',
      ofConference(conferenceId, '/programme/history?limit=10'),
      undefined,
      signal,
    ).then(({ items }) => items),
};

/** The programme with what the server answered put in. */
export function merged(programme: StaffProgramme, { talks, sessions, marks }: Arranged): StaffProgramme {
  const talk = new Map(talks.map((one) => [one.id, one]));
  const session = new Map(sessions.map((one) => [one.id, one]));
  return {
    ...programme,
    talks: programme.talks.map((one) => talk.get(one.id) ?? one),
    sessions: programme.sessions.map((one) => session.get(one.id) ?? one),
    marks,
  };
}
