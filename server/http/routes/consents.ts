/** Authorisation of replays, the organiser's side: who was asked, who answered, links, reminders, answers on paper. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import { unasked } from '#conference/consent/consent-rules.ts';
import type { ConsentRecord } from '#conference/consent/consents.ts';
import type { TalkRecord } from '#conference/talk/talk.ts';
import type { VenueDirectory } from '#conference/venue/venue.ts';
import {
  consentLinkInputSchema,
  consentLinkSchema,
  consentQuerySchema,
  recordConsentSchema,
  remindConsentSchema,
  remindedSchema,
  type TalkConsent,
  talkConsentSchema,
} from '#contracts/consent.ts';
import { CodedError } from '#contracts/errors.ts';
import { listOf } from '#contracts/listing.ts';
import type { AudienceParts } from '../../start-audience.ts';
import type { App } from '../app.ts';
import type { Clients } from '../client.ts';
import { nothing } from '../described.ts';
import { matches, pageOf } from '../listing.ts';
import type { Staff } from '../staff.ts';

export type ConsentRouteOptions = {
  readonly audience: AudienceParts;
  readonly conferences: ConferenceStore;
  readonly venues: VenueDirectory;
  readonly programme: {
    get(id: string): TalkRecord | undefined;
    list(venueId: string): readonly TalkRecord[];
  };
  readonly staff: Staff;
  readonly clients: Clients;
  readonly publicUrl: string | undefined;
};

const tags = ['consents'];
const params = z.object({ id: z.string().max(64) });
const talkParams = params.extend({ talkId: z.string().max(64) });
const day = 24 * 3600_000;
/** Of links in reminders. */
const reminderDays = 180;
type Listed = TalkConsent & { readonly id: string; readonly start: number };

