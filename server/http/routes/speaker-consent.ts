/** Authorisation of replays, the speaker's side: a link without an account, confirmed by a code to the phone on file, or to the mailbox. */
import type { FastifyRequest } from 'fastify';
import type { Access } from '#conference/access/access.ts';
import type { ClipStore } from '#conference/clip/clip-store.ts';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import type { ConsentRecord } from '#conference/consent/consents.ts';
import type { TalkRecord } from '#conference/talk/talk.ts';
import {
  answerConsentSchema,
  type ConsentOpened,
  confirmConsentSchema,
  consentCodeSentSchema,
  consentOpenedSchema,
  openConsentSchema,
  reviewConsentSchema,
} from '#contracts/consent.ts';
import { CodedError } from '#contracts/errors.ts';
import type { AuditLog } from '../../audit.ts';
import type { PhoneCodes } from '../../auth/phone-codes.ts';
import { codeMail } from '../../messages/code-mail.ts';
import { type MailSender, maskedEmail } from '../../messages/mail.ts';
import type { AudienceParts } from '../../start-audience.ts';
import type { App } from '../app.ts';
import type { Clients } from '../client.ts';
import { createConsentAccess } from '../consent-access.ts';
import { nothing } from '../described.ts';
import type { Limits } from '../limits.ts';
import type { Staff } from '../staff.ts';

export type SpeakerConsentOptions = {
  /** Lets a speaker watch what is not out yet. */
  readonly access: Pick<Access, 'review'>;
  readonly audience: AudienceParts;
  readonly conferences: ConferenceStore;
  readonly programme: { get(id: string): TalkRecord | undefined };
  readonly clips: Pick<ClipStore, 'ofTalk'>;
  readonly codes: PhoneCodes;
  readonly mail: MailSender;
  readonly audit: AuditLog;
  readonly limits: Limits;
  readonly clients: Clients;
  readonly staff: Pick<Staff, 'person'>;
};

const tags = ['consent'];
/** Seconds between two codes to one phone; the budget of messages says the last word. */
const spacing = 60;

