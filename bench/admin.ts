/** The desk of a demo server, for benches: logs in and makes venues. */
import type { Venue, VenueSettings } from '#contracts/venue.ts';
import type { DemoInfo } from '#tests/harness/demo-process.ts';

export type Admin = {
  /** Live by itself at the first push. */
  createVenue(title: string, settings?: Partial<VenueSettings>): Promise<Venue>;
  updateVenue(id: string, settings: Partial<VenueSettings>): Promise<void>;
};

export async function logIn(info: DemoInfo): Promise<Admin> {
  const { origin } = new URL(info.apiBase);
  const ask = async (method: string, path: string, body: unknown, cookie = ''): Promise<Response> => {
    const answer = await fetch(`${info.apiBase}${path}`, {
      method,
      headers: { 'content-type': 'application/json', origin, cookie },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const answer = await ask('POST', '/auth/sign-in/email', {
    email: info.adminEmail,
    password: info.adminPassword,
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return {
    createVenue: async (title, settings = {}) =>
      (await (await ask('POST', '/venues', { title, autoLive: true, ...settings }, cookie)).json()) as Venue,
    updateVenue: async (id, settings) => {
      await ask('PATCH', `/venues/${id}`, settings, cookie);
    },
  };
}
