/** Replays: list, cut anew, hide, join, delete; and ranges of events taken out for good. */
import { z } from 'zod';
import type { ClipRecord } from '#conference/clip/clip.ts';
import type { Clips } from '#conference/clip/clips.ts';
import type { VenueStore } from '#conference/venue/venue-store.ts';
import {
  clipSchema,
  createClipSchema,
  joinClipsSchema,
  publicClipSchema,
  redactEventsSchema,
  updateClipSchema,
} from '#contracts/clip.ts';
import { CodedError } from '#contracts/errors.ts';
import type { LiveDesk } from '../../live-port.ts';
import type { App } from '../app.ts';
import type { Staff } from '../staff.ts';
import { needVenue, venueParams } from './venues.ts';

export type ClipRouteOptions = {
  readonly venues: VenueStore;
  readonly clips: Clips;
  readonly desk: LiveDesk;
  readonly staff: Staff;
};

const view = ({ speakers, ranges, ...clip }: ClipRecord) => ({
  ...clip,
  speakers: [...speakers],
  ranges: [...ranges],
});

export function registerClips(app: App, { venues, clips, desk, staff }: ClipRouteOptions): void {
  app.get(
    '/api/v1/venues/:id/clips',
    {
      schema: {
        summary: 'Replays of a venue, newest first',
        params: venueParams,
        response: { 200: z.object({ clips: z.array(clipSchema) }) },
      },
    },
    async (request) => {
      await staff.require(request);
      return { clips: clips.list(needVenue(venues, request.params.id).id).map(view) };
    },
  );

  app.post(
    '/api/v1/venues/:id/clips',
    {
      schema: {
        summary: 'Publish a stretch of the timeline',
        params: venueParams,
        body: createClipSchema,
        response: { 201: clipSchema },
      },
    },
    async (request, reply) => {
      const person = await staff.require(request);
      const { id } = needVenue(venues, request.params.id);
      const { title, ranges, talkId } = request.body;
      const clip = await clips.create(id, { title, ranges, talkId: talkId ?? null });
      await staff.note(request, person, 'clip.create', id, { clip: clip.id, title, ranges });
      return reply.code(201).send(view(clip));
    },
  );

  app.patch(
    '/api/v1/clips/:id',
    {
      schema: {
        summary: 'Cut anew, rename, hide or show: a new version',
        params: venueParams,
        body: updateClipSchema,
        response: { 200: clipSchema },
      },
    },
    async (request) => {
      const person = await staff.require(request);
      const { title, ranges, state } = request.body;
      const clip = await clips.update(request.params.id, {
        ...(title === undefined ? {} : { title }),
        ...(ranges === undefined ? {} : { ranges }),
        ...(state === undefined ? {} : { state }),
      });
      await staff.note(request, person, 'clip.change', clip.venueId, { clip: clip.id, ...request.body });
      return view(clip);
    },
  );

  app.delete(
    '/api/v1/clips/:id',
    { schema: { summary: 'Delete a replay; the recording stays', params: venueParams } },
    async (request, reply) => {
      const person = await staff.require(request, 'admin');
      const { id, venueId, title } = await clips.remove(request.params.id);
      await staff.note(request, person, 'clip.delete', venueId, { clip: id, title });
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/v1/clips/join',
    {
      schema: {
        summary: 'Several replays one after the other, as a new one',
        body: joinClipsSchema,
        response: { 201: clipSchema },
      },
    },
    async (request, reply) => {
      const person = await staff.require(request);
      const { ids, title } = request.body;
      const clip = await clips.join(ids, title);
      await staff.note(request, person, 'clip.join', clip.venueId, { clip: clip.id, ids, title });
      return reply.code(201).send(view(clip));
    },
  );

  app.get(
    '/api/v1/public/clips/:id',
    {
      schema: {
        summary: 'Which version of a replay answers now',
        params: venueParams,
        response: { 200: publicClipSchema },
      },
    },
    async (request, reply) => {
      const clip = clips.get(request.params.id);
      if (clip?.state !== 'published' || clip.empty) throw new CodedError('clip.notFound');
      const { id, venueId, version, title } = clip;
      void reply.header('cache-control', 'public, max-age=2');
      return { id, venueId, version, title };
    },
  );

  app.delete(
    '/api/v1/venues/:id/events',
    {
      schema: {
        summary: 'Take a range of events out of a stream for good',
        params: venueParams,
        body: redactEventsSchema,
        response: { 200: z.object({ events: z.number().int() }) },
      },
    },
    async (request) => {
      const person = await staff.require(request, 'admin');
      const { id } = needVenue(venues, request.params.id);
      const { stream, from, to } = request.body;
      if (to < from) throw new CodedError('request.invalid', `to must not be before from (${to} < ${from})`);
      const gone = await desk
        .events(id)
        ?.redact(stream, ({ t }) => t >= from && t <= to, { id: person.id, name: person.name });
      await staff.note(request, person, 'events.delete', id, { stream, from, to, events: gone?.length ?? 0 });
      return { events: gone?.length ?? 0 };
    },
  );
}
