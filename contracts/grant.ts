/** What people may watch because it was paid or given. Orders will make grants too, once there is payment. */
import { z } from 'zod';
import { thingSchema } from './access.ts';
import { listQuerySchema } from './listing.ts';

/** `POST …/grants`: to accounts, or to phones, also of people who have no account yet. `fen`: paid outside by each; 0: given. */
export const createGrantsSchema = z
  .object({
    userId: z.string().min(1).max(64).optional(),
    userIds: z.array(z.string().min(1).max(64)).max(5000).default([]),
    phones: z.array(z.string().max(30)).max(5000).default([]),
    thing: thingSchema,
    fen: z.number().int().min(0).max(10_000_000).default(0),
    note: z.string().trim().max(200).default(''),
  })
  .strict();
export const grantSchema = z.object({
  id: z.string(),
  /** Null: by phone, of somebody without an account so far. */
  userId: z.string().nullable(),
  name: z.string(),
  /** `138****1234`, or ''. */
  phone: z.string(),
  thing: thingSchema,
  fen: z.number().int(),
  note: z.string(),
  source: z.enum(['staff', 'order']),
  createdAt: z.number(),
  createdBy: z.string(),
  revokedAt: z.number().nullable(),
});
export type Grant = z.infer<typeof grantSchema>;
export const grantQuerySchema = listQuerySchema.extend({ revoked: z.enum(['yes', 'no']).optional() });
export const grantsMadeSchema = z.object({
  made: z.number().int(),
  /** They had it already. */
  same: z.number().int(),
  /** Not phone numbers, or accounts there are not. */
  refused: z.array(z.string()),
});
