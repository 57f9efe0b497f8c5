/** Conferences: list, make, copy, change, delete; their venues in order; and what everyone may see of them. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ConferenceRecord } from '#conference/conference/conference.ts';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import type { Conferences } from '#conference/conference/conferences.ts';
import type { MemberStore } from '#conference/member/member-store.ts';
import type { Programme } from '#conference/talk/programme.ts';
import type { VenueStore } from '#conference/venue/venue-store.ts';
import {
  conferenceSchema,
  conferenceStates,
  createConferenceSchema,
  publicConferenceCardSchema,
  publicConferenceSchema,
  updateConferenceSchema,
} from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import { listOf, listQuerySchema } from '#contracts/listing.ts';
import { venueSchema } from '#contracts/venue.ts';
import type { Person } from '../../auth/auth.ts';
import type { LiveDesk } from '../../live-port.ts';
import type { Addresses } from '../addresses.ts';
import type { App } from '../app.ts';
import { nothing } from '../described.ts';
import { matches, pageOf, type Sorts } from '../listing.ts';
import type { Staff } from '../staff.ts';
import { removeVenue } from './venues.ts';

export type ConferenceRouteOptions = {
  readonly conferences: ConferenceStore;
  readonly conferenceWork: Conferences;
  readonly members: MemberStore;
  readonly venues: VenueStore;
  readonly programme: Programme;
  readonly desk: LiveDesk;
  readonly staff: Staff;
  readonly addresses: Addresses;
  /** A conference is gone: what else is kept of it in memory. */
  readonly onRemoved: (conferenceId: string) => Promise<void>;
};

const params = z.object({ id: z.string() });
const slugParams = z.object({ slug: z.string() });
const statesQuery = z
  .string()
  .max(80)
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(conferenceStates)))
  .optional();
const sorts: Sorts<ConferenceRecord> = {
  startDate: ({ settings }) => settings.startDate,
  title: ({ settings }) => settings.titleZh,
  createdAt: ({ createdAt }) => createdAt,
};
const tags = ['conferences'];

