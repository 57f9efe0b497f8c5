/** 预约: an SMS 15 minutes before a talk, or before the conference begins. */
import { z } from 'zod';

/** `GET|POST|DELETE /api/v1/public/conferences/<slug>/reminder`; `talkId` null: the start of the conference. */
export const reminderInputSchema = z.object({ talkId: z.string().min(1).max(64).nullable() }).strict();
export const remindersSchema = z.object({
  /** The confirmed phone it goes to, `138****1234`; null: there is none yet. */
  phone: z.string().nullable(),
  reminders: z.array(
    z.object({
      talkId: z.string().nullable(),
      /** When what was asked for begins as planned now; null: not planned by the clock. */
      start: z.number().nullable(),
      sentAt: z.number().nullable(),
    }),
  ),
});
