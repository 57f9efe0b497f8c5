/** The programme of a conference that is made after another: what is planned, at the new dates. No decks, no recordings, no marks. */
import type { Copy } from '../conference/conferences.ts';
import type { SessionRecord } from '../session/session.ts';
import { newTalkId } from '../talk/programme.ts';
import type { TalkRecord } from '../talk/talk.ts';
import type { ProgrammeEditor } from './editor.ts';

/** Fills `sessions` and `talks` of the copy. */
export async function copyProgramme(
  editor: ProgrammeEditor,
  { from, to, venues, sessions, talks, shift }: Copy,
): Promise<void> {
  const now = Date.now();
  await editor.commit({ id: 'copy', name: from.settings.titleZh }, to.id, () => {
    const newSessions = editor.sessions.list(from.id).flatMap((session): SessionRecord[] => {
      const venueId = venues.get(session.venueId);
      if (venueId === undefined) return [];
      const id = newTalkId();
      sessions.set(session.id, id);
      const plannedStart = session.plannedStart + shift;
      return [{ ...session, id, venueId, plannedStart, conferenceId: to.id, createdAt: now }];
    });
    const newTalks = editor.talks(from.id).flatMap((talk): TalkRecord[] => {
      const venueId = venues.get(talk.venueId);
      if (venueId === undefined) return [];
      const id = newTalkId();
      talks.set(talk.id, id);
      return [
        {
          ...{ ...talk, id, venueId, actualStart: null, actualEnd: null, changed: null, createdAt: now },
          sessionId: talk.sessionId === null ? null : (sessions.get(talk.sessionId) ?? null),
          plannedStart: talk.plannedStart === null ? null : talk.plannedStart + shift,
          state: talk.state === 'cancelled' ? 'cancelled' : 'planned',
        },
      ];
    });
    const summary = { zh: `复制自“${from.settings.titleZh}”`, en: `Copied from "${from.settings.titleZh}"` };
    return { kind: 'copy', summary, sessions: newSessions, talks: newTalks, places: 'given', marked: true };
  });
}
