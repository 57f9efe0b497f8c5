/** Registration: a person's own, and the staff's list, decisions and export. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import { registrationWorkbook } from '#conference/registration/registration-export.ts';
import { listOf } from '#contracts/listing.ts';
import {
  decidedSchema,
  decideSchema,
  ownRegistrationSchema,
  registerSchema,
  registrationCountsSchema,
  registrationExportSchema,
  registrationQuerySchema,
  registrationSchema,
} from '#contracts/registration.ts';
import type { AudienceParts } from '../../start-audience.ts';
import type { App } from '../app.ts';
import { fileAnswer } from '../described.ts';
import { createPublicConferences } from '../public-conference.ts';
import type { Staff } from '../staff.ts';

export type RegistrationRouteOptions = {
  readonly audience: AudienceParts;
  readonly conferences: ConferenceStore;
  readonly staff: Staff;
};

const tags = ['registrations'];
const params = z.object({ id: z.string().max(64) });
const slugParams = z.object({ slug: z.string().max(80) });
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** Ms: an export of a hundred thousand people, or a decision about as many. */
const longTimeout = 120_000;

export function registerRegistrations(
  app: App,
  { audience, conferences, staff }: RegistrationRouteOptions,
): void {
  const { registrations, registrationList } = audience;
  const open = createPublicConferences(conferences, staff);

  app.get(
    '/api/v1/public/conferences/:slug/registration',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Own registration, and the form as it stands for this person',
        tags,
        params: slugParams,
        response: { 200: ownRegistrationSchema },
      },
    },
    async (request, reply) => {
      const { person, conference } = await open.ofPerson(request, request.params.slug);
      void reply.header('cache-control', 'private, no-store');
      return registrations.own(conference, person.id);
    },
  );

  app.post(
    '/api/v1/public/conferences/:slug/registration',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Register, or change the answers',
        tags,
        params: slugParams,
        body: registerSchema,
        response: { 200: ownRegistrationSchema },
      },
    },
    async (request) => {
      const { person, conference } = await open.ofPerson(request, request.params.slug);
      await registrations.register(conference, person.id, request.body.answers);
      return registrations.own(conference, person.id);
    },
  );

  app.delete(
    '/api/v1/public/conferences/:slug/registration',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Cancel the own registration; the next who waits gets the place',
        tags,
        params: slugParams,
        response: { 200: ownRegistrationSchema },
      },
    },
    async (request) => {
      const { person, conference } = await open.ofPerson(request, request.params.slug);
      await registrations.cancel(conference.id, person.id);
      return registrations.own(conference, person.id);
    },
  );

  app.get(
    '/api/v1/conferences/:id/registrations',
    {
      config: { needs: 'registration.view', of: 'conference' },
      schema: {
        summary: 'Registrations, filtered, sorted and paged; phones are whole for who may export',
        tags,
        params,
        querystring: registrationQuerySchema.strict(),
        response: { 200: listOf(registrationSchema).extend({ counts: registrationCountsSchema }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'registration.view', id);
      const whole = staff.actions(person, id).includes('data.export');
      const [page, counts] = await Promise.all([
        registrationList.page(id, request.query, whole),
        registrations.counts(id),
      ]);
      const capacity = conferences.need(id).settings.registration.capacity;
      return { ...page, counts: { ...counts, capacity } };
    },
  );

  app.post(
    '/api/v1/conferences/:id/registrations/decide',
    {
      config: { needs: 'registration.decide', of: 'conference' },
      handlerTimeout: longTimeout,
      schema: {
        summary: 'Approve, refuse or put back people, or all of a filter',
        tags,
        params,
        body: decideSchema,
        response: { 200: decidedSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'registration.decide', id);
      const { ids, filter, state, note, tell } = request.body;
      const counts = await registrations.decide(id, {
        ...{ ids, state, note, tell, by: person.name },
        filter: filter && (await registrationList.resolved(filter)),
      });
      const details = { state, note, ...(filter ? { filter } : { people: ids?.length }), ...counts };
      await staff.note(request, person, 'registration.decide', undefined, details, id);
      return counts;
    },
  );

  app.get(
    '/api/v1/conferences/:id/registrations.xlsx',
    {
      config: { needs: 'data.export', of: 'conference' },
      handlerTimeout: longTimeout,
      schema: {
        summary: 'Registrations of a filter as a workbook, with the fields chosen',
        tags,
        params,
        querystring: registrationExportSchema.strict(),
        response: { 200: fileAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'data.export', id);
      const { fields, ...filter } = request.query;
      await staff.note(request, person, 'registration.export', undefined, { fields, ...filter }, id);
      const { slug, settings } = conferences.need(id);
      void reply
        .header('cache-control', 'private, no-store')
        .header('content-disposition', `attachment; filename="${slug}-registrations.xlsx"`)
        .type(xlsx);
      const pieces = registrationList.all(id, filter);
      return reply.send(Readable.from(registrationWorkbook(fields, pieces, settings.timeZone))) as never;
    },
  );
}
