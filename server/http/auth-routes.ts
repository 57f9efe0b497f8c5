/** Log-in and sessions under /api/v1/auth/: an allow-list of better-auth's routes, with our limits and coded errors. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CodedError, type ErrorCode } from '#contracts/errors.ts';
import { platformRoles } from '#contracts/roles.ts';
import type { Auth } from '../auth/auth.ts';
import type { Hashing } from '../auth/hashing.ts';
import type { App } from './app.ts';
import type { Clients } from './client.ts';
import type { Limits } from './limits.ts';
import type { Staff } from './staff.ts';

const prefix = '/api/v1/auth/';
const logInPath = 'sign-in/email';
/** Everything else better-auth could do (sign-up, social log-in, impersonation…) does not exist here. */
const paths = {
  GET: new Set(['get-session', 'list-sessions', 'admin/list-users']),
  POST: new Set([
    logInPath,
    'sign-out',
    'change-password',
    'revoke-session',
    'revoke-sessions',
    'revoke-other-sessions',
    'admin/create-user',
    'admin/set-role',
    'admin/set-user-password',
    'admin/remove-user',
    'admin/ban-user',
    'admin/unban-user',
    'admin/revoke-user-sessions',
  ]),
};

export const meSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  platform: z.enum(platformRoles).nullable(),
});

export type AccountOptions = {
  readonly auth: Auth;
  readonly hashing: Hashing;
  readonly limits: Limits;
  readonly clients: Clients;
  readonly staff: Staff;
};

export function registerAccounts(app: App, options: AccountOptions): void {
  const { auth, hashing, limits, clients, staff } = options;

  app.get(
    '/api/v1/me',
    { config: { needs: 'person' }, schema: { summary: 'Who is logged in', response: { 200: meSchema } } },
    (request) => staff.needPerson(request),
  );

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

/** Only what better-auth needs goes on: no header of a client can claim another address. */
function asWebRequest(request: FastifyRequest, clients: Clients): Request {
  const { scheme, host } = clients.origin(request.raw);
  const headers = new Headers({ 'x-rostrum-client': clients.address(request.raw) });
  for (const name of ['cookie', 'user-agent'] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  // The origin was checked before; one that came by a proxy under another scheme is the same one.
  headers.set('origin', `${scheme}://${host}`);
  const init: RequestInit = { method: request.method, headers };
  if (request.method === 'POST') {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(request.body ?? {});
  }
  return new Request(`${scheme}://${host}${request.url}`, init);
}

async function relay(answer: Response, reply: FastifyReply, secure: boolean): Promise<FastifyReply> {
  for (const line of answer.headers.getSetCookie())
    void reply.header('set-cookie', secure && !/;\s*secure/i.test(line) ? `${line}; Secure` : line);
  const text = await answer.text();
  if (answer.status >= 300) throw refusalOf(answer.status, text);
  return reply
    .code(answer.status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => String(payload))
    .send(text === '' ? 'null' : text);
}

/** better-auth's reasons, in our codes. A failure inside it is the database's in all cases seen. */
function refusalOf(status: number, text: string): CodedError {
  let detail: string | undefined;
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === 'string') detail = message.slice(0, 200);
  } catch {
    detail = undefined;
  }
  const code: ErrorCode =
    status === 401
      ? 'auth.required'
      : status === 403
        ? 'auth.forbidden'
        : status === 404
          ? 'notFound'
          : status === 429
            ? 'request.tooMany'
            : status >= 500
              ? 'server.unavailable'
              : 'request.invalid';
  return new CodedError(code, status >= 500 ? undefined : detail);
}
