/** Venues: list, make, change, delete, and their states (off, live, break, ended). */
import { z } from 'zod';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import type { Programme } from '#conference/talk/programme.ts';
import type { VenueRecord } from '#conference/venue/venue.ts';
import type { VenueStore } from '#conference/venue/venue-store.ts';
import { CodedError } from '#contracts/errors.ts';
import {
  createVenueSchema,
  runSchema,
  updateVenueSchema,
  venueSchema,
  venueStatusSchema,
} from '#contracts/venue.ts';
import type { Person } from '../../auth/auth.ts';
import type { Actor, LiveDesk } from '../../live-port.ts';
import type { Addresses } from '../addresses.ts';
import type { App } from '../app.ts';
import { nothing } from '../described.ts';
import type { Staff } from '../staff.ts';

export const venueParams = z.object({ id: z.string() });
export const emptyBody = z.object({}).strict().nullish();
const publicVenue = z.object({ id: z.string(), title: z.string() });

export type VenueRouteOptions = {
  readonly conferences: ConferenceStore;
  readonly venues: VenueStore;
  readonly programme: Programme;
  readonly desk: LiveDesk;
  readonly staff: Staff;
  readonly addresses: Addresses;
};

export function needVenue(venues: VenueStore, id: string): VenueRecord {
  const venue = venues.get(id);
  if (!venue) throw new CodedError('venue.notFound');
  return venue;
}

/** Throws `venue.busy` while it is live. */
export async function removeVenue(
  id: string,
  { venues, programme, desk }: Pick<VenueRouteOptions, 'venues' | 'programme' | 'desk'>,
): Promise<void> {
  desk.checkRemovable(id);
  await venues.remove(id);
  programme.venueRemoved(id);
  await desk.venueRemoved(id);
}

export function registerVenues(
  app: App,
  { conferences, venues, programme, desk, staff, addresses }: VenueRouteOptions,
): void {
  const statusOf = (id: string) => {
    const status = desk.status(id);
    if (!status) throw new CodedError('venue.notFound');
    return status;
  };

  const seenBy = (person: Person) =>
    venues.list().filter(({ conferenceId }) => staff.actions(person, conferenceId).includes('venue.view'));

  app.get(
    '/api/v1/venues',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'All venues the person may see in the console',
        response: { 200: z.object({ venues: z.array(venueSchema) }) },
      },
    },
    async (request) => {
      const seen = seenBy(await staff.needCaller(request));
      return { venues: seen.map((venue) => addresses.venue(venue, request.raw)) };
    },
  );

  app.post(
    '/api/v1/venues',
    {
      config: { needs: 'venue.edit', of: 'conference' },
      schema: {
        summary: 'Make a venue, in the conference named or the first one',
        body: createVenueSchema,
        response: { 201: venueSchema },
      },
    },
    async (request, reply) => {
      const { title, conferenceId = conferences.list()[0]?.id, ...rest } = request.body;
      const person = await staff.allow(request, 'venue.edit', conferenceId);
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const venue = await venues.create({ ...given, title }, conferenceId ?? '');
      await desk.venueChanged(venue);
      await staff.note(request, person, 'venue.create', venue.id, request.body);
      return reply.code(201).send(addresses.venue(venue, request.raw));
    },
  );

  app.get(
    '/api/v1/venues/:id',
    {
      config: { needs: 'venue.view', of: 'venue' },
      schema: { summary: 'One venue', params: venueParams, response: { 200: venueSchema } },
    },
    async (request) => {
      const { venue } = await staff.allowVenue(request, 'venue.view', request.params.id);
      return addresses.venue(venue, request.raw);
    },
  );

  app.patch(
    '/api/v1/venues/:id',
    {
      config: { needs: 'venue.edit', of: 'venue' },
      schema: {
        summary: 'Change settings',
        params: venueParams,
        body: updateVenueSchema,
        response: { 200: venueSchema },
      },
    },
    async (request) => {
      const { person, venue: found } = await staff.allowVenue(request, 'venue.edit', request.params.id);
      const venue = await venues.update(found.id, request.body);
      await desk.venueChanged(venue);
      await staff.note(request, person, 'venue.change', venue.id, request.body);
      return addresses.venue(venue, request.raw);
    },
  );

  app.delete(
    '/api/v1/venues/:id',
    {
      config: { needs: 'venue.delete', of: 'venue' },
      schema: {
        summary: 'Delete a venue that is not live, and its runs',
        params: venueParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { person, venue } = await staff.allowVenue(request, 'venue.delete', request.params.id);
      await removeVenue(venue.id, { venues, programme, desk });
      const { title } = venue.settings;
      await staff.note(request, person, 'venue.delete', venue.id, { title }, venue.conferenceId);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/status',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'State and health of all venues the person may see in the console',
        response: { 200: z.object({ venues: z.array(venueStatusSchema) }) },
      },
    },
    async (request) => {
      const seen = seenBy(await staff.needCaller(request));
      return { venues: seen.flatMap(({ id }) => desk.status(id) ?? []) };
    },
  );

  app.get(
    '/api/v1/venues/:id/status',
    {
      config: { needs: 'venue.view', of: 'venue' },
      schema: { summary: 'State and health', params: venueParams, response: { 200: venueStatusSchema } },
    },
    async (request) => {
      await staff.allowVenue(request, 'venue.view', request.params.id);
      return statusOf(request.params.id);
    },
  );

  const acts: Record<string, (venueId: string, actor: Actor) => Promise<void>> = {
    live: (id, actor) => desk.goLive(id, actor),
    break: (id, actor) => desk.takeBreak(id, actor),
    resume: (id, actor) => desk.resume(id, actor),
    end: (id, actor) => desk.end(id, actor),
  };
  for (const [name, act] of Object.entries(acts)) {
    app.post(
      `/api/v1/venues/:id/${name}`,
      {
        config: { needs: 'venue.operate', of: 'venue' },
        schema: {
          summary: `Venue: ${name}`,
          params: venueParams,
          body: emptyBody,
          response: { 200: venueStatusSchema },
        },
      },
      async (request) => {
        const { person, venue } = await staff.allowVenue(request, 'venue.operate', request.params.id);
        const { id } = venue;
        await act(id, { id: person.id, name: person.name });
        await staff.note(request, person, `venue.${name}`, id);
        return statusOf(id);
      },
    );
  }

  app.get(
    '/api/v1/venues/:id/runs',
    {
      config: { needs: 'venue.view', of: 'venue' },
      schema: {
        summary: 'Runs, newest first',
        params: venueParams,
        response: { 200: z.object({ runs: z.array(runSchema) }) },
      },
    },
    async (request) => {
      const { venue } = await staff.allowVenue(request, 'venue.view', request.params.id);
      return { runs: [...(await desk.runs(venue.id))] };
    },
  );

  app.delete(
    '/api/v1/venues/:id/runs/:run',
    {
      config: { needs: 'replay.delete', of: 'venue' },
      schema: {
        summary: 'Delete a run and its recording',
        params: venueParams.extend({ run: z.string() }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, run } = request.params;
      const { person } = await staff.allowVenue(request, 'replay.delete', id);
      await desk.deleteRun(id, run);
      await staff.note(request, person, 'run.delete', id, { run });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/public/venues/:id',
    {
      config: { needs: 'nobody' },
      schema: { summary: 'What a viewer may know', params: venueParams, response: { 200: publicVenue } },
    },
    async (request, reply) => {
      const { id, settings } = needVenue(venues, request.params.id);
      void reply.header('cache-control', 'public, max-age=10');
      return { id, title: settings.title };
    },
  );
}
