/** The staff of a conference: who has which roles in it. */
import { z } from 'zod';
import type { MemberStore } from '#conference/member/member-store.ts';
import { mayGrant } from '#conference/member/permission.ts';
import { normalPhone } from '#contracts/account.ts';
import { CodedError } from '#contracts/errors.ts';
import { listOf, listQuerySchema } from '#contracts/listing.ts';
import type { Account } from '#contracts/people.ts';
import { addMemberSchema, type Member, memberSchema, updateMemberSchema } from '#contracts/people.ts';
import { type ConferenceRole, conferenceRoles } from '#contracts/roles.ts';
import type { AccountDirectory } from '../../account-directory.ts';
import type { Person } from '../../auth/auth.ts';
import type { App } from '../app.ts';
import { nothing } from '../described.ts';
import { matches, pageOf } from '../listing.ts';
import type { Staff } from '../staff.ts';

export type MemberRouteOptions = {
  readonly members: MemberStore;
  readonly accounts: AccountDirectory;
  readonly staff: Staff;
};

const params = z.object({ id: z.string() });
const memberParams = params.extend({ userId: z.string().max(64) });
const tags = ['people'];
type Listed = Member & { readonly id: string };
const sorts = {
  name: ({ name }: Listed) => name,
  role: ({ roles }: Listed) => conferenceRoles.findIndex((role) => roles.includes(role)),
};

export function registerMembers(app: App, { members, accounts, staff }: MemberRouteOptions): void {
  const checkGrant = (person: Person, conferenceId: string, roles: readonly ConferenceRole[]): void => {
    if (!mayGrant(staff.actions(person, conferenceId), roles))
      throw new CodedError('auth.forbidden', `roles: ${roles.join(', ')}`);
  };
  /** Throws `member.lastOrganiser`. The owner of the installation may leave a conference without one. */
  const set = (person: Person, conferenceId: string, userId: string, roles: readonly ConferenceRole[]) =>
    members.set(conferenceId, userId, (now) => {
      const others = members
        .list(conferenceId)
        .some((one) => one.userId !== userId && one.roles.includes('organiser'));
      const loses = now.includes('organiser') && !roles.includes('organiser');
      if (loses && !others && person.platform !== 'admin') throw new CodedError('member.lastOrganiser');
      return roles;
    });
  const view = (
    account: Account | undefined,
    userId: string,
    roles: readonly ConferenceRole[],
    phone: boolean,
  ) => ({
    userId,
    name: account?.name ?? '',
    email: account?.email ?? null,
    phone: phone ? (account?.phone ?? null) : null,
    banned: account?.banned ?? false,
    roles: [...roles],
  });

  app.get(
    '/api/v1/conferences/:id/members',
    {
      config: { needs: 'people.view', of: 'conference' },
      schema: {
        summary: 'The staff of a conference',
        tags,
        params,
        querystring: listQuerySchema.extend({ role: z.enum(conferenceRoles).optional() }).strict(),
        response: { 200: listOf(memberSchema) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'people.view', id);
      const phones = staff.actions(person, id).includes('people.manage');
      const { q, role } = request.query;
      const all = members.list(id).filter(({ roles }) => role === undefined || roles.includes(role));
      const known = await accounts.byIds(all.map(({ userId }) => userId));
      const listed = all.map(({ userId, roles }) => ({
        ...view(known.get(userId), userId, roles, phones),
        id: userId,
      }));
      const found = listed.filter(({ name, email, phone }) => matches(q, name, email ?? '', phone ?? ''));
      return pageOf(found, request.query, sorts, 'role');
    },
  );

  app.post(
    '/api/v1/conferences/:id/members',
    {
      config: { needs: 'people.manage', of: 'conference' },
      schema: {
        summary: 'Give roles to an account there is; others are invited',
        tags,
        params,
        body: addMemberSchema,
        response: { 201: memberSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'people.manage', id);
      const { userId, phone, email, roles } = request.body;
      checkGrant(person, id, roles);
      const account = await accounts.find(
        userId !== undefined
          ? { id: userId }
          : phone !== undefined
            ? { phone: normalPhone(phone) ?? '' }
            : { email: email ?? '' },
      );
      if (!account || account.banned) throw new CodedError('member.notFound');
      const now = await members.set(id, account.id, (own) => [...own, ...roles]);
      await staff.note(
        request,
        person,
        'member.add',
        undefined,
        { user: account.id, name: account.name, roles },
        id,
      );
      return reply.code(201).send(view(account, account.id, now, true));
    },
  );

  app.patch(
    '/api/v1/conferences/:id/members/:userId',
    {
      config: { needs: 'people.manage', of: 'conference' },
      schema: {
        summary: 'Set the roles of a member',
        tags,
        params: memberParams,
        body: updateMemberSchema,
        response: { 200: memberSchema },
      },
    },
    async (request) => {
      const { id, userId } = request.params;
      const person = await staff.allow(request, 'people.manage', id);
      const before = members.rolesOf(userId, id);
      if (before.length === 0) throw new CodedError('notFound', 'member');
      checkGrant(person, id, request.body.roles);
      const roles = await set(person, id, userId, request.body.roles);
      const account = await accounts.find({ id: userId });
      const details = { user: userId, name: account?.name, before, roles };
      await staff.note(request, person, 'member.change', undefined, details, id);
      return view(account, userId, roles, true);
    },
  );

  app.delete(
    '/api/v1/conferences/:id/members/:userId',
    {
      config: { needs: 'people.manage', of: 'conference' },
      schema: {
        summary: 'Take a person out of the staff',
        tags,
        params: memberParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, userId } = request.params;
      const person = await staff.allow(request, 'people.manage', id);
      const before = members.rolesOf(userId, id);
      if (before.length === 0) throw new CodedError('notFound', 'member');
      checkGrant(person, id, before);
      await set(person, id, userId, []);
      await staff.note(request, person, 'member.remove', undefined, { user: userId, before }, id);
      return reply.code(204).send(null);
    },
  );
}
