/** The programme of a conference: for its staff with marks and history; delays, swaps, undo. */
import { z } from 'zod';
import type { ConferenceDirectory } from '#conference/conference/conference.ts';
import type { ProgrammeEditor } from '#conference/programme/editor.ts';
import type { History } from '#conference/programme/history.ts';
import { marksOf } from '#conference/programme/marks.ts';
import type { Programme } from '#conference/talk/programme.ts';
import type { VenueDirectory } from '#conference/venue/venue.ts';
import {
  delaySchema,
  programmeChangeSchema,
  programmeMarkSchema,
  sessionSchema,
  swapSchema,
} from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import { talkSchema } from '#contracts/talk.ts';
import type { App } from '../app.ts';
import type { Staff } from '../staff.ts';
import { sessionView } from './sessions.ts';

export type ProgrammeRouteOptions = {
  readonly editor: ProgrammeEditor;
  readonly history: History;
  readonly programme: Programme;
  readonly conferences: ConferenceDirectory;
  readonly venues: VenueDirectory;
  readonly staff: Staff;
};

const params = z.object({ id: z.string() });
const answer = z.object({
  venues: z.array(z.object({ id: z.string(), title: z.string() })),
  sessions: z.array(sessionSchema),
  talks: z.array(talkSchema),
  marks: z.array(programmeMarkSchema),
});
const historyQuery = z
  .object({
    cursor: z.coerce.number().int().min(1).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .strict();
const undoSchema = z.object({ change: z.number().int().optional() }).strict();

export function registerProgramme(app: App, options: ProgrammeRouteOptions): void {
  const { editor, history, programme, conferences, venues, staff } = options;
  /** Marks that concern these talks, after a change. */
  const view = (id: string): z.infer<typeof answer> => {
    const conference = conferences.get(id);
    if (!conference) throw new CodedError('notFound', 'conference');
    const { timeZone, startDate, endDate } = conference.settings;
    const talks = editor.talks(id);
    const sessions = editor.sessions.list(id);
    return {
      venues: venues.list(id).map((venue) => ({ id: venue.id, title: venue.settings.title })),
      sessions: sessions.map(sessionView),
      talks: talks.map((talk) => programme.view(talk)),
      marks: marksOf({ talks, sessions, timeZone, startDate, endDate }),
    };
  };

  app.get(
    '/api/v1/conferences/:id/programme',
    {
      config: { needs: 'conference.view', of: 'conference' },
      schema: {
        summary: 'Venues, sessions, talks in order, and marks of clashes and gaps',
        params,
        response: { 200: answer },
      },
    },
    async (request) => {
      await staff.allow(request, 'conference.view', request.params.id);
      return view(request.params.id);
    },
  );

  app.post(
    '/api/v1/conferences/:id/programme/delay',
    {
      config: { needs: 'programme.run', of: 'conference' },
      schema: {
        summary: 'Move what is planned from a talk on: the talk, the rest of its session, or of its day',
        params,
        body: delaySchema,
        response: { 200: answer },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { talkId, minutes, scope } = request.body;
      const person = await staff.allow(request, 'programme.run', id);
      const venueId = venueIn(id, talkId);
      await editor.delay(person, talkId, minutes, scope);
      await staff.note(request, person, 'programme.delay', venueId, request.body, id);
      return view(id);
    },
  );

  app.post(
    '/api/v1/conferences/:id/programme/swap',
    {
      config: { needs: 'programme.run', of: 'conference' },
      schema: {
        summary: 'Two talks that have not begun change places',
        params,
        body: swapSchema,
        response: { 200: answer },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { a, b } = request.body;
      const person = await staff.allow(request, 'programme.run', id);
      const venueId = venueIn(id, a);
      venueIn(id, b);
      await editor.swap(person, a, b);
      await staff.note(request, person, 'programme.swap', venueId, request.body, id);
      return view(id);
    },
  );

  app.post(
    '/api/v1/conferences/:id/programme/undo',
    {
      config: { needs: 'programme.edit', of: 'conference' },
      schema: {
        summary:
          'Take the last change back, or a named one that nothing later touched; naming an undo does it again',
        params,
        body: undoSchema.nullish(),
        response: { 200: answer.extend({ undone: z.number().int() }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'programme.edit', id);
      const undone = await editor.undo(person, id, request.body?.change);
      await staff.note(request, person, 'programme.undo', undefined, { change: undone }, id);
      return { ...view(id), undone };
    },
  );

  app.get(
    '/api/v1/conferences/:id/programme/history',
    {
      config: { needs: 'conference.view', of: 'conference' },
      schema: {
        summary: 'What was done to the programme, newest first',
        params,
        querystring: historyQuery,
        response: {
          200: z.object({
            items: z.array(programmeChangeSchema),
            next: z.string().nullable(),
            total: z.number().int(),
          }),
        },
      },
    },
    async (request) => {
      await staff.allow(request, 'conference.view', request.params.id);
      const { cursor, limit } = request.query;
      const { items, total } = await history.list(request.params.id, { before: cursor, limit });
      const last = items.at(-1);
      return { items, total, next: items.length === limit && last ? String(last.id) : null };
    },
  );

  /** Throws `talk.notFound` for a talk of another conference. */
  function venueIn(conferenceId: string, talkId: string): string {
    const venueId = programme.get(talkId)?.venueId;
    if (venueId === undefined || venues.get(venueId)?.conferenceId !== conferenceId)
      throw new CodedError('talk.notFound');
    return venueId;
  }
}
