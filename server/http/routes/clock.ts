/** The timeline's clock for pages: they measure their own clock's offset to it (DESIGN section 5). */
import { z } from 'zod';
import { CodedError } from '#contracts/errors.ts';
import type { LiveDesk } from '../../live-port.ts';
import type { App } from '../app.ts';

export function registerClock(app: App, { desk }: { readonly desk: LiveDesk }): void {
  app.get(
    '/api/v1/clock',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: "Epoch ms of a venue's timeline, or of this machine",
        querystring: z.object({ venue: z.string().max(128).optional() }),
        response: { 200: z.object({ now: z.number() }) },
      },
    },
    async (request, reply) => {
      const { venue } = request.query;
      const events = venue === undefined ? undefined : desk.events(venue);
      if (venue !== undefined && !events) throw new CodedError('venue.notFound');
      void reply.header('cache-control', 'no-store').header('access-control-allow-origin', '*');
      return { now: events?.now() ?? Date.now() };
    },
  );
}