export function registerConsents(app: App, options: ConsentRouteOptions): void {
  const { audience, conferences, venues, programme, staff, clients, publicUrl } = options;
  const { consents, notices } = audience;

  const urlOf = (request: FastifyRequest, token: string): string => {
    const { scheme, host } = clients.origin(request.raw);
    return `${publicUrl ?? `${scheme}://${host}`}/consent#${token}`;
  };
  /** Throws `talk.notFound` for a talk of another conference. */
  const needTalk = (id: string, talkId: string): TalkRecord => {
    const talk = programme.get(talkId);
    if (!talk || venues.get(talk.venueId)?.conferenceId !== id) throw new CodedError('talk.notFound');
    return talk;
  };
  const view = (talk: TalkRecord): Listed => {
    const own = consents.ofTalk(talk.id);
    const missing = unasked(
      talk.speakers,
      own.map(({ contact }) => contact),
    );
    const silent = own.some(({ answer }) => answer === null) || missing.length > 0;
    const conferenceId = venues.get(talk.venueId)?.conferenceId ?? '';
    return {
      ...{ id: talk.id, talkId: talk.id, title: talk.title, venueId: talk.venueId },
      start: talk.plannedStart ?? 0,
      policy: conferences.need(conferenceId).settings.replayPolicy,
      verdict: consents.verdict(talk.id),
      state: own.length === 0 ? 'unasked' : silent ? 'waiting' : 'answered',
      consents: own.map((one) => consents.view(one)),
      missing: missing.map(({ name, unit }) => ({ name, unit })),
    };
  };

  app.get(
    '/api/v1/conferences/:id/consents',
    {
      config: { needs: 'consent.manage', of: 'conference' },
      schema: {
        summary: 'Talks with speakers: who was asked, who answered, and what may be published',
        tags,
        params,
        querystring: consentQuerySchema.strict(),
        response: { 200: listOf(talkConsentSchema) },
      },
    },
    async (request) => {
      const { id } = request.params;
      await staff.allow(request, 'consent.manage', id);
      const { q, state, cursor, limit } = request.query;
      const listed = venues
        .list()
        .filter(({ conferenceId }) => conferenceId === id)
        .flatMap((venue) => programme.list(venue.id))
        .filter((talk) => talk.speakers.length > 0 || consents.ofTalk(talk.id).length > 0)
        .map(view)
        .filter(
          (one) =>
            (state === undefined || one.state === state) &&
            matches(
              q,
              one.title,
              ...one.consents.map(({ name }) => name),
              ...one.missing.map(({ name }) => name),
            ),
        );
      return pageOf(listed, { cursor, limit }, { start: ({ start }) => start }, 'start');
    },
  );

  app.post(
    '/api/v1/conferences/:id/consents/:talkId/link',
    {
      config: { needs: 'consent.manage', of: 'conference' },
      schema: {
        summary: 'Make a secret link for a speaker; it is told only now, links made before are void',
        tags,
        params: talkParams,
        body: consentLinkInputSchema,
        response: { 201: consentLinkSchema },
      },
    },
    async (request, reply) => {
      const { id, talkId } = request.params;
      const person = await staff.allow(request, 'consent.manage', id);
      const talk = needTalk(id, talkId);
      const { days, send, ...contact } = request.body;
      // Before anything is done: links that were sent must not end for one that cannot be.
      if (send && !consents.reaches(talkId, contact)) throw new CodedError('consent.noPhone');
      const { consent, token } = await consents.ask(talkId, contact, days);
      const url = urlOf(request, token);
      if (send) {
        const to = consents.addressesOf(consent);
        const values = { talk: talk.title, url };
        await audience.notices.write(audience.db, id, to, { purpose: 'consent', values });
        notices.wake();
      }
      const details = { talk: talkId, consent: consent.id, name: consent.contact.name, sent: send };
      await staff.note(request, person, 'consent.link', talk.venueId, details, id);
      return reply.code(201).send({ url, consent: consents.view(consent) });
    },
  );

  app.post(
    '/api/v1/conferences/:id/consents/remind',
    {
      config: { needs: 'consent.manage', of: 'conference' },
      handlerTimeout: 60_000,
      schema: {
        summary: 'Remind by SMS and e-mail who was asked and has not answered, once a day at most',
        tags,
        params,
        body: remindConsentSchema,
        response: { 200: remindedSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'consent.manage', id);
      const talks = [...new Set(request.body.talkIds)].map((talkId) => needTalk(id, talkId));
      let sent = 0;
      let skipped = 0;
      for (const talk of talks)
        for (const consent of consents.ofTalk(talk.id)) {
          if (consent.answer !== null) continue;
          const to = consents.addressesOf(consent);
          const soon = Math.max(consent.remindedAt ?? 0, consent.askedAt ?? 0) > Date.now() - day;
          if (to.length === 0 || (soon && consent.remindedAt !== null)) {
            skipped += 1;
            continue;
          }
          await consents.remind(consent.id, reminderDays, (rows, token) => {
            const values = { talk: talk.title, url: urlOf(request, token) };
            return notices.write(rows, id, to, { purpose: 'consent', values });
          });
          sent += 1;
        }
      notices.wake();
      const details = { talks: talks.length, sent, skipped };
      await staff.note(request, person, 'consent.remind', undefined, details, id);
      return { sent, skipped };
    },
  );

  app.patch(
    '/api/v1/conferences/:id/consents/:talkId',
    {
      config: { needs: 'consent.manage', of: 'conference' },
      schema: {
        summary: 'Record an answer given on paper, or take it back',
        tags,
        params: talkParams,
        body: recordConsentSchema,
        response: { 200: talkConsentSchema },
      },
    },
    async (request) => {
      const { id, talkId } = request.params;
      const person = await staff.allow(request, 'consent.manage', id);
      const talk = needTalk(id, talkId);
      const { consentId, name, answer, note } = request.body;
      if (consentId !== undefined) needConsent(talkId, consentId);
      const done =
        consentId === undefined
          ? await consents.record(talkId, name ?? '', answer, person.name, note)
          : await consents.answer(consentId, answer, { kind: 'staff', name: person.name }, note);
      const details = { talk: talkId, consent: done.id, name: done.contact.name, answer, note };
      await staff.note(request, person, 'consent.record', talk.venueId, details, id);
      return view(talk);
    },
  );
  const needConsent = (talkId: string, consentId: string): ConsentRecord => {
    const consent = consents.get(consentId);
    if (consent?.talkId !== talkId) throw new CodedError('notFound', 'consent');
    return consent;
  };

  app.delete(
    '/api/v1/conferences/:id/consents/:talkId/:consentId/links',
    {
      config: { needs: 'consent.manage', of: 'conference' },
      schema: {
        summary: 'Revoke the links of a speaker for this talk; the answer stays',
        tags,
        params: talkParams.extend({ consentId: z.string().max(64) }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, talkId, consentId } = request.params;
      const person = await staff.allow(request, 'consent.manage', id);
      const talk = needTalk(id, talkId);
      needConsent(talkId, consentId);
      await consents.revoke(consentId);
      const details = { talk: talkId, consent: consentId };
      await staff.note(request, person, 'consent.revoke', talk.venueId, details, id);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/api/v1/conferences/:id/consents/:talkId/:consentId',
    {
      config: { needs: 'consent.manage', of: 'conference' },
      schema: {
        summary: 'Take somebody out who is no speaker of the talk, with what was answered',
        tags,
        params: talkParams.extend({ consentId: z.string().max(64) }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, talkId, consentId } = request.params;
      const person = await staff.allow(request, 'consent.manage', id);
      const talk = needTalk(id, talkId);
      const { contact, answer } = needConsent(talkId, consentId);
      await consents.remove(consentId);
      const details = { talk: talkId, consent: consentId, name: contact.name, answer };
      await staff.note(request, person, 'consent.delete', talk.venueId, details, id);
      return reply.code(204).send(null);
    },
  );
}
