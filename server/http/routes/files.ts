/** Pictures and videos of a conference: uploaded by its staff, shown to everyone. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { ConferenceFiles } from '#conference/file/conference-files.ts';
import { fileLimits } from '#conference/file/file-store.ts';
import { CodedError } from '#contracts/errors.ts';
import type { App } from '../app.ts';
import { byteRange } from '../byte-range.ts';
import { fileAnswer } from '../described.ts';
import type { Staff } from '../staff.ts';

/** Ms: longer than a request may take to arrive. */
const uploadTimeout = 120_000;
const kinds = [/^image\//, /^video\//, 'application/octet-stream'];

export function registerFiles(
  app: App,
  { files, staff }: { readonly files: ConferenceFiles; readonly staff: Staff },
): void {
  // In a scope of its own: raw bytes are a body here and nowhere else.
  void app.register(async (scope) => {
    for (const kind of kinds)
      scope.addContentTypeParser(kind, (_request, payload, done) => done(null, payload));
    (scope as unknown as App).post(
      '/api/v1/conferences/:id/files',
      {
        config: { needs: 'conference.edit', of: 'conference' },
        bodyLimit: fileLimits.videoBytes,
        handlerTimeout: uploadTimeout,
        schema: {
          summary: 'Upload a picture (kept as WebP of at most 2560 pixels) or an MP4, as the raw body',
          tags: ['conferences'],
          consumes: ['image/*', 'video/mp4', 'application/octet-stream'],
          params: z.object({ id: z.string() }),
          querystring: z.object({
            /** As it is called where it came from; for the record only. */
            name: z.string().max(300).optional(),
          }),
          response: { 201: z.object({ path: z.string() }) },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const person = await staff.allow(request, 'conference.edit', id);
        if (Number(request.headers['content-length'] ?? 0) > fileLimits.videoBytes)
          throw new CodedError('request.tooLarge', `a file has at most ${fileLimits.videoBytes} bytes`);
        if (!request.body) throw new CodedError('request.unsupportedType', 'a picture or video/mp4');
        const file = await files.add(id, request.body as Readable);
        await staff.note(request, person, 'file.upload', undefined, { file, name: request.query.name }, id);
        return reply.code(201).send({ path: `/files/${file}` });
      },
    );
  });

  app.get(
    '/files/:name',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'A picture or video of a conference',
        tags: ['public'],
        params: z.object({ name: z.string().max(120) }),
        response: { 200: fileAnswer },
      },
    },
    async (request, reply) => {
      const found = await files.find(request.params.name);
      if (!found) throw new CodedError('notFound');
      const range = byteRange(request.headers.range, found.bytes);
      void reply
        .type(found.type)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('accept-ranges', 'bytes')
        .header('content-security-policy', "default-src 'none'; sandbox")
        // Shown in conference pages that others embed.
        .header('cross-origin-resource-policy', 'cross-origin');
      if (range === 'outside')
        return reply
          .code(416 as never)
          .header('content-range', `bytes */${found.bytes}`)
          .send(null as never);
      if (!range) return reply.header('content-length', found.bytes).send(createReadStream(found.path));
      const { from, to } = range;
      return reply
        .code(206 as never)
        .header('content-range', `bytes ${from}-${to}/${found.bytes}`)
        .header('content-length', to - from + 1)
        .send(createReadStream(found.path, { start: from, end: to }));
    },
  );
}
