/** The programme's parts put together: store, editor, history, feed. Closed in the reverse order. */
import type { Logger } from 'pino';
import type { ConferenceDirectory } from '#conference/conference/conference.ts';
import { ProgrammeEditor } from '#conference/programme/editor.ts';
import { Printer } from '#conference/programme/export/printer.ts';
import { type FeedOptions, ProgrammeFeed, type VenueLive } from '#conference/programme/feed.ts';
import { History } from '#conference/programme/history.ts';
import { Imports } from '#conference/programme/import/imports.ts';
import { mostImportBytes } from '#conference/programme/import/item.ts';
import { Sources } from '#conference/programme/import/sources.ts';
import { ProgrammeWork } from '#conference/programme/work.ts';
import type { Tables } from '#conference/rows.ts';
import { SessionStore } from '#conference/session/session-store.ts';
import type { Programme } from '#conference/talk/programme.ts';
import type { VenueStore } from '#conference/venue/venue-store.ts';
import { CodedError } from '#contracts/errors.ts';
import type { LiveDesk } from './live-port.ts';
import type { Outside } from './outside/fetch-outside.ts';

export type ProgrammeSide = {
  readonly sessions: SessionStore;
  readonly editor: ProgrammeEditor;
  readonly history: History;
  readonly feed: ProgrammeFeed;
  readonly imports: Imports;
  readonly sources: Sources;
  readonly printer: Printer;
  /** The body of an address somebody typed. Throws a CodedError. */
  readonly ask: (url: string) => Promise<Buffer>;
  close(): Promise<void>;
};
export type ProgrammeSideOptions = {
  readonly db: Tables;
  readonly programme: Programme;
  readonly conferences: ConferenceDirectory;
  readonly venues: VenueStore;
  readonly desk: LiveDesk;
  readonly hasWork: (talkId: string) => boolean;
  readonly onMoved: (talkId: string, venueId: string) => void;
  readonly labels: FeedOptions['labels'];
  /** Rules were changed: labels may be other. Returns what ends it. */
  readonly onLabels: (hook: () => void) => () => void;
  readonly outside: Outside;
  readonly log: Logger;
};

/** Ms for an address that is asked. */
const outsideTimeout = 20_000;

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
    editor.onProgrammeChanged(({ conferenceId }) => feed.sessionsChanged(conferenceId)),
    programme.onVenueRemoved(() => feed.conferenceChanged()),
    options.onLabels(() => feed.conferenceChanged()),
  ];
  const work = new ProgrammeWork();
  const imports = new Imports({
    ...{ editor, conferences, venues, work },
    onVenue: (venue) => desk.venueChanged(venue),
  });
  const ask = async (url: string): Promise<Buffer> => {
    const { status, body } = await options.outside.fetch(url, {
      most: mostImportBytes,
      timeout: outsideTimeout,
    });
    if (status !== 200) throw new CodedError('outside.failed', `${new URL(url).hostname} answered ${status}`);
    return body;
  };
  const sources = new Sources({
    db,
    imports,
    exists: (id) => conferences.get(id) !== undefined,
    ask,
    check: (url) => options.outside.check(url),
    log: options.log,
  });
  await sources.load();
  sources.start();
  return {
    ...{ sessions, editor, history, feed, imports, sources, ask, printer: new Printer(work) },
    close: async () => {
      for (const end of unhook) end();
      feed.close();
      await work.close();
      await sources.close();
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
