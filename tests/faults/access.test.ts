import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { openPass, passKey, sealPass } from '#conference/access/pass.ts';
import type { Condition, Rule } from '#contracts/access.ts';
import { socketClose } from '#contracts/socket.ts';
import { AccessRig, type Watcher } from '#tests/harness/access-rig.ts';
import { until } from '#tests/harness/until.ts';

let rig: AccessRig;
const rule = (...conditions: Condition[]): Rule => ({ join: 'any', conditions, previewMinutes: 0 });
const delegates = rule({ kind: 'delegate', lists: [] });
const listed = { lists: new Set(['L1']) };

beforeAll(async () => {
  rig = await AccessRig.start();
}, 180_000);
afterAll(() => rig?.close());
beforeEach(() => rig.openAll());

/** Ms until it is true. */
async function soon(what: string, condition: () => Promise<boolean>): Promise<number> {
  const began = performance.now();
  await until(async () => ((await condition()) ? true : undefined), { seconds: 20, what });
  return performance.now() - began;
}

async function follow(pass: string): Promise<{ ws: WebSocket; closed: Promise<number> }> {
  const ws = new WebSocket(`${rig.origin.replace('http', 'ws')}/api/v1/socket`, { origin: rig.origin });
  const closed = new Promise<number>((resolve) => ws.once('close', resolve));
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  const { events } = (await rig.now(pass)) ?? {};
  const { rev = 1, next = 0 } = events?.hall ?? {};
  ws.send(
    JSON.stringify({
      type: 'subscribe',
      venue: rig.venue.id,
      pass,
      streams: [{ stream: 'hall', rev, n: next }],
    }),
  );
  return { ws, closed };
}

