/** The programme as pages follow it: whole, or what changed, held until something does. The same bytes for everyone. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ConferenceRecord } from '#conference/conference/conference.ts';
import type { ProgrammeFeed } from '#conference/programme/feed.ts';
import type { Rendered } from '#conference/programme/feed-state.ts';
import { programmeSchema } from '#contracts/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import type { App } from '../app.ts';
import type { Staff } from '../staff.ts';

export type PublicProgrammeOptions = {
  readonly conferences: { bySlug(slug: string): ConferenceRecord | undefined };
  readonly feed: ProgrammeFeed;
  readonly staff: Staff;
};

const params = z.object({ slug: z.string() });
/** `venues`: without talks and sessions, for pages that only ask which venues are on. */
const partQuery = z.object({ part: z.enum(['venues']).optional() });
const afterQuery = z.object({ after: z.coerce.number().int().min(0) });

/** A draft is there for its staff only; to others it looks like none. */
export async function needPublicConference(
  request: FastifyRequest,
  slug: string,
  { conferences, staff }: Pick<PublicProgrammeOptions, 'conferences' | 'staff'>,
): Promise<ConferenceRecord> {
  const conference = conferences.bySlug(slug);
  if (!conference) throw new CodedError('notFound', 'conference');
  if (conference.state === 'draft')
    await staff.allow(request, 'conference.view', conference.id).catch((error: unknown) => {
      throw error instanceof CodedError && error.status < 500
        ? new CodedError('notFound', 'conference')
        : error;
    });
  return conference;
}

export function registerPublicProgramme(app: App, options: PublicProgrammeOptions): void {
  const { feed } = options;

  app.get(
    '/api/v1/public/conferences/:slug/programme',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'The whole programme, or its venues alone',
        params,
        querystring: partQuery,
        response: { 200: programmeSchema },
      },
    },
    async (request, reply) => {
      const conference = await needPublicConference(request, request.params.slug, options);
      const cache = conference.state === 'draft' ? 'private, no-store' : 'public, max-age=1';
      const { id } = conference;
      const rendered = request.query.part === 'venues' ? feed.venues(id) : feed.whole(id);
      return send(request, reply, rendered, cache) as never;
    },
  );

  app.get(
    '/api/v1/public/conferences/:slug/programme/changes',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'What is newer than a revision; held up to 10 s until something is',
        params,
        querystring: afterQuery,
        response: { 200: programmeSchema },
      },
    },
    async (request, reply) => {
      const conference = await needPublicConference(request, request.params.slug, options);
      const { after } = request.query;
      const left = new AbortController();
      const leave = (): void => left.abort();
      reply.raw.once('close', leave);
      try {
        const rendered = await feed.changes(conference.id, after, left.signal);
        // Only what says something may be kept: "nothing new" from a cache would be asked for again at once.
        const news = rendered.rev !== after && conference.state !== 'draft';
        return (await send(request, reply, rendered, news ? 'public, max-age=1' : 'no-store')) as never;
      } finally {
        reply.raw.removeListener('close', leave);
      }
    },
  );
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  rendered: Rendered,
  cache: string,
): Promise<FastifyReply> {
  void reply
    .type('application/json; charset=utf-8')
    .header('cache-control', cache)
    .header('vary', 'accept-encoding');
  if (rendered.body.length < 1000 || !/\bgzip\b/.test(request.headers['accept-encoding'] ?? ''))
    return reply.send(rendered.body);
  return reply.header('content-encoding', 'gzip').send(await rendered.gzip());
}
