/** better-auth's own routes under /api/v1/auth/: an allow-list, with our limits and coded errors. */
import { z } from 'zod';
import type { Access } from '#conference/access/access.ts';
import type { Viewers } from '#conference/access/viewers.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Auth } from '../auth/auth.ts';
import type { Hashing } from '../auth/hashing.ts';
import type { App } from './app.ts';
import { asWebRequest, relay } from './auth-relay.ts';
import type { Clients } from './client.ts';
import type { Limits } from './limits.ts';

const prefix = '/api/v1/auth/';
const logInPath = 'sign-in/email';
/** Everything else better-auth could do (sign-up, social log-in, impersonation…) does not exist here; other ways have routes of ours (routes/log-in.ts, routes/outside.ts, routes/me.ts). */
const paths = {
  GET: new Set(['get-session', 'admin/list-users']),
  POST: new Set([
    logInPath,
    'sign-out',
    'change-password',
    'admin/create-user',
    'admin/set-role',
    'admin/set-user-password',
    'admin/remove-user',
    'admin/ban-user',
    'admin/unban-user',
    'admin/revoke-user-sessions',
  ]),
};

/** After these a person watches no more. */
const out = new Set(['admin/ban-user', 'admin/remove-user']);
const userSchema = z.object({ userId: z.string() });
const userOf = (body: unknown): string | undefined => userSchema.safeParse(body).data?.userId;

export type AccountOptions = {
  readonly auth: Auth;
  readonly hashing: Hashing;
  readonly limits: Limits;
  readonly clients: Clients;
  readonly access: Pick<Access, 'endPerson'>;
  readonly viewers: Pick<Viewers, 'personChanged'>;
};

export function registerAccounts(app: App, options: AccountOptions): void {
  const { auth, hashing, limits, clients, access, viewers } = options;

  app.route({
    method: ['GET', 'POST'],
    url: `${prefix}*`,
    config: { needs: 'nobody' },
    schema: { hide: true },
    handler: async (request, reply) => {
      const path = new URL(request.url, 'http://localhost').pathname.slice(prefix.length);
      const method = request.method === 'POST' ? 'POST' : 'GET';
      if (!paths[method].has(path)) throw new CodedError('notFound');
      const client = clients.key(request.raw);
      const email = path === logInPath ? checkLogIn(request.body).email : undefined;
      if (method === 'POST') await limits.change(client);
      if (email !== undefined) {
        await limits.logIn(client, email);
        if (hashing.full) throw new CodedError('request.tooMany', 'too many log-ins at once');
      }
      const answer = await auth.handle(asWebRequest(request, clients));
      if (email !== undefined && answer.ok) await limits.loggedIn(client, email);
      const userId = answer.ok && path.startsWith('admin/') ? userOf(request.body) : undefined;
      if (userId !== undefined) {
        if (out.has(path)) access.endPerson(userId);
        else viewers.personChanged(userId);
      }
      return relay(answer, reply, clients.origin(request.raw).scheme === 'https');
    },
  });
}

/** Nothing else goes on, such as a `callbackURL` to another site (FAULTS 52, 73). */
const logInSchema = z
  .object({ email: z.string().max(320), password: z.string().max(1000), rememberMe: z.boolean().optional() })
  .strict();

function checkLogIn(body: unknown): z.infer<typeof logInSchema> {
  const { success, data, error } = logInSchema.safeParse(body);
  if (success) return data;
  const [problem] = error.issues;
  throw new CodedError('request.invalid', `body.${problem?.path.join('.') ?? ''}: ${problem?.message ?? ''}`);
}
