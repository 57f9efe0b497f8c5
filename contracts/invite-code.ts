/** Invite codes: made in batches, each lets a number of people in. */
import { z } from 'zod';
import { codeBatchInputSchema } from './access.ts';

/** `GET|POST …/code-batches`, `GET …/code-batches/<bid>/codes.csv`, `DELETE …/code-batches/<bid>`: its people are out within 10 s. */
export const codeBatchSchema = codeBatchInputSchema.extend({
  id: z.string(),
  /** Times a code of it was used. */
  used: z.number().int(),
  /** Codes used at least once. */
  opened: z.number().int(),
  createdAt: z.number(),
  createdBy: z.string(),
  /** Epoch ms; null: in force. */
  revokedAt: z.number().nullable(),
});
export type CodeBatch = z.infer<typeof codeBatchSchema>;

/** `POST /api/v1/public/conferences/<slug>/code`: spaces, hyphens and small letters are forgiven. */
export const redeemCodeSchema = z.object({ code: z.string().trim().min(4).max(40) }).strict();
export const redeemedSchema = z.object({
  batch: z.object({ id: z.string(), name: z.string() }),
  /** This person had used a code of it before. */
  again: z.boolean(),
});
