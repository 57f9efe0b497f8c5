/** The console's side of the API for tests and benches: logs in once, then asks with the session's cookie. */
import type { Venue, VenueSettings } from '#contracts/venue.ts';
import type { DemoInfo } from './demo-process.ts';

export type Api = {
  /** Rejects with method, path, status and body when the answer is not 2xx. */
  request<T>(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
  createVenue(settings: Partial<VenueSettings> & { title: string }): Promise<Venue>;
};

export async function logIn(info: Pick<DemoInfo, 'apiBase' | 'adminEmail' | 'adminPassword'>): Promise<Api> {
  const origin = new URL(info.apiBase).origin;
  const headers = { 'content-type': 'application/json', origin };
  const answer = await fetch(`${info.apiBase}/auth/sign-in/email`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email: info.adminEmail, password: info.adminPassword }),
  });
  if (!answer.ok) throw new Error(`log-in: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const request = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const reply = await fetch(`${info.apiBase}${path}`, {
      method,
      headers: body === undefined && method === 'GET' ? { cookie, origin } : { ...headers, cookie },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  return { request, createVenue: (settings) => request('POST', '/venues', settings) };
}
