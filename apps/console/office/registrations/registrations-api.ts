/** Routes of registrations. */
import type { z } from 'zod';
import type { decidedSchema, decideSchema, registrationCountsSchema } from '#contracts/registration.ts';
import { request } from '../../api.ts';
import { ofConference } from '../office-api.ts';

/** Comes with each page of the list. */
export type Counts = z.infer<typeof registrationCountsSchema>;
type Decided = z.infer<typeof decidedSchema>;

export const decide = (conferenceId: string, decision: z.input<typeof decideSchema>): Promise<Decided> =>
  request('POST', ofConference(conferenceId, '/registrations/decide'), decision);
