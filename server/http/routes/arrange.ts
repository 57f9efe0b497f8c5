/** The grid of the programme's editor: talks and sessions put elsewhere, as one change. */
import { z } from 'zod';
import { arrange } from '#conference/programme/arrange.ts';
import { marksOf } from '#conference/programme/marks.ts';
import { arrangementSchema, programmeMarkSchema, sessionSchema } from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import { talkSchema } from '#contracts/talk.ts';
import type { App } from '../app.ts';
import type { ProgrammeRouteOptions } from './programme.ts';
import { sessionView } from './sessions.ts';

const answer = z.object({
  /** Of the history; null when everything was there already. */
  change: z.number().int().nullable(),
  /** Those that were moved, as they are now. */
  talks: z.array(talkSchema),
  sessions: z.array(sessionSchema),
  /** Of the whole programme. */
  marks: z.array(programmeMarkSchema),
});

export function registerArrange(app: App, options: ProgrammeRouteOptions): void {
  const { editor, programme, conferences, venues, staff } = options;
  app.post(
    '/api/v1/conferences/:id/programme/arrange',
    {
      config: { needs: 'programme.edit', of: 'conference' },
      schema: {
        summary: 'Move, lengthen, cancel many talks and sessions as one change',
        params: z.object({ id: z.string() }),
        body: arrangementSchema,
        response: { 200: answer },
      },
    },
    async (request) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'programme.edit', id);
      const settings = conferences.get(id)?.settings;
      if (!settings) throw new CodedError('notFound', 'conference');
      const { change, talks, sessions } = await arrange(editor, venues, person, id, request.body);
      await staff.note(request, person, 'programme.arrange', undefined, { change, ...request.body }, id);
      const { timeZone, startDate, endDate } = settings;
      return {
        change: change ?? null,
        talks: talks.map((talk) => programme.view(talk)),
        sessions: sessions.map(sessionView),
        marks: marksOf({
          talks: editor.talks(id),
          sessions: editor.sessions.list(id),
          ...{ timeZone, startDate, endDate },
        }),
      };
    },
  );
}
