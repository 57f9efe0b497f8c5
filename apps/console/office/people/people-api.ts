/** Routes of a conference's staff and invitations. */
import type { z } from 'zod';
import type { createInvitationSchema, Invitation, invitationMadeSchema, Member } from '#contracts/people.ts';
import type { ConferenceRole } from '#contracts/roles.ts';
import { request } from '../../api.ts';
import { ofConference } from '../office-api.ts';

type Added = { roles: ConferenceRole[] } & ({ phone: string } | { email: string });

export const peopleApi = {
  members: (conferenceId: string): string => ofConference(conferenceId, '/members'),
  add: (conferenceId: string, member: Added) =>
    request<Member>('POST', ofConference(conferenceId, '/members'), member),
  update: (conferenceId: string, userId: string, roles: ConferenceRole[]) =>
    request<Member>('PATCH', ofConference(conferenceId, `/members/${encodeURIComponent(userId)}`), { roles }),
  remove: (conferenceId: string, userId: string) =>
    request<unknown>('DELETE', ofConference(conferenceId, `/members/${encodeURIComponent(userId)}`)),
  invitations: (conferenceId: string): string => ofConference(conferenceId, '/invitations'),
  invite: (conferenceId: string, invitation: z.input<typeof createInvitationSchema>) =>
    request<z.infer<typeof invitationMadeSchema>>(
      'POST',
      ofConference(conferenceId, '/invitations'),
      invitation,
    ),
  revoke: (conferenceId: string, { id }: Invitation) =>
    request<unknown>('DELETE', ofConference(conferenceId, `/invitations/${encodeURIComponent(id)}`)),
};