export function registerConferences(app: App, options: ConferenceRouteOptions): void {
  const { conferences, conferenceWork, members, venues, programme, desk, staff, addresses, onRemoved } =
    options;

  const view = (record: ConferenceRecord, person: Person, request: FastifyRequest) => {
    const own = venues.list(record.id);
    return {
      ...record.settings,
      id: record.id,
      slug: record.slug,
      state: record.state,
      createdAt: record.createdAt,
      roles: [...members.rolesOf(person.id, record.id)],
      actions: [...staff.actions(person, record.id)],
      venues: own.length,
      talks: own.reduce((sum, { id }) => sum + programme.list(id).length, 0),
      pageUrl: addresses.page(`/c/${record.slug}`, request.raw),
    };
  };

  const venuesOn = (conferenceId: string): number =>
    venues.list(conferenceId).filter(({ id }) => desk.runOpen(id)).length;

  app.get(
    '/api/v1/conferences',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Conferences the person is of the staff of',
        tags,
        querystring: listQuerySchema.extend({ state: statesQuery }).strict(),
        response: { 200: listOf(conferenceSchema) },
      },
    },
    async (request) => {
      const person = await staff.needCaller(request);
      const { q, state } = request.query;
      const seen = conferences.list().filter(({ id, slug, settings, state: now }) => {
        if (state && !state.includes(now)) return false;
        const may = staff.actions(person, id).includes('conference.view');
        return may && matches(q, settings.titleZh, settings.titleEn, settings.place, slug);
      });
      const { items, next, total } = pageOf(seen, request.query, sorts, '-startDate');
      return { items: items.map((one) => view(one, person, request)), next, total };
    },
  );

  app.post(
    '/api/v1/conferences',
    {
      config: { needs: 'conference.create', of: 'platform' },
      schema: {
        summary: 'Make a conference, or copy one; its maker becomes organiser',
        tags,
        body: createConferenceSchema,
        response: { 201: conferenceSchema },
      },
    },
    async (request, reply) => {
      const person = await staff.allowPlatform(request, 'conference.create');
      const { copyFrom, ...input } = request.body;
      const from = copyFrom === undefined ? undefined : conferences.get(copyFrom);
      // Copying takes people and rules along: it needs who may change both there.
      if (copyFrom !== undefined) await staff.allow(request, 'people.manage', copyFrom);
      const made = await conferenceWork.create(input, person.id, from);
      const details = { slug: made.slug, titleZh: made.settings.titleZh, ...(from ? { copyFrom } : {}) };
      await staff.note(request, person, 'conference.create', undefined, details, made.id);
      return reply.code(201).send(view(made, person, request));
    },
  );

  app.get(
    '/api/v1/conferences/:id',
    {
      config: { needs: 'conference.view', of: 'conference' },
      schema: { summary: 'One conference', tags, params, response: { 200: conferenceSchema } },
    },
    async (request) => {
      const person = await staff.allow(request, 'conference.view', request.params.id);
      return view(conferences.need(request.params.id), person, request);
    },
  );

  app.patch(
    '/api/v1/conferences/:id',
    {
      config: { needs: 'conference.edit', of: 'conference' },
      schema: {
        summary: 'Change settings, address or state',
        tags,
        params,
        body: updateConferenceSchema,
        response: { 200: conferenceSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'conference.edit', id);
      const changed = await conferenceWork.update(id, request.body);
      await staff.note(request, person, 'conference.change', undefined, request.body, id);
      return view(changed, person, request);
    },
  );

  app.delete(
    '/api/v1/conferences/:id',
    {
      config: { needs: 'conference.delete', of: 'conference' },
      schema: {
        summary:
          'Delete a conference that has no recordings or is archived, with its venues and all that is in them',
        tags,
        params,
        body: z
          .object({
            /** Its address again, so that nobody deletes the wrong one. */
            slug: z.string(),
          })
          .strict(),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'conference.delete', id);
      const { slug, state, settings } = conferences.need(id);
      if (request.body.slug !== slug) throw new CodedError('conference.confirm', slug);
      const own = venues.list(id);
      for (const venue of own) {
        desk.checkRemovable(venue.id);
        if (state !== 'archived' && (await desk.runs(venue.id)).length > 0)
          throw new CodedError('conference.notEmpty', venue.settings.title);
      }
      for (const venue of own) await removeVenue(venue.id, { venues, programme, desk });
      await conferences.remove(id);
      members.forget({ conferenceId: id });
      await onRemoved(id);
      const details = { slug, titleZh: settings.titleZh };
      await staff.note(request, person, 'conference.delete', undefined, details, id);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/conferences/:id/venues',
    {
      config: { needs: 'venue.view', of: 'conference' },
      schema: {
        summary: 'Venues of a conference, in order',
        tags,
        params,
        response: { 200: z.object({ items: z.array(venueSchema) }) },
      },
    },
    async (request) => {
      await staff.allow(request, 'venue.view', request.params.id);
      return { items: venues.list(request.params.id).map((venue) => addresses.venue(venue, request.raw)) };
    },
  );

  app.put(
    '/api/v1/conferences/:id/venues/order',
    {
      config: { needs: 'venue.edit', of: 'conference' },
      schema: {
        summary: 'All venues in their new order',
        tags,
        params,
        body: z.object({ ids: z.array(z.string().max(64)).max(500) }).strict(),
        response: { 200: z.object({ items: z.array(venueSchema) }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'venue.edit', id);
      const ordered = await venues.order(id, request.body.ids);
      await staff.note(request, person, 'venue.order', undefined, { ids: request.body.ids }, id);
      return { items: ordered.map((venue) => addresses.venue(venue, request.raw)) };
    },
  );

  app.get(
    '/api/v1/public/conferences',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'Conferences that are published, running or over',
        tags: ['public'],
        querystring: listQuerySchema.strict(),
        response: { 200: listOf(publicConferenceCardSchema) },
      },
    },
    async (request, reply) => {
      const { q } = request.query;
      const seen = conferences
        .list()
        .filter(({ state }) => state !== 'draft' && state !== 'archived')
        .filter(({ slug, settings: s }) => matches(q, s.titleZh, s.titleEn, s.place, slug));
      const { items, next, total } = pageOf(seen, request.query, sorts, '-startDate');
      void reply.header('cache-control', 'public, max-age=10');
      return { items: items.map((one) => ({ ...publicView(one), live: venuesOn(one.id) })), next, total };
    },
  );

  app.get(
    '/api/v1/public/conferences/:slug',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'A conference as everyone may see it; a draft only for its staff',
        tags: ['public'],
        params: slugParams,
        response: { 200: publicConferenceSchema },
      },
    },
    async (request, reply) => {
      const found = conferences.bySlug(request.params.slug);
      if (!found) throw new CodedError('notFound');
      if (found.state === 'draft') {
        const person = await staff.person(request);
        if (!person || !staff.actions(person, found.id).includes('conference.view'))
          throw new CodedError('notFound');
      }
      const caching = found.state === 'draft' ? 'private, no-store' : 'public, max-age=10';
      void reply.header('cache-control', caching);
      return publicView(found);
    },
  );
}

const publicView = ({ id, slug, state, settings }: ConferenceRecord) => ({ ...settings, id, slug, state });
