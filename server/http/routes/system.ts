/** How the machine does, for the staff; and `/healthz` for whoever restarts us. */
import { z } from 'zod';
import { systemStatusSchema } from '#contracts/venue.ts';
import type { Database } from '../../db/database.ts';
import type { LiveDesk } from '../../live-port.ts';
import type { App } from '../app.ts';
import type { Staff } from '../staff.ts';

export type SystemOptions = {
  readonly database: Database;
  readonly desk: LiveDesk;
  readonly staff: Staff;
  readonly version: string;
};

export function registerSystem(app: App, { database, desk, staff, version }: SystemOptions): void {
  const startedAt = Date.now();
  const state = async (): Promise<'up' | 'down'> => ((await database.isUp()) ? 'up' : 'down');

  app.get(
    '/api/v1/system',
    {
      config: { needs: 'system.view', of: 'platform' },
      schema: { summary: 'Version, database, disk', response: { 200: systemStatusSchema } },
    },
    async (request) => {
      await staff.allowPlatform(request, 'system.view');
      return { version, startedAt, database: await state(), disk: desk.disk() };
    },
  );

  // 200 also without the database: viewers are served, a restart would only harm them (FAULTS 89).
  app.get(
    '/healthz',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'Alive',
        response: { 200: z.object({ ok: z.boolean(), database: z.enum(['up', 'down']) }) },
      },
    },
    async (_request, reply) => {
      void reply.header('cache-control', 'no-store');
      return { ok: true, database: await state() };
    },
  );
}
