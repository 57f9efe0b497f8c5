/** Venues: list, make, change, delete, and their states (off, live, break, ended). */
import { z } from 'zod';
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
import type { Actor, LiveDesk } from '../../live-port.ts';
import type { Addresses } from '../addresses.ts';
import type { App } from '../app.ts';
import type { Staff } from '../staff.ts';

export const venueParams = z.object({ id: z.string() });
export const emptyBody = z.object({}).strict().nullish();
const publicVenue = z.object({ id: z.string(), title: z.string() });

export type VenueRouteOptions = {
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

export function registerVenues(
  app: App,
  { venues, programme, desk, staff, addresses }: VenueRouteOptions,
): void {
  const statusOf = (id: string) => {
    const status = desk.status(id);
    if (!status) throw new CodedError('venue.notFound');
    return status;
  };

  app.get(
    '/api/v1/venues',
    { schema: { summary: 'All venues', response: { 200: z.object({ venues: z.array(venueSchema) }) } } },
    async (request) => {
      await staff.require(request);
      return { venues: venues.list().map((venue) => addresses.venue(venue, request.raw)) };
    },
  );

  app.post(
    '/api/v1/venues',
    { schema: { summary: 'Make a venue', body: createVenueSchema, response: { 201: venueSchema } } },
    async (request, reply) => {
      const person = await staff.require(request);
      const { title, ...rest } = request.body;
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const venue = await venues.create({ ...given, title });
      await desk.venueChanged(venue);
      await staff.note(request, person, 'venue.create', venue.id, request.body);
      return reply.code(201).send(addresses.venue(venue, request.raw));
    },
  );

  app.get(
    '/api/v1/venues/:id',
    { schema: { summary: 'One venue', params: venueParams, response: { 200: venueSchema } } },
    async (request) => {
      await staff.require(request);
      return addresses.venue(needVenue(venues, request.params.id), request.raw);
    },
  );

  app.patch(
    '/api/v1/venues/:id',
    {
      schema: {
        summary: 'Change settings',
        params: venueParams,
        body: updateVenueSchema,
        response: { 200: venueSchema },
      },
    },
    async (request) => {
      const person = await staff.require(request);
      const venue = await venues.update(request.params.id, request.body);
      await desk.venueChanged(venue);
      await staff.note(request, person, 'venue.change', venue.id, request.body);
      return addresses.venue(venue, request.raw);
    },
  );

  app.delete(
    '/api/v1/venues/:id',
    { schema: { summary: 'Delete a venue that is not live, and its runs', params: venueParams } },
    async (request, reply) => {
      const person = await staff.require(request, 'admin');
      const venue = needVenue(venues, request.params.id);
      desk.checkRemovable(venue.id);
      await venues.remove(venue.id);
      programme.venueRemoved(venue.id);
      await desk.venueRemoved(venue.id);
      await staff.note(request, person, 'venue.delete', venue.id, { title: venue.settings.title });
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/v1/status',
    {
      schema: {
        summary: 'State and health of all venues',
        response: { 200: z.object({ venues: z.array(venueStatusSchema) }) },
      },
    },
    async (request) => {
      await staff.require(request);
      return { venues: venues.list().flatMap(({ id }) => desk.status(id) ?? []) };
    },
  );

  app.get(
    '/api/v1/venues/:id/status',
    { schema: { summary: 'State and health', params: venueParams, response: { 200: venueStatusSchema } } },
    async (request) => {
      await staff.require(request);
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
        schema: {
          summary: `Venue: ${name}`,
          params: venueParams,
          body: emptyBody,
          response: { 200: venueStatusSchema },
        },
      },
      async (request) => {
        const person = await staff.require(request);
        const { id } = needVenue(venues, request.params.id);
        await act(id, { id: person.id, name: person.name });
        await staff.note(request, person, `venue.${name}`, id);
        return statusOf(id);
      },
    );
  }

  app.get(
    '/api/v1/venues/:id/runs',
    {
      schema: {
        summary: 'Runs, newest first',
        params: venueParams,
        response: { 200: z.object({ runs: z.array(runSchema) }) },
      },
    },
    async (request) => {
      await staff.require(request);
      return { runs: [...(await desk.runs(needVenue(venues, request.params.id).id))] };
    },
  );

  app.delete(
    '/api/v1/venues/:id/runs/:run',
    {
      schema: { summary: 'Delete a run and its recording', params: venueParams.extend({ run: z.string() }) },
    },
    async (request, reply) => {
      const person = await staff.require(request, 'admin');
      const { id, run } = request.params;
      await desk.deleteRun(needVenue(venues, id).id, run);
      await staff.note(request, person, 'run.delete', id, { run });
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/v1/public/venues/:id',
    { schema: { summary: 'What a viewer may know', params: venueParams, response: { 200: publicVenue } } },
    async (request, reply) => {
      const { id, settings } = needVenue(venues, request.params.id);
      void reply.header('cache-control', 'public, max-age=10');
      return { id, title: settings.title };
    },
  );
}
