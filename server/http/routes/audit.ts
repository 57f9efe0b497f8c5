/** What the staff did, newest first. */
import { z } from 'zod';
import type { AuditLog } from '../../audit.ts';
import type { App } from '../app.ts';
import type { Staff } from '../staff.ts';

const entrySchema = z.object({
  id: z.number(),
  /** Epoch ms. */
  at: z.number(),
  actorId: z.string(),
  actorName: z.string(),
  action: z.string(),
  venueId: z.string().nullable(),
  conferenceId: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  remote: z.string(),
});
const query = z
  .object({
    /** The `next` of the page before. */
    before: z.coerce.number().int().positive().optional(),
    venueId: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .strict();

export function registerAudit(app: App, { audit, staff }: { audit: AuditLog; staff: Staff }): void {
  app.get(
    '/api/v1/audit',
    {
      config: { needs: 'platform.manage', of: 'platform' },
      schema: {
        summary: 'What the staff did, in all conferences',
        querystring: query,
        response: { 200: z.object({ entries: z.array(entrySchema), next: z.number().nullable() }) },
      },
    },
    async (request) => {
      await staff.allowPlatform(request, 'platform.manage');
      const entries = await audit.read(request.query);
      return { entries, next: entries.length === request.query.limit ? (entries.at(-1)?.id ?? null) : null };
    },
  );
}
