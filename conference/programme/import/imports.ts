/**
 * Imports: a file is read and shown as a preview, then applied as one change. Previews are in memory, for two hours; what is applied
 * is what was shown: when the programme is other by then, the preview is made anew.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportPreview, ImportResult } from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import type { ConferenceDirectory } from '../../conference/conference.ts';
import { newTalkId } from '../../talk/programme.ts';
import type { TalkRecord } from '../../talk/talk.ts';
import type { VenueRecord } from '../../venue/venue.ts';
import type { ProgrammeEditor } from '../editor.ts';
import type { Actor } from '../history.ts';
import type { ProgrammeWork } from '../work.ts';
import type { ImportContent } from './item.ts';
import { draftOf, type Plan, planImport, withVenues } from './plan.ts';

export type ImportsOptions = {
  readonly editor: ProgrammeEditor;
  readonly conferences: ConferenceDirectory;
  readonly venues: {
    list(conferenceId: string): readonly VenueRecord[];
    create(settings: { readonly title: string }, conferenceId: string): Promise<VenueRecord>;
  };
  readonly work: ProgrammeWork;
  /** A venue was made. */
  readonly onVenue: (venue: VenueRecord) => Promise<void>;
};

type Held = {
  readonly conferenceId: string;
  readonly content: ImportContent;
  readonly shown: string;
  readonly at: number;
};

const mostHeld = 20;
const heldFor = 2 * 3_600_000;
/** What a person agreed to: which rows do what. */
const shownOf = ({ rows, newVenues, missing }: Plan): string =>
  JSON.stringify([rows.map(({ action }) => action), newVenues, missing.map(({ id }) => id)]);

export class Imports {
  readonly #options: ImportsOptions;
  readonly #held = new Map<string, Held>();

  constructor(options: ImportsOptions) {
    this.#options = options;
  }

  /** Throws the errors of reading. */
  async preview(conferenceId: string, bytes: Uint8Array): Promise<ImportPreview> {
    const content = await this.read(conferenceId, bytes);
    const plan = this.#plan(conferenceId, content);
    const id = randomBytes(12).toString('base64url');
    const now = Date.now();
    for (const [old, { at }] of this.#held)
      if (this.#held.size >= mostHeld || now - at > heldFor) this.#held.delete(old);
    this.#held.set(id, { conferenceId, content, shown: shownOf(plan), at: now });
    const { rows, newVenues, missing, counts } = plan;
    return { id, format: content.format, rows, newVenues: [...newVenues], missing: [...missing], counts };
  }

  async read(conferenceId: string, bytes: Uint8Array): Promise<ImportContent> {
    const conference = this.#options.conferences.get(conferenceId);
    if (!conference) throw new CodedError('notFound', 'conference');
    const { timeZone, startDate, endDate } = conference.settings;
    const venues = this.#options.venues.list(conferenceId).map(({ settings }) => settings.title);
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-import-'));
    try {
      const path = join(folder, 'programme');
      await writeFile(path, bytes);
      return await this.#options.work.read(path, { timeZone, startDate, endDate, venues });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Throws `notFound` for a preview that is not there any more, `import.stale`. */
  async apply(
    actor: Actor,
    conferenceId: string,
    previewId: string,
    cancelMissing: boolean,
  ): Promise<ImportResult> {
    const held = this.#held.get(previewId);
    if (held?.conferenceId !== conferenceId) throw new CodedError('notFound', 'import');
    const plan = this.#plan(conferenceId, held.content);
    if (shownOf(plan) !== held.shown) {
      this.#held.delete(previewId);
      throw new CodedError('import.stale');
    }
    const result = await this.applyContent(actor, conferenceId, held.content, cancelMissing);
    this.#held.delete(previewId);
    return result;
  }

  /** At once, without a preview: for sources that are asked on a schedule. */
  async applyContent(
    actor: Actor,
    conferenceId: string,
    content: ImportContent,
    cancelMissing: boolean,
  ): Promise<ImportResult> {
    const made = new Map<string, string>();
    for (const title of this.#plan(conferenceId, content).newVenues) {
      const venue = await this.#options.venues.create({ title }, conferenceId);
      made.set(title, venue.id);
      await this.#options.onVenue(venue);
    }
    let done: Plan | undefined;
    let cancelled = 0;
    const change = await this.#options.editor.commit(actor, conferenceId, () => {
      done = this.#plan(conferenceId, content);
      const gone = cancelMissing ? this.#cancelled(done) : [];
      cancelled = gone.length;
      const talks = withVenues(done.talks, made);
      const draft = draftOf(done, [...talks, ...gone], withVenues(done.sessions, made));
      if (cancelled === 0) return draft;
      const { zh, en } = draft.summary;
      return {
        ...draft,
        summary: { zh: `${zh}，取消 ${cancelled} 项`, en: `${en}, ${cancelled} cancelled` },
      };
    });
    const counts = done?.counts ?? { add: 0, change: 0, same: 0, skip: 0, error: 0 };
    return { change: change ?? null, counts, cancelled };
  }

  #cancelled({ missing }: Plan): TalkRecord[] {
    return missing.flatMap(({ id }) => {
      const talk = this.#options.editor.talk(id);
      return talk?.state === 'planned' ? [{ ...talk, state: 'cancelled' as const }] : [];
    });
  }

  #plan(conferenceId: string, content: ImportContent): Plan {
    const { editor, venues, conferences } = this.#options;
    const settings = conferences.get(conferenceId)?.settings;
    return planImport({
      ...{ conferenceId, content, newId: newTalkId, now: Date.now() },
      talks: editor.talks(conferenceId),
      sessions: editor.sessions.list(conferenceId),
      venues: venues.list(conferenceId).map(({ id, settings }) => ({ id, title: settings.title })),
      timeZone: settings?.timeZone ?? 'UTC',
      days: { first: settings?.startDate ?? '', last: settings?.endDate ?? '9999' },
    });
  }
}
