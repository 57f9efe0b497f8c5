/** Replays: list, cut anew, hide, join, delete; and ranges of events taken out for good. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ClipRecord } from '#conference/clip/clip.ts';
import type { Clips } from '#conference/clip/clips.ts';
import {
  clipSchema,
  createClipSchema,
  joinClipsSchema,
  publicClipSchema,
  redactEventsSchema,
  updateClipSchema,
} from '#contracts/clip.ts';
import { CodedError } from '#contracts/errors.ts';
import type { ConferenceAction } from '#contracts/roles.ts';
import type { LiveDesk } from '../../live-port.ts';
import type { App } from '../app.ts';
import { nothing } from '../described.ts';
import type { Staff } from '../staff.ts';
import { venueParams } from './venues.ts';

export type ClipRouteOptions = {
  readonly clips: Clips;
  readonly desk: LiveDesk;
  readonly staff: Staff;
};

const view = ({ speakers, ranges, ...clip }: ClipRecord) => ({
  ...clip,
  speakers: [...speakers],
  ranges: [...ranges],
});

export function registerClips(app: App, { clips, desk, staff }: ClipRouteOptions): void {
  const allowClip = (request: FastifyRequest, action: ConferenceAction, id: string) =>
    staff.allowVenue(request, action, clips.get(id)?.venueId, 'clip.notFound');

  app.get(
    '/api/v1/venues/:id/clips',
    {
      config: { needs: 'venue.view', of: 'venue' },
      schema: {
        summary: 'Replays of a venue, newest first',
        params: venueParams,
        response: { 200: z.object({ clips: z.array(clipSchema) }) },
      },
    },
    async (request) => {
      const { venue } = await staff.allowVenue(request, 'venue.view', request.params.id);
      return { clips: clips.list(venue.id).map(view) };
    },
  );

  app.post(
    '/api/v1/venues/:id/clips',
    {
      config: { needs: 'replay.manage', of: 'venue' },
      schema: {
        summary: 'Publish a stretch of the timeline',
        params: venueParams,
        body: createClipSchema,
        response: { 201: clipSchema },
      },
    },
    async (request, reply) => {
      const { person, venue } = await staff.allowVenue(request, 'replay.manage', request.params.id);
      const { id } = venue;
      const { title, ranges, talkId } = request.body;
      const clip = await clips.create(id, { title, ranges, talkId: talkId ?? null });
      await staff.note(request, person, 'clip.create', id, { clip: clip.id, title, ranges });
      return reply.code(201).send(view(clip));
    },
  );

  app.patch(
    '/api/v1/clips/:id',
    {
      config: { needs: 'replay.manage', of: 'clip' },
      schema: {
        summary: 'Cut anew, rename, hide or show: a new version',
        params: venueParams,
        body: updateClipSchema,
        response: { 200: clipSchema },
      },
    },
    async (request) => {
      const { person } = await allowClip(request, 'replay.manage', request.params.id);
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
    {
      config: { needs: 'replay.delete', of: 'clip' },
      schema: {
        summary: 'Delete a replay; the recording stays',
        params: venueParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { person } = await allowClip(request, 'replay.delete', request.params.id);
      const { id, venueId, title } = await clips.remove(request.params.id);
      await staff.note(request, person, 'clip.delete', venueId, { clip: id, title });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/clips/join',
    {
      config: { needs: 'replay.manage', of: 'clips' },
      schema: {
        summary: 'Several replays one after the other, as a new one',
        body: joinClipsSchema,
        response: { 201: clipSchema },
      },
    },
    async (request, reply) => {
      const { ids, title } = request.body;
      // All are of one venue, or the join is refused.
      const { person, venue } = await allowClip(request, 'replay.manage', ids[0] ?? '');
      if (ids.some((id) => clips.get(id)?.venueId !== venue.id)) throw new CodedError('clip.notFound');
      const clip = await clips.join(ids, title);
      await staff.note(request, person, 'clip.join', clip.venueId, { clip: clip.id, ids, title });
      return reply.code(201).send(view(clip));
    },
  );

  app.get(
    '/api/v1/public/clips/:id',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'Which version of a replay answers now',
        params: venueParams,
        response: { 200: publicClipSchema },
      },
    },
    async (request, reply) => {
      const clip = clips.get(request.params.id);
      if (clip?.state !== 'published' || clip.empty) throw new CodedError('clip.notFound');
      const { id, venueId, talkId, version, title } = clip;
      void reply.header('cache-control', 'public, max-age=2');
      return { id, venueId, talkId, version, title };
    },
  );

  app.delete(
    '/api/v1/venues/:id/events',
    {
      config: { needs: 'replay.delete', of: 'venue' },
      schema: {
        summary: 'Take a range of events out of a stream for good',
        params: venueParams,
        body: redactEventsSchema,
        response: { 200: z.object({ events: z.number().int() }) },
      },
    },
    async (request) => {
      const { person, venue } = await staff.allowVenue(request, 'replay.delete', request.params.id);
      const { id } = venue;
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
