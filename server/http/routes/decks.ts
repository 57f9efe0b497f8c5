/** Decks of a talk, their pages for staff and presenter, and the courseware that viewers may download. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { attachment } from '#conference/deck/courseware.ts';
import type { Decks } from '#conference/deck/decks.ts';
import { deckSchema } from '#contracts/deck.ts';
import { CodedError } from '#contracts/errors.ts';
import { openPass } from '#contracts/media-urls.ts';
import type { ConferenceAction } from '#contracts/roles.ts';
import type { Talk } from '#contracts/talk.ts';
import { type LiveDesk, shownOf } from '../../live-port.ts';
import type { App } from '../app.ts';
import { fileAnswer, nothing, pictureAnswer } from '../described.ts';
import type { Staff } from '../staff.ts';
import type { TalkAccess } from '../talk-access.ts';

type DownloadedTalk = Pick<Talk, 'id' | 'venueId' | 'download' | 'state'>;
export type DeckRouteOptions = {
  readonly decks: Decks;
  readonly talks: { get(id: string): DownloadedTalk | undefined };
  /** The holder of the pass may watch the talk, and its speaker lets it be downloaded. */
  readonly mayDownload: (talk: DownloadedTalk, pass: string) => boolean;
  readonly desk: LiveDesk;
  readonly access: TalkAccess;
  readonly staff: Staff;
};

const params = z.object({ id: z.string() });
const imageName = /^(0|[1-9]\d{0,3})\.(\d{2,5})\.(webp|avif)$/;

export function registerDecks(
  app: App,
  { decks, talks, mayDownload, desk, access, staff }: DeckRouteOptions,
): void {
  /** A deck the one who asks may see: to others it does not exist. */
  const deckOf = async (request: FastifyRequest, id: string, action: ConferenceAction = 'venue.view') => {
    const deck = decks.get(id);
    await access.require(request, deck?.talkId ?? '', action);
    if (!deck) throw new CodedError('deck.notFound');
    return deck;
  };

  app.get(
    '/api/v1/talks/:id/decks',
    {
      config: { needs: 'venue.view', of: 'talk', orPresenter: true },
      schema: {
        summary: 'Versions of the deck, newest first, without pages',
        params,
        response: { 200: z.object({ decks: z.array(deckSchema) }) },
      },
    },
    async (request) => {
      await access.require(request, request.params.id, 'venue.view');
      if (!talks.get(request.params.id)) throw new CodedError('talk.notFound');
      return { decks: decks.list(request.params.id) };
    },
  );

  app.get(
    '/api/v1/decks/:id',
    {
      config: { needs: 'venue.view', of: 'deck', orPresenter: true },
      schema: {
        summary: 'A deck with the pages usable so far, and notes',
        params,
        response: { 200: deckSchema },
      },
    },
    async (request, reply) => {
      const { id } = await deckOf(request, request.params.id);
      const deck = await decks.view(id);
      if (!deck) throw new CodedError('deck.notFound');
      void reply.header('cache-control', 'private, no-store');
      return deck;
    },
  );

  app.delete(
    '/api/v1/decks/:id',
    {
      config: { needs: 'deck.manage', of: 'deck' },
      schema: {
        summary: 'Delete a version; pages that were shown stay in replays',
        params,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const found = decks.get(request.params.id);
      const { person } = await staff.allowVenue(
        request,
        'deck.manage',
        found && talks.get(found.talkId)?.venueId,
        'deck.notFound',
      );
      const { id, venueId } = await deckOf(request, request.params.id, 'deck.manage');
      const { talkId, version, name } = await decks.remove(id, shownOf(desk, venueId, id));
      await staff.note(request, person, 'deck.delete', venueId, { talk: talkId, deck: id, version, name });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/decks/:id/pages/:image',
    {
      config: { needs: 'venue.view', of: 'deck', orPresenter: true },
      schema: {
        summary: 'Picture of a page, shown or not: <page>.<width>.webp',
        params: params.extend({ image: z.string() }),
        response: { 200: pictureAnswer },
      },
    },
    async (request, reply) => {
      const deck = await deckOf(request, request.params.id);
      const [, page, width, format] = imageName.exec(request.params.image) ?? [];
      if (page === undefined) throw new CodedError('notFound');
      const kind = format === 'avif' ? 'avif' : 'webp';
      const bytes = await decks.image(deck, Number(page), Number(width), kind);
      if (!bytes) throw new CodedError('notFound');
      return reply
        .type(`image/${kind}`)
        .header('cache-control', 'private, max-age=86400, immutable')
        .send(bytes);
    },
  );

  app.get(
    '/api/v1/public/courseware/:id/:form',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'Courseware that the talk lets viewers download',
        params: params.extend({ form: z.enum(['original', 'pdf']) }),
        /** Of the sitting, where not everybody may watch the talk. */
        querystring: z.object({ pass: z.string().max(512).default(openPass) }).strict(),
        response: { 200: fileAnswer },
      },
    },
    async (request, reply) => {
      const talk = talks.get(request.params.id);
      const found = talk && decks.download(talk);
      // What is not allowed looks the same as what is not there.
      if (!talk || found?.what.form !== request.params.form || !mayDownload(talk, request.query.pass))
        throw new CodedError('notFound');
      return sendFile(reply, found.path, found.what.name, request.query.pass === openPass);
    },
  );
}

async function sendFile(
  reply: FastifyReply,
  path: string,
  name: string,
  open: boolean,
): Promise<FastifyReply> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new CodedError('notFound');
  return reply
    .type(/\.pdf$/i.test(name) ? 'application/pdf' : 'application/octet-stream')
    .header('content-disposition', attachment(name))
    .header('content-length', found.size)
    .header('cache-control', open ? 'public, max-age=8' : 'private, no-store')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .send(createReadStream(path));
}
