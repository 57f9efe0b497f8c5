/** Invitations to the staff: secret links that organisers make, what they show, and accepting them. */
import { z } from 'zod';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import { invitationView } from '#conference/invitation/invitation.ts';
import type { Invitations } from '#conference/invitation/invitations.ts';
import { mayGrant } from '#conference/member/permission.ts';
import { normalPhone } from '#contracts/account.ts';
import { CodedError } from '#contracts/errors.ts';
import {
  createInvitationSchema,
  invitationAcceptedSchema,
  invitationLookSchema,
  invitationMadeSchema,
  invitationSchema,
  invitationTokenSchema,
} from '#contracts/people.ts';
import type { InvitationSender } from '../../messages/invitation-sender.ts';
import type { Addresses } from '../addresses.ts';
import type { App } from '../app.ts';
import type { Clients } from '../client.ts';
import { nothing } from '../described.ts';
import type { Limits } from '../limits.ts';
import type { Staff } from '../staff.ts';

export type InvitationRouteOptions = {
  readonly conferences: ConferenceStore;
  readonly invitations: Invitations;
  readonly sendInvitation: InvitationSender;
  readonly addresses: Addresses;
  readonly staff: Staff;
  readonly limits: Limits;
  readonly clients: Clients;
};

const params = z.object({ id: z.string() });
const tags = ['people'];

export function registerInvitations(app: App, options: InvitationRouteOptions): void {
  const { conferences, invitations, sendInvitation, addresses, staff, limits, clients } = options;

  app.get(
    '/api/v1/conferences/:id/invitations',
    {
      config: { needs: 'people.view', of: 'conference' },
      schema: {
        summary: 'Invitations, newest first',
        tags,
        params,
        response: {
          200: z.object({ items: z.array(invitationSchema), next: z.null(), total: z.number().int() }),
        },
      },
    },
    async (request) => {
      await staff.allow(request, 'people.view', request.params.id);
      const now = Date.now();
      const rows = await invitations.list(request.params.id);
      return { items: rows.map((row) => invitationView(row, now)), next: null, total: rows.length };
    },
  );

  app.post(
    '/api/v1/conferences/:id/invitations',
    {
      config: { needs: 'people.manage', of: 'conference' },
      schema: {
        summary: 'Invite by link, phone or e-mail; the link is told only now',
        tags,
        params,
        body: createInvitationSchema,
        response: { 201: invitationMadeSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'people.manage', id);
      const { roles, to, note, uses, days } = request.body;
      if (!mayGrant(staff.actions(person, id), roles))
        throw new CodedError('auth.forbidden', `roles: ${roles.join(', ')}`);
      const address = to === null ? null : 'email' in to ? to.email : normalPhone(to.phone);
      if (address === undefined)
        throw new CodedError('request.invalid', 'body.to.phone: must be a phone number');
      const createdBy = person.name || person.email || '';
      const made = await invitations.create({
        conferenceId: id,
        roles,
        to: address,
        note,
        uses,
        days,
        createdBy,
      });
      const url = addresses.page(`/join#${made.token}`, request.raw);
      const invitation = invitationView(made.row, Date.now());
      await staff.note(
        request,
        person,
        'invitation.create',
        undefined,
        { invitation: invitation.id, roles, to: invitation.to, uses, days },
        id,
      );
      const { titleZh } = conferences.need(id).settings;
      const sent =
        to === null || address === null
          ? null
          : await sendInvitation({
              to: 'email' in to ? { email: address } : { phone: address },
              ...{ conference: titleZh, roles, url, by: createdBy },
            }).then(
              () => true,
              (error: unknown) => {
                // The link is there: it can be handed on, and the page says that the message did not leave.
                request.log.warn({ err: error, invitation: invitation.id }, 'invitation not sent');
                return false;
              },
            );
      return reply.code(201).header('cache-control', 'no-store').send({ invitation, url, sent });
    },
  );

  app.delete(
    '/api/v1/conferences/:id/invitations/:iid',
    {
      config: { needs: 'people.manage', of: 'conference' },
      schema: {
        summary: 'Revoke an invitation; who has accepted it stays',
        tags,
        params: params.extend({ iid: z.string().max(64) }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, iid } = request.params;
      const person = await staff.allow(request, 'people.manage', id);
      const row = await invitations.revoke(id, iid);
      if (!row) throw new CodedError('notFound', 'invitation');
      await staff.note(request, person, 'invitation.revoke', undefined, { invitation: iid }, id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/invitations/look',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'What an invitation is for, before the log-in',
        tags,
        body: invitationTokenSchema,
        response: { 200: invitationLookSchema },
      },
    },
    async (request, reply) => {
      await limits.openLink(clients.key(request.raw));
      const row = await invitations.look(request.body.token);
      const { id, slug, settings } = conferences.need(row.conferenceId);
      const { titleZh, titleEn } = settings;
      void reply.header('cache-control', 'no-store');
      return {
        conference: { id, slug, titleZh, titleEn },
        roles: row.roles,
        by: row.createdBy,
        expiresAt: row.expiresAt.getTime(),
      };
    },
  );

  app.post(
    '/api/v1/invitations/accept',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Accept an invitation with the account that is logged in',
        tags,
        body: invitationTokenSchema,
        response: { 200: invitationAcceptedSchema },
      },
    },
    async (request) => {
      await limits.openLink(clients.key(request.raw));
      const person = await staff.needPerson(request);
      const { row, roles } = await invitations.accept(request.body.token, person.id);
      const details = { invitation: row.id, roles: row.roles };
      await staff.note(request, person, 'invitation.accept', undefined, details, row.conferenceId);
      return { conferenceId: row.conferenceId, roles: [...roles] };
    },
  );
}