export function registerSpeakerConsent(app: App, options: SpeakerConsentOptions): void {
  const { audience, conferences, programme, clips, codes, mail, audit, limits, clients } = options;
  const { consents, consentSecret } = audience;
  const sitting = createConsentAccess(consents, consentSecret);

  /** Throws `consent.link`, whatever is wrong with the link. */
  const find = async (request: FastifyRequest, token: string) => {
    const client = clients.key(request.raw);
    const found = consents.find(token);
    // Many speakers answer from one address, that of the venue: only links that are none are counted as tries.
    if (found) await limits.change(client);
    else {
      await limits.openLink(client);
      throw new CodedError('consent.link');
    }
    return found;
  };
  /** A mailbox only where no phone is known: the link may have gone to it. */
  const codeAddress = (consent: ConsentRecord) => {
    const phone = consents.phoneOf(consent);
    return { phone, email: phone === undefined ? consents.emailOf(consent) : undefined };
  };
  const shownAddress = (consent: ConsentRecord) => {
    const { phone, email } = codeAddress(consent);
    return { phoneTail: phone?.slice(-4) ?? null, email: email === undefined ? null : maskedEmail(email) };
  };
  const isSecure = (request: FastifyRequest): boolean => clients.origin(request.raw).scheme === 'https';
  /** Who holds the link sees what was answered; to change it, or to watch, takes a code. */
  const view = (consent: ConsentRecord, until: number, confirmed: boolean): ConsentOpened => {
    const conference = conferences.need(consent.conferenceId);
    const { titleZh, titleEn, support } = conference.settings;
    const talk = programme.get(consent.talkId);
    const clip = clips.ofTalk(consent.talkId);
    return {
      conference: { titleZh, titleEn, slug: conference.slug },
      talk: {
        id: consent.talkId,
        title: talk?.title ?? clip?.title ?? '',
        plannedStart: talk?.plannedStart ?? null,
      },
      name: consent.contact.name,
      ...shownAddress(consent),
      confirmed,
      answer: consent.answer,
      answeredAt: consent.answeredAt,
      replay: clip && !clip.empty ? { venueId: clip.venueId, clipId: clip.id, version: clip.version } : null,
      linkUntil: until,
      support,
    };
  };
  const confirm = async (request: FastifyRequest, consent: ConsentRecord, code: string): Promise<void> => {
    const { phone, email } = codeAddress(consent);
    const address = phone ?? email;
    if (address === undefined) throw new CodedError('consent.noPhone');
    await limits.enterCode(clients.key(request.raw), address);
    try {
      await codes.use(address, 'consent', code, consent.id);
    } catch (error) {
      if (error instanceof CodedError && error.code === 'auth.code') throw new CodedError('consent.code');
      throw error;
    }
  };

  app.post(
    '/api/v1/consent/open',
    {
      config: { needs: 'nobody', ownLimit: true },
      schema: {
        summary: 'What a link is about, and the answer given so far',
        tags,
        body: openConsentSchema,
        response: { 200: consentOpenedSchema },
      },
    },
    async (request, reply) => {
      const { consent, until } = await find(request, request.body.token);
      await consents.opened(consent.id);
      void reply.header('cache-control', 'private, no-store');
      return view(consent, until, sitting.confirmed(request, consent.id));
    },
  );

  app.post(
    '/api/v1/consent/code',
    {
      config: { needs: 'nobody', ownLimit: true },
      schema: {
        summary: 'Send a code to the phone on file, or to the mailbox where no phone is',
        tags,
        body: openConsentSchema,
        response: { 200: consentCodeSentSchema },
      },
    },
    async (request) => {
      const { consent } = await find(request, request.body.token);
      const { phone, email } = codeAddress(consent);
      if (phone === undefined && email === undefined) throw new CodedError('consent.noPhone');
      const client = clients.key(request.raw);
      await limits.askCode(client);
      if (phone !== undefined) await codes.send(phone, 'consent', client, consent.id);
      else if (email !== undefined) {
        await limits.mailCode(email);
        await codes.sendBy(email, 'consent', consent.id, (values) => mail.send(codeMail(email, values)));
      }
      return { ...shownAddress(consent), again: spacing };
    },
  );

  app.post(
    '/api/v1/consent/confirm',
    {
      config: { needs: 'nobody', ownLimit: true },
      schema: {
        summary: 'Confirm a code, to watch the replay before answering',
        tags,
        body: confirmConsentSchema,
        response: { 200: consentOpenedSchema },
      },
    },
    async (request, reply) => {
      const { consent, until } = await find(request, request.body.token);
      await confirm(request, consent, request.body.code);
      sitting.confirm(reply, consent.id, isSecure(request));
      void reply.header('cache-control', 'private, no-store');
      return view(consent, until, true);
    },
  );

  app.post(
    '/api/v1/consent/answer',
    {
      config: { needs: 'nobody', ownLimit: true },
      schema: {
        summary: 'Answer, change or withdraw; with a code, unless this browser confirmed one',
        tags,
        body: answerConsentSchema,
        response: { 200: consentOpenedSchema },
      },
    },
    async (request, reply) => {
      const { token, code, answer } = request.body;
      const { consent, until } = await find(request, token);
      if (code !== undefined) {
        await confirm(request, consent, code);
        sitting.confirm(reply, consent.id, isSecure(request));
      } else if (!sitting.confirmed(request, consent.id)) throw new CodedError('consent.code');
      const { name } = consent.contact;
      const answered = await consents.answer(consent.id, answer, { kind: 'speaker', name });
      await audit.write({
        by: { id: `speaker:${consent.id}`, name: `${name} (speaker)`, email: null },
        action: 'consent.answer',
        venueId: programme.get(consent.talkId)?.venueId,
        conferenceId: consent.conferenceId,
        details: { talk: consent.talkId, answer },
        remote: clients.address(request.raw),
      });
      void reply.header('cache-control', 'private, no-store');
      return view(answered, until, true);
    },
  );

  app.post(
    '/api/v1/consent/review',
    {
      config: { needs: 'nobody', ownLimit: true },
      schema: {
        summary: 'Watch the replay on this device before it is published, once a code was confirmed',
        tags,
        body: reviewConsentSchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { token, device } = request.body;
      const { consent } = await find(request, token);
      if (!sitting.confirmed(request, consent.id)) throw new CodedError('consent.code');
      await options.access.review(consent.talkId, {
        person: await options.staff.person(request),
        device,
        address: clients.key(request.raw),
        agent: String(request.headers['user-agent'] ?? ''),
      });
      return reply.code(204).send(null);
    },
  );
}
