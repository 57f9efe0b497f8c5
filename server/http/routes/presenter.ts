/** Presenting: secret links that the staff make, what they open, and the commands of whoever holds the page. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { deckView } from '#conference/deck/deck.ts';
import type { Decks } from '#conference/deck/decks.ts';
import { shownPerson } from '#conference/presenter/link.ts';
import type { LinkStore } from '#conference/presenter/link-store.ts';
import type { Presenting } from '#conference/presenter/presenting.ts';
import { CodedError, type ErrorCode } from '#contracts/errors.ts';
import {
  createLinkSchema,
  openPresenterSchema,
  presenterAnswerSchema,
  presenterCommandsSchema,
  presenterLinkSchema,
  presenterOpenedSchema,
  presenterTalkSchema,
} from '#contracts/presenter.ts';
import type { ConferenceAction } from '#contracts/roles.ts';
import type { Talk } from '#contracts/talk.ts';
import type { LiveDesk } from '../../live-port.ts';
import type { App } from '../app.ts';
import type { Clients } from '../client.ts';
import { nothing } from '../described.ts';
import type { Limits } from '../limits.ts';
import type { Staff } from '../staff.ts';
import type { TalkAccess } from '../talk-access.ts';

export type PresenterRouteOptions = {
  readonly decks: Decks;
  readonly links: LinkStore;
  readonly presenting: Presenting;
  /** In memory, as the console sees it. */
  readonly talkView: (id: string) => Talk | undefined;
  readonly desk: LiveDesk;
  readonly access: TalkAccess;
  readonly staff: Staff;
  readonly limits: Limits;
  readonly clients: Clients;
  readonly publicUrl: string | undefined;
};

const params = z.object({ id: z.string() });
const whichTalk = z.object({ talk: z.string().optional() });
/** A hundred pieces of ink. */
const commandBytes = 512 * 1024;

export function registerPresenter(app: App, options: PresenterRouteOptions): void {
  const { decks, links, presenting, talkView, desk, access, staff, limits, clients, publicUrl } = options;
  const needTalk = (id: string): Talk => {
    const talk = talkView(id);
    if (!talk) throw new CodedError('talk.notFound');
    return talk;
  };
  const allowTalk = async (request: FastifyRequest, talkId: string, missing: ErrorCode = 'talk.notFound') =>
    (await staff.allowVenue(request, 'deck.manage', talkView(talkId)?.venueId, missing)).person;
  /** The talk named, or the one this device opened last, and who asks. */
  const asked = async (request: FastifyRequest, named: string | undefined, action: ConferenceAction) => {
    const talkId = named ?? access.lastOpened(request);
    const by = await access.require(request, talkId ?? '', action);
    return { talk: needTalk(talkId ?? ''), by };
  };

  app.post(
    '/api/v1/talks/:id/presenter-links',
    {
      config: { needs: 'deck.manage', of: 'talk' },
      schema: {
        summary: 'Make a secret link to present this talk; it is told only now',
        params,
        body: createLinkSchema.nullish(),
        response: { 201: z.object({ url: z.string(), link: presenterLinkSchema }) },
      },
    },
    async (request, reply) => {
      const person = await allowTalk(request, request.params.id);
      const talk = needTalk(request.params.id);
      const { name = '', hours } = createLinkSchema.parse(request.body ?? {});
      const createdBy = person.name || person.email || '';
      const { link, token } = await links.create({
        talkId: talk.id,
        name: shownPerson(name),
        createdBy,
        hours,
      });
      await staff.note(request, person, 'presenter.link', talk.venueId, {
        talk: talk.id,
        link: link.id,
        name,
        hours,
      });
      const { scheme, host } = clients.origin(request.raw);
      return reply.code(201).send({ url: `${publicUrl ?? `${scheme}://${host}`}/present#${token}`, link });
    },
  );

  app.get(
    '/api/v1/talks/:id/presenter-links',
    {
      config: { needs: 'deck.manage', of: 'talk' },
      schema: {
        summary: 'Links of a talk, newest first',
        params,
        response: { 200: z.object({ links: z.array(presenterLinkSchema) }) },
      },
    },
    async (request) => {
      await allowTalk(request, request.params.id);
      return { links: links.ofTalk(needTalk(request.params.id).id) };
    },
  );

  app.delete(
    '/api/v1/presenter-links/:id',
    {
      config: { needs: 'deck.manage', of: 'link' },
      schema: { summary: 'Revoke a link and every page opened by it', params, response: { 204: nothing } },
    },
    async (request, reply) => {
      const person = await allowTalk(request, links.get(request.params.id)?.talkId ?? '', 'notFound');
      const link = await links.revoke(request.params.id);
      const venueId = talkView(link.talkId)?.venueId;
      await staff.note(request, person, 'presenter.revoke', venueId, { talk: link.talkId, link: link.id });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/presenter/open',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'Exchange a link for the cookie of its talk',
        body: openPresenterSchema,
        response: { 200: presenterOpenedSchema },
      },
    },
    async (request, reply) => {
      const client = clients.key(request.raw);
      const { token, name: given } = request.body;
      const link = links.find(token);
      const talk = link && talkView(link.talkId);
      // Many lecterns stand behind one address: only links that are none are counted as tries.
      if (!link || !talk) {
        await limits.openLink(client);
        throw new CodedError('presenter.link');
      }
      await limits.change(client);
      const name = shownPerson(given) || link.name || talk.speakers[0]?.name.slice(0, 40) || '—';
      access.admit(
        reply,
        { link: link.id, talk: talk.id, name },
        clients.origin(request.raw).scheme === 'https',
      );
      await links.used(link.id);
      const by = { kind: 'presenter', name, link: link.id } as const;
      await access.note(request, by, 'presenter.open', talk.venueId, { talk: talk.id });
      void reply.header('cache-control', 'no-store');
      return { talkId: talk.id, venueId: talk.venueId, name };
    },
  );

  app.get(
    '/api/v1/presenter/talk',
    {
      config: { needs: 'venue.view', of: 'query.talk', orPresenter: true },
      schema: {
        summary: 'All a presenter sees: talk, deck with notes, and the stage',
        querystring: whichTalk,
        response: { 200: presenterTalkSchema },
      },
    },
    async (request, reply) => {
      const { talk, by } = await asked(request, request.query.talk, 'venue.view');
      const events = desk.events(talk.venueId);
      if (!events) throw new CodedError('venue.notFound');
      const presented = await decks.presented(talk.id);
      void reply.header('cache-control', 'private, no-store');
      return {
        venueId: talk.venueId,
        talk,
        deck: presented ? deckView(presented.deck, presented.pages) : null,
        stage: events.state(),
        name: by.name,
        now: events.now(),
      };
    },
  );

  app.post(
    '/api/v1/presenter/commands',
    {
      config: { needs: 'venue.operate', of: 'query.talk', orPresenter: true, ownLimit: true },
      bodyLimit: commandBytes,
      schema: {
        summary: 'Commands in order; each is done once however often it is sent',
        querystring: whichTalk,
        body: presenterCommandsSchema,
        response: { 200: presenterAnswerSchema },
      },
    },
    async (request) => {
      await limits.present(clients.key(request.raw));
      const { talk, by } = await asked(request, request.query.talk, 'venue.operate');
      const source = by.kind === 'presenter' ? 'presenter' : 'operator';
      return presenting.command(talk, request.body.commands, { name: by.name.slice(0, 80), source });
    },
  );
}
