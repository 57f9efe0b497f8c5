/** Talks of a venue: list, edit, order; next talk, end of talk, and the last cut taken back. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ProgrammeEditor } from '#conference/programme/editor.ts';
import type { Programme } from '#conference/talk/programme.ts';
import type { VenueStore } from '#conference/venue/venue-store.ts';
import { hallBodySchema } from '#contracts/events.ts';
import type { ConferenceAction } from '#contracts/roles.ts';
import {
  createTalkSchema,
  cutSchema,
  orderTalksSchema,
  talkSchema,
  updateTalkSchema,
} from '#contracts/talk.ts';
import type { App } from '../app.ts';
import { nothing } from '../described.ts';
import type { Staff } from '../staff.ts';
import { emptyBody, needVenue, venueParams } from './venues.ts';

export type TalkRouteOptions = {
  readonly venues: VenueStore;
  readonly programme: Programme;
  readonly editor: ProgrammeEditor;
  readonly staff: Staff;
};

const talksAnswer = z.object({ talks: z.array(talkSchema) });
const programmeSchema = hallBodySchema.options[0].shape.talks;
const given = <T extends object>(body: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as never;

export function registerTalks(app: App, { venues, programme, editor, staff }: TalkRouteOptions): void {
  /** A talk that is not there, or of a conference that is not theirs: `talk.notFound`. */
  const allowTalk = (request: FastifyRequest, action: ConferenceAction, id: string) =>
    staff.allowVenue(request, action, programme.get(id)?.venueId, 'talk.notFound');
  const list = (venueId: string) => ({
    talks: programme.list(venueId).map((talk) => programme.view(talk)),
  });

  app.get(
    '/api/v1/venues/:id/talks',
    {
      config: { needs: 'venue.view', of: 'venue' },
      schema: { summary: 'Talks of a venue, in order', params: venueParams, response: { 200: talksAnswer } },
    },
    async (request) => {
      return list((await staff.allowVenue(request, 'venue.view', request.params.id)).venue.id);
    },
  );

  app.post(
    '/api/v1/venues/:id/talks',
    {
      config: { needs: 'programme.edit', of: 'venue' },
      schema: {
        summary: 'Add a talk at the end',
        params: venueParams,
        body: createTalkSchema,
        response: { 201: talkSchema },
      },
    },
    async (request, reply) => {
      const { person, venue } = await staff.allowVenue(request, 'programme.edit', request.params.id);
      const { id } = venue;
      const { title, ...rest } = request.body;
      const talk = await editor.createTalk(person, id, { ...given(rest), title });
      await staff.note(request, person, 'talk.create', id, { talk: talk.id, title });
      return reply.code(201).send(programme.view(talk));
    },
  );

  app.patch(
    '/api/v1/talks/:id',
    {
      config: { needs: 'programme.edit', of: 'talk' },
      schema: {
        summary: 'Change a talk, or move it to another time, session or venue',
        params: venueParams,
        body: updateTalkSchema,
        response: { 200: talkSchema },
      },
    },
    async (request) => {
      const { person } = await allowTalk(request, 'programme.edit', request.params.id);
      const talk = await editor.updateTalk(person, request.params.id, given(request.body));
      const { abstract: _, ...noted } = request.body;
      await staff.note(request, person, 'talk.change', talk.venueId, { talk: talk.id, ...noted });
      return programme.view(talk);
    },
  );

  app.delete(
    '/api/v1/talks/:id',
    {
      config: { needs: 'programme.edit', of: 'talk' },
      schema: {
        summary: 'Delete a talk that is not on; its replay stays',
        params: venueParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { person } = await allowTalk(request, 'programme.edit', request.params.id);
      const { id, venueId, title } = await editor.removeTalk(person, request.params.id);
      await staff.note(request, person, 'talk.delete', venueId, { talk: id, title });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/venues/:id/talks/order',
    {
      config: { needs: 'programme.edit', of: 'venue' },
      schema: {
        summary: 'All talks in their new order',
        params: venueParams,
        body: orderTalksSchema,
        response: { 200: talksAnswer },
      },
    },
    async (request) => {
      const { person, venue } = await staff.allowVenue(request, 'programme.edit', request.params.id);
      const { id } = venue;
      await editor.order(person, id, request.body.ids);
      await staff.note(request, person, 'talk.order', id);
      return list(id);
    },
  );

  const cuts = {
    'next-talk': {
      summary: 'The next talk begins; one that is on ends, and its replay is published',
      act: (venueId: string, secondsAgo: number) => programme.nextTalk(venueId, secondsAgo),
    },
    'end-talk': {
      summary: 'The talk that is on ends, and its replay is published',
      act: (venueId: string, secondsAgo: number) => programme.endTalk(venueId, secondsAgo),
    },
  };
  for (const [name, { summary, act }] of Object.entries(cuts)) {
    app.post(
      `/api/v1/venues/:id/${name}`,
      {
        config: { needs: 'programme.run', of: 'venue' },
        schema: { summary, params: venueParams, body: cutSchema.nullish(), response: { 200: talksAnswer } },
      },
      async (request) => {
        const { person, venue } = await staff.allowVenue(request, 'programme.run', request.params.id);
        const { id } = venue;
        const secondsAgo = request.body?.secondsAgo ?? 0;
        await act(id, secondsAgo);
        await staff.note(request, person, `talk.${name}`, id, { secondsAgo });
        return list(id);
      },
    );
  }

  app.post(
    '/api/v1/venues/:id/undo-cut',
    {
      config: { needs: 'programme.run', of: 'venue' },
      schema: {
        summary: 'Take the last cut back: the talk before goes on, its replay is withdrawn',
        params: venueParams,
        body: emptyBody,
        response: { 200: talksAnswer },
      },
    },
    async (request) => {
      const { person, venue } = await staff.allowVenue(request, 'programme.run', request.params.id);
      const { id } = venue;
      await programme.undoCut(id, { id: person.id, name: person.name });
      await staff.note(request, person, 'talk.undo-cut', id);
      return list(id);
    },
  );

  app.get(
    '/api/v1/public/venues/:id/talks',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'The programme, as the hall is told it',
        params: venueParams,
        response: { 200: z.object({ talks: programmeSchema }) },
      },
    },
    async (request, reply) => {
      const { id } = needVenue(venues, request.params.id);
      void reply.header('cache-control', 'public, max-age=2');
      return { talks: programme.programme(id) };
    },
  );
}
