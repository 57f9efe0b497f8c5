/** The programme's parts put together: store, editor, history, feed. Closed in the reverse order. */
import type { ConferenceDirectory } from '#conference/conference/conference.ts';
import { ProgrammeEditor } from '#conference/programme/editor.ts';
import { type FeedOptions, ProgrammeFeed, type VenueLive } from '#conference/programme/feed.ts';
import { History } from '#conference/programme/history.ts';
import type { Tables } from '#conference/rows.ts';
import { SessionStore } from '#conference/session/session-store.ts';
import type { Programme } from '#conference/talk/programme.ts';
import type { VenueDirectory } from '#conference/venue/venue.ts';
import type { AccessLabel } from '#contracts/access.ts';
import type { LiveDesk } from './live-port.ts';

export type ProgrammeSide = {
  readonly sessions: SessionStore;
  readonly editor: ProgrammeEditor;
  readonly history: History;
  readonly feed: ProgrammeFeed;
  close(): Promise<void>;
};
export type ProgrammeSideOptions = {
  readonly db: Tables;
  readonly programme: Programme;
  readonly conferences: ConferenceDirectory;
  readonly venues: VenueDirectory;
  readonly desk: LiveDesk;
  readonly hasWork: (talkId: string) => boolean;
  readonly onMoved: (talkId: string, venueId: string) => void;
  readonly labels: FeedOptions['labels'];
};

const open: AccessLabel = { join: 'any', kinds: ['open'], fen: null, previewMinutes: 0, from: null };
/** Until rules are asked: everyone may watch everything. */
export const openLabels: FeedOptions['labels'] = () => ({ live: open, replay: open });

export async function startProgramme(options: ProgrammeSideOptions): Promise<ProgrammeSide> {
  const { db, programme, conferences, venues, desk, labels } = options;
  const sessions = new SessionStore();
  await sessions.load(db);
  const history = new History(db);
  const { hasWork, onMoved } = options;
  const editor = new ProgrammeEditor({ programme, sessions, venues, conferences, history, hasWork, onMoved });
  const live = (venueId: string): VenueLive => liveOf(desk, venueId, labels);
  const feed = new ProgrammeFeed({ venues, talks: programme, sessions, live, labels });
  const unhook = [
    editor.onProgrammeChanged(({ conferenceId }) => feed.conferenceChanged(conferenceId)),
    programme.onVenueRemoved(() => feed.conferenceChanged()),
  ];
  return {
    ...{ sessions, editor, history, feed },
    close: async () => {
      for (const end of unhook) end();
      feed.close();
    },
  };
}

/** To the public an armed venue is off, and a picture is there only where everyone may watch. */
function liveOf(desk: LiveDesk, venueId: string, labels: FeedOptions['labels']): VenueLive {
  const status = desk.status(venueId);
  if (!status || status.state === 'armed') return { state: 'off', watching: 0, preview: null };
  const { state, viewers, tracks } = status;
  const shown =
    state === 'live' &&
    tracks.program.previewAt !== null &&
    labels(venueId, null).live.kinds.every((kind) => kind === 'open');
  return {
    state,
    watching: state === 'off' || state === 'ended' ? 0 : viewers,
    preview: shown ? `/media/public/${venueId}/preview/program.jpg` : null,
  };
}
