/** The record of what the staff did. */
import { z } from 'zod';

export const auditEntrySchema = z.object({
  id: z.number(),
  /** Epoch ms. */
  at: z.number(),
  actorId: z.string(),
  actorName: z.string(),
  /** Dotted, e.g. `venue.create`. */
  action: z.string(),
  conferenceId: z.string().nullable(),
  venueId: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  /** Address of the person. */
  remote: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export const auditFilterSchema = z.object({
  /** In action, person and details. */
  q: z.string().trim().max(100).optional(),
  /** Of exactly this kind, or with a dot at the end all that begin so: `venue.`. */
  action: z.string().max(80).optional(),
  /** Id of the person. */
  actor: z.string().max(80).optional(),
  venueId: z.string().max(64).optional(),
  /** Epoch ms. */
  from: z.coerce.number().optional(),
  to: z.coerce.number().optional(),
});
export const auditQuerySchema = auditFilterSchema
  .extend({
    /** `next` of the page before. */
    cursor: z.coerce.number().int().positive().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .strict();
export const auditPageSchema = z.object({
  items: z.array(auditEntrySchema),
  next: z.string().nullable(),
  total: z.number().int(),
});
