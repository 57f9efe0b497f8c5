/** Accounts of the installation, for its owner: search, roles, bans, new ones. */
import { z } from 'zod';
import { listOf, listQuerySchema } from '#contracts/listing.ts';
import { type Account, accountSchema, createAccountSchema, updateAccountSchema } from '#contracts/people.ts';
import { platformRoles } from '#contracts/roles.ts';
import type { AccountDirectory } from '../../account-directory.ts';
import type { Hashing } from '../../auth/hashing.ts';
import type { App } from '../app.ts';
import type { Staff } from '../staff.ts';

export type UserRouteOptions = {
  readonly accounts: AccountDirectory;
  readonly hashing: Hashing;
  readonly staff: Staff;
  /** Someone was banned, or has another platform role: what they watch by it ends or is asked for again. */
  readonly onChanged: (account: Account) => void;
};

const tags = ['platform'];
const config = { needs: 'platform.manage', of: 'platform' } as const;

export function registerUsers(app: App, { accounts, hashing, staff, onChanged }: UserRouteOptions): void {
  app.get(
    '/api/v1/users',
    {
      config,
      schema: {
        summary: 'Accounts, searched by name, e-mail or phone',
        tags,
        querystring: listQuerySchema.extend({ platform: z.enum(platformRoles).optional() }).strict(),
        response: { 200: listOf(accountSchema) },
      },
    },
    async (request) => {
      await staff.allowPlatform(request, 'platform.manage');
      return accounts.list(request.query, request.query.platform);
    },
  );

  app.post(
    '/api/v1/users',
    {
      config,
      schema: {
        summary: 'Make an account with a password',
        tags,
        body: createAccountSchema,
        response: { 201: accountSchema },
      },
    },
    async (request, reply) => {
      const person = await staff.allowPlatform(request, 'platform.manage');
      const { name, email, password, platform } = request.body;
      const passwordHash = await hashing.hash(password);
      const account = await accounts.create({ name, email, platform, passwordHash });
      await staff.note(request, person, 'account.create', undefined, { user: account.id, email, platform });
      return reply.code(201).send(account);
    },
  );

  app.patch(
    '/api/v1/users/:id',
    {
      config,
      schema: {
        summary: 'Platform role, or a ban: it ends all sessions',
        tags,
        params: z.object({ id: z.string().max(64) }),
        body: updateAccountSchema,
        response: { 200: accountSchema },
      },
    },
    async (request) => {
      const person = await staff.allowPlatform(request, 'platform.manage');
      const account = await accounts.change(request.params.id, request.body, person.id);
      onChanged(account);
      await staff.note(request, person, 'account.change', undefined, { user: account.id, ...request.body });
      return account;
    },
  );
}
