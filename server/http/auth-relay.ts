/** Between fastify and better-auth: requests with only what it needs, its cookies and refusals as ours. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CodedError, type ErrorCode } from '#contracts/errors.ts';
import type { Clients } from './client.ts';

/** Only what better-auth needs goes on: no header of a client can claim another address. */
export function webHeaders(request: FastifyRequest, clients: Clients): Headers {
  const { scheme, host } = clients.origin(request.raw);
  const headers = new Headers({ 'x-rostrum-client': clients.address(request.raw) });
  for (const name of ['cookie', 'user-agent'] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  // The origin was checked before; one that came by a proxy under another scheme is the same one.
  headers.set('origin', `${scheme}://${host}`);
  return headers;
}

/** `to`: a route of better-auth instead of the one asked for, with its body. */
export function asWebRequest(
  request: FastifyRequest,
  clients: Clients,
  to?: { readonly path: string; readonly body: unknown },
): Request {
  const { scheme, host } = clients.origin(request.raw);
  const headers = webHeaders(request, clients);
  const init: RequestInit = { method: to ? 'POST' : request.method, headers };
  if (init.method === 'POST') {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify((to ? to.body : request.body) ?? {});
  }
  return new Request(`${scheme}://${host}${to ? `/api/v1/auth/${to.path}` : request.url}`, init);
}

/** `Secure` is added for whoever came by TLS: one server may be reached both ways. */
export function passCookies(lines: readonly string[], reply: FastifyReply, secure: boolean): void {
  for (const line of lines)
    void reply.header('set-cookie', secure && !/;\s*secure/i.test(line) ? `${line}; Secure` : line);
}

/** Its answer as it is. Throws its refusals in our codes. */
export async function relay(answer: Response, reply: FastifyReply, secure: boolean): Promise<FastifyReply> {
  passCookies(answer.headers.getSetCookie(), reply, secure);
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
export function refusalOf(status: number, text: string): CodedError {
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
