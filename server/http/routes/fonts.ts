/** Fonts of the installation for decks: what there is, one more, one less. */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { CodedError } from '#contracts/errors.ts';
import { fontLimits, fontSchema } from '#contracts/font.ts';
import type { FontStore } from '../../../slides/font-store.ts';
import type { App } from '../app.ts';
import { nothing } from '../described.ts';
import type { Staff } from '../staff.ts';

export type FontRouteOptions = { readonly fonts: FontStore; readonly staff: Staff };

const params = z.object({ id: z.string() });
const query = z.object({ name: z.string().min(1).max(255) }).strict();
/** Ms: longer than a request may take to arrive. */
const uploadTimeout = 60_000;

export function registerFonts(app: App, { fonts, staff }: FontRouteOptions): void {
  app.get(
    '/api/v1/fonts',
    {
      config: { needs: 'platform.manage', of: 'platform' },
      schema: {
        summary: 'Fonts given for decks, newest first',
        response: { 200: z.object({ fonts: z.array(fontSchema) }) },
      },
    },
    async (request) => {
      await staff.allowPlatform(request, 'platform.manage');
      return { fonts: fonts.list() };
    },
  );

  app.delete(
    '/api/v1/fonts/:id',
    {
      config: { needs: 'platform.manage', of: 'platform' },
      schema: {
        summary: 'Delete a font; decks that were converted with it stay as they are',
        params,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const person = await staff.allowPlatform(request, 'platform.manage');
      const font = await fonts.remove(request.params.id);
      if (!font) throw new CodedError('notFound', 'font');
      await staff.note(request, person, 'font.delete', undefined, {
        name: font.name,
        families: font.families,
      });
      return reply.code(204).send(null);
    },
  );

  // In a scope of its own: raw bytes are a body here and nowhere else.
  void app.register(async (scope) => {
    scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    (scope as unknown as App).post(
      '/api/v1/fonts',
      {
        config: { needs: 'platform.manage', of: 'platform' },
        bodyLimit: fontLimits.bytes,
        handlerTimeout: uploadTimeout,
        schema: {
          summary: 'A TTF or OTF file, as raw bytes: decks uploaded from now on may use it',
          consumes: ['application/octet-stream'],
          querystring: query,
          response: { 201: fontSchema },
        },
      },
      async (request, reply) => {
        const person = await staff.allowPlatform(request, 'platform.manage');
        if (Number(request.headers['content-length'] ?? 0) > fontLimits.bytes)
          throw new CodedError('request.tooLarge', `a font is at most ${fontLimits.bytes} bytes`);
        if (!request.body) throw new CodedError('request.unsupportedType', 'application/octet-stream');
        const font = await fonts.add(request.query.name, request.body as Readable);
        await staff.note(request, person, 'font.add', undefined, {
          name: font.name,
          families: font.families,
        });
        return reply.code(201).send(font);
      },
    );
  });
}