/** A request for the playlist after the next part: held for a while. */
async function hold(pass: string): Promise<Response> {
  const text = await (await rig.media(pass, rig.source('live.m3u8'))).text();
  const msn = Number(/EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]) + (text.match(/#EXTINF/g)?.length ?? 0);
  return rig.media(pass, rig.source(`live.m3u8?_HLS_msn=${msn + 1}`));
}

describe('who gets a pass', () => {
  it('an open venue needs none: everybody reads it as public, and so do people who are logged in', async () => {
    expect(await rig.stranger().sit()).toMatchObject({
      pass: 'public',
      until: null,
      live: { allowed: true },
    });
    const person = await rig.person(listed);
    expect((await person.device('a').sit()).pass).toBe('public');
  });

  it('a venue for delegates gives them a pass, the same at every question, and tells others what is missing', async () => {
    await rig.venueRules({ live: delegates });
    const stranger = await rig.stranger().sit();
    expect(stranger).toMatchObject({
      pass: null,
      live: { allowed: false, reason: 'rules', ways: [{ kind: 'delegate' }] },
      labels: { live: { kinds: ['delegate'] } },
    });
    const phone = (await rig.person(listed)).device('phone');
    const { pass, until: end } = await phone.sit();
    expect(pass).not.toBe('public');
    expect(end! - Date.now()).toBeGreaterThan(11.9 * 3_600_000);
    expect((await phone.sit()).pass).toBe(pass);
    expect(await phone.reads('now.json')).toBe(200);
    expect(await phone.reads(await rig.segmentOf('C'))).toBe(200);
    expect(await phone.reads(rig.clipOf('A'))).toBe(200);
    expect((await rig.media('public', 'now.json')).status).toBe(404);
  });

  it('a price on one talk is paid for that talk alone; the rest of the venue stays open', async () => {
    await rig.talkRules('B', { live: rule({ kind: 'paid', fen: 9900 }) });
    const stranger = await rig.stranger().sit();
    expect(stranger.pass).toBe('public');
    expect(stranger.talks.map(({ id }) => id)).toEqual([rig.talks.B.id]);
    const payer = await rig.person({ grants: [{ kind: 'talk', id: rig.talks.B.id }] });
    const device = payer.device('a');
    await device.sit();
    expect(await device.reads(rig.clipOf('B'))).toBe(200);
    expect((await rig.media('public', rig.clipOf('B'))).status).toBe(404);
    expect((await rig.media('public', rig.clipOf('A'))).status).toBe(200);
  });

  it('the password is never told, opens the venue for the device, and a new one closes it again', async () => {
    const thing = { kind: 'venue', id: rig.venue.id } as const;
    const set = await rig.venueRules({ live: rule({ kind: 'password', password: 'open sesame' }) });
    expect(JSON.stringify(set)).not.toContain('sesame');
    const device = rig.stranger('guest');
    expect((await device.sit()).pass).toBeNull();
    const give = (password: string, who: Watcher = device) =>
      who.post('/public/access/password', { thing, password, device: who.device });
    expect((await give('guess')).status).toBe(403);
    expect((await give('open sesame')).status).toBe(204);
    await device.sit();
    expect(await device.reads('now.json')).toBe(200);
    await rig.venueRules({ live: rule({ kind: 'password' }) });
    expect(await device.reads('now.json')).toBe(200);
    await rig.venueRules({ live: rule({ kind: 'password', password: 'another word' }) });
    await soon('the old password to be void', async () => (await device.reads('now.json')) === 403);
    const guesser = rig.stranger('guesser');
    const answers = [];
    for (let i = 0; i < 12; i++) answers.push((await give(`guess ${i}`, guesser)).status);
    expect(new Set(answers.slice(0, 10))).toEqual(new Set([403]));
    expect(answers.slice(10)).toEqual([429, 429]);
  });

  it('试看: media may be read for the minutes of the rule, counted from the first of them', async () => {
    await rig.venueRules({ live: { ...rule({ kind: 'paid', fen: 100 }), previewMinutes: 5 } });
    const device = rig.stranger('previewer');
    const before = await device.sit();
    expect(before.live).toEqual({ allowed: true, by: 'preview', until: null });
    expect(await device.reads('now.json')).toBe(200);
    expect(await device.reads(await rig.segmentOf('C'))).toBe(200);
    const after = await device.sit();
    const talk = after.talks.find(({ id }) => id === rig.talks.C.id);
    expect(talk?.live).toMatchObject({ allowed: true, by: 'preview' });
    const end = talk?.live.allowed ? talk.live.until! : 0;
    expect(end - Date.now()).toBeGreaterThan(4.5 * 60_000);
    expect(end - Date.now()).toBeLessThanOrEqual(5 * 60_000);
    expect(after.pass).toBe(before.pass);
  });
});

describe('faults of access', () => {
  it('fault 36b: forged, expired, foreign and withdrawn passes are answered 403, all in the same words', async () => {
    await rig.venueRules({ live: delegates });
    const device = (await rig.person(listed)).device('a');
    await device.sit();
    const secrets = JSON.parse(await readFile(join(rig.folder, 'secrets', 'pass-keys'), 'utf8')) as {
      id: number;
      secret: string;
    }[];
    const keys = secrets.map(({ id, secret }) => passKey(id, 0, Buffer.from(secret, 'base64url')));
    const { sitting } = openPass(device.pass, keys)!;
    const { conferenceId } = rig;
    const expired = sealPass({ sitting, conferenceId, expiresAt: Date.now() - 1000 }, keys[0]!);
    const forged = sealPass(
      { sitting, conferenceId, expiresAt: Date.now() + 1e6 },
      passKey(keys[0]!.id, 0, Buffer.alloc(32)),
    );
    const other = await rig.server.conferences.create({
      slug: `other-${Date.now()}`,
      settings: { titleZh: '别的会议', startDate: '2026-01-01', endDate: '2026-01-02' },
      state: 'published',
    });
    const elsewhere = await rig.api.request<{ id: string }>('POST', '/venues', {
      title: 'Elsewhere',
      conferenceId: other.id,
    });
    await rig.rules({ kind: 'venue', id: elsewhere.id }, { live: delegates });
    const stranger = (await rig.person(listed)).device('b');
    await stranger.sit(elsewhere.id);
    const foreign = stranger.pass;
    const segment = await rig.segmentOf('C');
    const bodies = new Set<string>();
    for (const pass of [forged, expired, foreign, 'nonsense', `${device.pass}A`])
      for (const path of ['now.json', segment, rig.clipOf('A'), 'clips/none/1/index.m3u8']) {
        const answer = await rig.media(pass, path);
        expect([pass.slice(0, 8), path, answer.status]).toEqual([pass.slice(0, 8), path, 403]);
        bodies.add(await answer.text());
      }
    expect(await device.reads(segment)).toBe(200);
    const { items } = await device.get<{ items: { id: string }[] }>('/me/sittings');
    expect((await device.delete(`/me/sittings/${items[0]?.id}`)).status).toBe(204);
    const withdrawn = await rig.media(device.pass, segment);
    expect(withdrawn.status).toBe(403);
    bodies.add(await withdrawn.text());
    expect(bodies.size).toBe(1);
  });

  it('fault 74: a closed replay looks like one there is not, by its clip, its segments, the whole run and a guess', async () => {
    await rig.talkRules('B', { live: delegates, replay: 'closed' });
    const missing = await (await rig.media('public', 'clips/AAAAAAAAAAAA/1/index.m3u8')).text();
    for (const path of [
      rig.clipOf('B'),
      rig.clipOf('B', 'program-source.m3u8'),
      rig.clipOf('B', 'clip.json'),
      rig.clipOf('B', 'events.json'),
      await rig.segmentOf('B'),
    ]) {
      const answer = await rig.media('public', path);
      expect([path, answer.status, await answer.text()]).toEqual([path, 404, missing]);
    }
    expect((await rig.media('public', await rig.segmentOf('A'))).status).toBe(200);
    expect((await rig.media('public', rig.clipOf('A'))).status).toBe(200);
    const whole = await (await rig.media('public', `clips/${rig.run}/1/program-source.m3u8`)).text();
    const closed = (await rig.segmentOf('B')).split('/').at(-1)!;
    expect(whole).not.toContain(`/${closed}`);
    expect(whole).toContain(`/${(await rig.segmentOf('A')).split('/').at(-1)}`);
    // A delegate may have watched it live, but not again.
    const delegate = (await rig.person(listed)).device('a');
    await delegate.sit();
    expect((await rig.media(delegate.pass, rig.clipOf('B'))).status).toBe(404);
  });

  it('fault 74: every listed segment of an open talk’s replay can be read, and no part of the closed one with it', async () => {
    await rig.talkRules('B', { live: delegates, replay: 'closed' });
    const playlist = await (await rig.media('public', rig.clipOf('A', 'program-source.m3u8'))).text();
    const uris = [...playlist.matchAll(/^(?:\.\.\/)+(runs\/\S+\.m4s)$/gm)].map(([, uri]) => uri!);
    expect(uris.length).toBeGreaterThan(2);
    for (const uri of uris) expect((await rig.media('public', uri)).status).toBe(200);
    const last = uris.at(-1)!;
    const length = Number(
      /#EXT-X-BYTERANGE:(\d+)@0\n\S+\s*(?:#EXT-X-ENDLIST)?\s*$/.exec(playlist)?.[1] ?? Number.NaN,
    );
    const bytes = (await (await rig.media('public', last)).arrayBuffer()).byteLength;
    if (!Number.isNaN(length)) expect(bytes).toBe(length);
  });

  it('fault 76: a third device is told, may take over the oldest, and that one is refused', async () => {
    await rig.venueRules({ live: delegates });
    const person = await rig.person(listed);
    const [first, second, third] = ['1', '2', '3'].map((name) => person.device(name)) as [
      Watcher,
      Watcher,
      Watcher,
    ];
    await first.sit();
    await second.sit();
    expect(await third.sit()).toMatchObject({ pass: null, live: { allowed: false, reason: 'devices' } });
    expect(await first.reads('now.json')).toBe(200);
    await third.sit(undefined, true);
    expect(await third.reads('now.json')).toBe(200);
    expect(await second.reads('now.json')).toBe(200);
    expect(await first.reads('now.json')).toBe(403);
    expect(await first.sit()).toMatchObject({ pass: null, live: { reason: 'devices' } });
    await rig.api.request('PUT', `/conferences/${rig.conferenceId}/devices`, { devices: 3 });
    await first.sit();
    expect(await first.reads('now.json')).toBe(200);
    await rig.api.request('PUT', `/conferences/${rig.conferenceId}/devices`, { devices: 2 });
  });

  it('fault 77: a ban ends segments, held playlists and sockets within 10 s', async () => {
    await rig.venueRules({ live: delegates });
    const person = await rig.person(listed);
    const device = person.device('a');
    await device.sit();
    const segment = await rig.segmentOf('C');
    expect(await device.reads(segment)).toBe(200);
    const { closed } = await follow(device.pass);
    const held = hold(device.pass);
    const began = performance.now();
    await rig.api.request('POST', `/conferences/${rig.conferenceId}/bans`, {
      userId: person.userId,
      note: 'x',
    });
    expect(await device.reads(segment)).toBe(403);
    expect([200, 403]).toContain((await held).status);
    expect(await closed).toBe(socketClose.withdrawn);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await device.sit()).toMatchObject({ pass: null, live: { allowed: false, reason: 'banned' } });
    await rig.api.request('DELETE', `/conferences/${rig.conferenceId}/bans/${person.userId}`);
    expect((await device.sit()).live.allowed).toBe(true);
  });

  it('fault 77: a rule that closes a venue ends what the public reads within 10 s; a fact that is gone likewise', async () => {
    const segment = await rig.segmentOf('C');
    expect((await rig.media('public', segment)).status).toBe(200);
    const { closed } = await follow('public');
    await rig.venueRules({ live: delegates });
    expect((await rig.media('public', segment)).status).toBe(404);
    expect(await closed).toBe(socketClose.withdrawn);
    const person = await rig.person(listed);
    const device = person.device('a');
    await device.sit();
    rig.setFacts(person.userId, {});
    const took = await soon('the pass to be refused', async () => (await device.reads(segment)) === 403);
    expect(took).toBeLessThan(5000);
    rig.setFacts(person.userId, listed);
    await soon('the pass to be good again', async () => (await device.reads(segment)) === 200);
  });

  it('fault 75: the next segment after the sitting was ended by the staff is refused', async () => {
    await rig.venueRules({ live: delegates });
    const person = await rig.person(listed);
    const device = person.device('a');
    await device.sit();
    expect(await device.reads(await rig.segmentOf('C'))).toBe(200);
    const { items } = await rig.api.request<{ items: { id: string }[] }>(
      'GET',
      `/conferences/${rig.conferenceId}/sittings?userId=${person.userId}`,
    );
    expect(items).toHaveLength(1);
    await rig.api.request('DELETE', `/conferences/${rig.conferenceId}/sittings/${items[0]?.id}`);
    expect(await device.reads(await rig.segmentOf('C'))).toBe(403);
  });

  it('viewers watch on after a restart with the pass they had', async () => {
    await rig.venueRules({ live: delegates });
    const person = await rig.person(listed);
    const device = person.device('a');
    await device.sit();
    const clip = rig.clipOf('A');
    await rig.restart();
    await soon('the pass to be good after the restart', async () => (await device.reads(clip)) === 200);
    expect((await device.sit()).pass).toBe(device.pass);
    expect((await rig.media('public', clip)).status).toBe(404);
  });
});
