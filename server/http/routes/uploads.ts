/** Resumable uploads of decks: announced, filled by chunks at their offset, completed into a version of the talk's deck. */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Decks } from '#conference/deck/decks.ts';
import { mostChunkBytes } from '#conference/deck/upload-rules.ts';
import { createUploadSchema, deckSchema, uploadSchema } from '#contracts/deck.ts';
import { CodedError } from '#contracts/errors.ts';
import type { App } from '../app.ts';
import type { Clients } from '../client.ts';
import { nothing } from '../described.ts';
import type { Limits } from '../limits.ts';
import type { TalkAccess } from '../talk-access.ts';
import { emptyBody } from './venues.ts';

export type UploadRouteOptions = {
  readonly decks: Decks;
  readonly talks: { get(id: string): { readonly id: string; readonly venueId: string } | undefined };
  readonly access: TalkAccess;
  readonly limits: Limits;
  readonly clients: Clients;
};

const talkParams = z.object({ id: z.string() });
const uploadParams = z.object({ uid: z.string() });
const fileParams = uploadParams.extend({ k: z.coerce.number().int().min(0) });
const offsetQuery = z.object({ offset: z.coerce.number().int().min(0) });
/** Ms: longer than a request may take to arrive. */
const chunkTimeout = 60_000;

export function registerUploads(
  app: App,
  { decks, talks, access, limits, clients }: UploadRouteOptions,
): void {
  /** FAULTS 68: another talk's upload looks the same as none. */
  const uploadOf = async (request: Parameters<TalkAccess['require']>[0], uid: string) => {
    const talkId = decks.talkOfUpload(uid);
    const by = await access.require(request, talkId ?? '', 'deck.manage');
    const talk = talkId === undefined ? undefined : talks.get(talkId);
    if (!talk) throw new CodedError('notFound', 'upload');
    return { by, talk };
  };

  app.post(
    '/api/v1/talks/:id/uploads',
    {
      config: { needs: 'deck.manage', of: 'talk', orPresenter: true, ownLimit: true },
      // A thousand pictures with long names.
      bodyLimit: 512 * 1024,
      schema: {
        summary: 'Announce an upload',
        params: talkParams,
        body: createUploadSchema,
        response: { 201: uploadSchema },
      },
    },
    async (request, reply) => {
      await limits.change(clients.key(request.raw));
      await access.require(request, request.params.id, 'deck.manage');
      const talk = talks.get(request.params.id);
      if (!talk) throw new CodedError('talk.notFound');
      return reply.code(201).send(await decks.startUpload(talk, request.body.files));
    },
  );

  app.get(
    '/api/v1/uploads/:uid',
    {
      config: { needs: 'deck.manage', of: 'upload', orPresenter: true },
      schema: { summary: 'What was received', params: uploadParams, response: { 200: uploadSchema } },
    },
    async (request) => {
      await uploadOf(request, request.params.uid);
      const upload = decks.uploads.get(request.params.uid);
      if (!upload) throw new CodedError('notFound', 'upload');
      return upload;
    },
  );

  app.delete(
    '/api/v1/uploads/:uid',
    {
      config: { needs: 'deck.manage', of: 'upload', orPresenter: true },
      schema: { summary: 'Give an upload up', params: uploadParams, response: { 204: nothing } },
    },
    async (request, reply) => {
      await uploadOf(request, request.params.uid);
      await decks.uploads.remove(request.params.uid);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/uploads/:uid/complete',
    {
      config: { needs: 'deck.manage', of: 'upload', orPresenter: true, ownLimit: true },
      schema: {
        summary: 'Make it the next version of the deck',
        params: uploadParams,
        body: emptyBody,
        response: { 201: deckSchema },
      },
    },
    async (request, reply) => {
      await limits.change(clients.key(request.raw));
      const { by, talk } = await uploadOf(request, request.params.uid);
      const deck = await decks.complete(request.params.uid, talk.venueId);
      const { id, version, name, bytes } = deck;
      await access.note(request, by, 'deck.upload', talk.venueId, {
        talk: talk.id,
        deck: id,
        version,
        name,
        bytes,
      });
      return reply.code(201).send(deck);
    },
  );

  // In a scope of its own: raw bytes are a body here and nowhere else.
  void app.register(async (scope) => {
    scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    (scope as unknown as App).put(
      '/api/v1/uploads/:uid/files/:k',
      {
        config: { needs: 'deck.manage', of: 'upload', orPresenter: true, ownLimit: true },
        bodyLimit: mostChunkBytes,
        handlerTimeout: chunkTimeout,
        schema: {
          summary: 'A chunk: raw bytes that go on at the offset',
          consumes: ['application/octet-stream'],
          params: fileParams,
          querystring: offsetQuery,
          response: { 200: uploadSchema },
        },
      },
      async (request) => {
        await limits.chunk(clients.key(request.raw));
        const { uid, k } = request.params;
        await uploadOf(request, uid);
        if (Number(request.headers['content-length'] ?? 0) > mostChunkBytes)
          throw new CodedError('request.tooLarge', `a chunk is at most ${mostChunkBytes} bytes`);
        if (!request.body) throw new CodedError('request.unsupportedType', 'application/octet-stream');
        return decks.uploads.write(uid, k, request.query.offset, request.body as Readable);
      },
    );
  });
}
