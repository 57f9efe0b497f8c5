/** Fills a new demo with its congress, by the API as a committee would: settings, venues, programme, who may watch. */
import type { ThingRules } from '#contracts/access.ts';
import type { Session } from '#contracts/conference.ts';
import type { Venue } from '#contracts/venue.ts';
import {
  type DemoCongressSession,
  demoDelegates,
  demoPriceFen,
  demoSettings,
  demoSlug,
  mainHall,
  parallelVenues,
} from './demo-congress.ts';

export type DemoSeedOptions = {
  /** `http://host:port/api/v1`. */
  readonly apiBase: string;
  readonly email: string;
  readonly password: string;
  /** The venue the lecture is pushed to; its conference becomes the congress. */
  readonly venueId: string;
  readonly now: number;
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Of `timeZone` in demo-congress.ts, which has no summer time. */
const zoneMs = 8 * 60 * minuteMs;
/** The first session begins at the last full five minutes. */
const roundMs = 5 * minuteMs;

/** Rejects with the first answer that is not 2xx: nothing of a demo is worth a half-filled congress. */
export async function seedDemo(options: DemoSeedOptions): Promise<void> {
  const ask = await logIn(options);
  const midnight = Math.floor((options.now + zoneMs) / dayMs) * dayMs - zoneMs;
  const date = (day: number) => new Date(midnight + zoneMs + day * dayMs).toISOString().slice(0, 10);
  const { conferenceId } = await ask<Venue>('GET', `/venues/${options.venueId}`);
  const path = `/conferences/${conferenceId}`;
  await ask('PATCH', path, { ...demoSettings, slug: demoSlug, startDate: date(0), endDate: date(1) });

  const venues = [options.venueId];
  await ask('PATCH', `/venues/${options.venueId}`, { title: mainHall.title });
  for (const { title } of parallelVenues)
    venues.push((await ask<Venue>('POST', '/venues', { title, conferenceId, autoLive: true })).id);
  for (const [index, { sessions }] of [mainHall, ...parallelVenues].entries()) {
    for (const session of sessions) {
      const start =
        session.start === undefined
          ? Math.floor(options.now / roundMs) * roundMs
          : midnight + session.day * dayMs + session.start * minuteMs;
      await addSession(ask, path, venues[index] ?? '', session, start);
    }
  }

  const [, delegates = '', paid = ''] = venues;
  const { id: list } = await ask<{ id: string }>('POST', `${path}/delegate-lists`, { name: '正式代表' });
  for (const delegate of demoDelegates)
    await ask('POST', `${path}/delegate-lists/${list}/delegates`, delegate);
  await ask('PUT', `/access/venue/${delegates}`, {
    live: { join: 'any', conditions: [{ kind: 'delegate', lists: [list] }], previewMinutes: 5 },
    replay: { join: 'any', conditions: [{ kind: 'delegate', lists: [list] }], previewMinutes: 0 },
  } satisfies ThingRules);
  await ask('PUT', `/access/venue/${paid}`, {
    live: { join: 'any', conditions: [{ kind: 'paid', fen: demoPriceFen }], previewMinutes: 3 },
    replay: { join: 'any', conditions: [{ kind: 'paid', fen: demoPriceFen }], previewMinutes: 0 },
  } satisfies ThingRules);
  for (const state of ['published', 'running']) await ask('PATCH', path, { state });
}

type Ask = <T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: object) => Promise<T>;

async function addSession(
  ask: Ask,
  path: string,
  venueId: string,
  { title, chairs, talks }: DemoCongressSession,
  start: number,
): Promise<void> {
  const plannedMinutes = talks.reduce((sum, { minutes }) => sum + minutes, 0);
  const session = { venueId, title, chairs, plannedStart: start, plannedMinutes };
  const { id: sessionId } = await ask<Session>('POST', `${path}/sessions`, session);
  let plannedStart = start;
  for (const { minutes, ...talk } of talks) {
    await ask('POST', `/venues/${venueId}/talks`, {
      ...talk,
      ...{ sessionId, plannedStart, plannedMinutes: minutes },
    });
    plannedStart += minutes * minuteMs;
  }
}

async function logIn({ apiBase, email, password }: DemoSeedOptions): Promise<Ask> {
  let cookie = '';
  const headers = () => ({ 'content-type': 'application/json', cookie });
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const init = body
      ? { method, headers: headers(), body: JSON.stringify(body) }
      : { method, headers: headers() };
    const answer = await fetch(apiBase + path, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
    const set = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
    if (set.length > 0) cookie = set.join('; ');
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  await ask('POST', '/auth/sign-in/email', { email, password });
  return ask;
}
