/** Sessions of the programme: made, changed and moved with their talks, deleted. */
import { z } from 'zod';
import type { ProgrammeEditor } from '#conference/programme/editor.ts';
import type { SessionRecord } from '#conference/session/session.ts';
import {
  type Session,
  sessionInputSchema,
  sessionSchema,
  updateSessionSchema,
} from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import type { App } from '../app.ts';
import { nothing } from '../described.ts';
import type { Staff } from '../staff.ts';

export type SessionRouteOptions = {
  readonly editor: ProgrammeEditor;
  readonly venues: { get(id: string): { readonly conferenceId: string } | undefined };
  readonly staff: Staff;
};

const params = z.object({ id: z.string() });
const given = <T extends object>(body: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as never;

export function sessionView({ createdAt: _, chairs, ...session }: SessionRecord): Session {
  return { ...session, chairs: [...chairs] };
}

export function registerSessions(app: App, { editor, venues, staff }: SessionRouteOptions): void {
  app.post(
    '/api/v1/conferences/:id/sessions',
    {
      config: { needs: 'programme.edit', of: 'conference' },
      schema: {
        summary: 'Add a session to a venue',
        params,
        body: sessionInputSchema,
        response: { 201: sessionSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'programme.edit', id);
      if (venues.get(request.body.venueId)?.conferenceId !== id) throw new CodedError('venue.notFound');
      const session = await editor.createSession(person, request.body);
      const { title, venueId } = session;
      await staff.note(request, person, 'session.create', venueId, { session: session.id, title });
      return reply.code(201).send(sessionView(session));
    },
  );

  app.patch(
    '/api/v1/sessions/:id',
    {
      config: { needs: 'programme.edit', of: 'session' },
      schema: {
        summary: 'Change a session; its talks that have not begun move along',
        params,
        body: updateSessionSchema,
        response: { 200: sessionSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const known = editor.sessions.get(id);
      const person = await staff.allow(request, 'programme.edit', known?.conferenceId, 'session.notFound');
      const session = await editor.updateSession(person, id, given(request.body));
      await staff.note(request, person, 'session.change', session.venueId, { session: id, ...request.body });
      return sessionView(session);
    },
  );

  app.delete(
    '/api/v1/sessions/:id',
    {
      config: { needs: 'programme.edit', of: 'session' },
      schema: { summary: 'Delete a session; its talks stay', params, response: { 204: nothing } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const known = editor.sessions.get(id);
      const person = await staff.allow(request, 'programme.edit', known?.conferenceId, 'session.notFound');
      const { title, venueId } = await editor.removeSession(person, id);
      await staff.note(request, person, 'session.delete', venueId, { session: id, title });
      return reply.code(204).send(null);
    },
  );
}
