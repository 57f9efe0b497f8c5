/**
 * What access costs: passes checked a second, remembered and seen for the first time; and media requests with a pass beside the same
 * requests as public, taken in turns so that a noisy machine is the same for both.
 */
import { randomBytes } from 'node:crypto';
import { Agent, createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { Gate } from '#conference/access/gate.ts';
import { longestSitting, type PassKey, passKey } from '#conference/access/pass.ts';
import { Previews } from '#conference/access/previews.ts';
import { anyone } from '#conference/access/sitting.ts';
import { Sittings } from '#conference/access/sittings.ts';
import { noFacts, type Viewer } from '#conference/access/viewer.ts';
import type { ConferenceRecord } from '#conference/conference/conference.ts';
import type { Tables } from '#conference/rows.ts';
import type { TalkRecord } from '#conference/talk/talk.ts';
import type { VenueRecord } from '#conference/venue/venue.ts';
import type { ThingRules } from '#contracts/access.ts';
import type { VenueMedia } from '#media/packager/catalog.ts';
import { createMediaHandler } from '#media/packager/media-http.ts';
import { PublishedTrack } from '#media/packager/published-track.ts';
import { Hand, newRendition, settled, testInit } from '#media/packager/rendition-fixture.ts';
import type { BenchOptions } from './main.ts';
import { type BenchResult, median, round } from './report.ts';

const log = pino({ level: 'silent' });
const conferenceId = 'bench';
const open = 'open';
const closed = 'closed';
const talksInVenue = 100;
const keys: readonly PassKey[] = [passKey(1, 0, randomBytes(32))];

/** A conference with an open venue and one for delegates; nothing is written anywhere. */
function conference() {
  const venues = new Map(
    [open, closed].map((id) => [id, { id, conferenceId } as unknown as VenueRecord] as const),
  );
  const about = {
    id: conferenceId,
    state: 'running',
    settings: { registration: { open: true } },
  } as unknown as ConferenceRecord;
  const hour = 3_600_000;
  const began = Date.now() - hour;
  const talks = Array.from({ length: talksInVenue }, (_, i) => {
    const last = i === talksInVenue - 1;
    return {
      id: `t${i}`,
      state: last ? 'now' : 'done',
      actualStart: last ? began : began - (talksInVenue - i) * hour,
      actualEnd: last ? null : began - (talksInVenue - i - 1) * hour,
    } as unknown as TalkRecord;
  });
  const rules: ThingRules = {
    live: { join: 'any', conditions: [{ kind: 'delegate', lists: ['L'] }], previewMinutes: 0 },
    replay: null,
  };
  const previews = new Previews();
  const db = { transaction: async () => undefined } as unknown as Tables;
  const sittings = new Sittings({ db, keys, previews, log });
  const gate = new Gate({
    rules: {
      of: ({ kind, id }) => (kind === 'venue' && id === closed ? rules : undefined),
      onChanged: () => () => undefined,
    },
    venues,
    conferences: { get: (id) => (id === conferenceId ? about : undefined) },
    talks: { list: () => talks },
    hidden: () => false,
    consent: {
      verdict: () => ({ out: 'yes', from: null, download: null }),
      onChanged: () => () => undefined,
    },
    timeline: { now: Date.now, runOpen: () => true },
    onPreview: () => undefined,
    ...{ previews, sittings, keys },
  });
  const viewer: Viewer = { ...anyone, userId: 'u', facts: { ...noFacts, lists: new Set(['L']) } };
  const pass = (): string =>
    sittings.begin({
      ...{ conferenceId, userId: null, agent: 'bench', address: '192.0.2.1', viewer },
      device: randomBytes(16).toString('hex'),
    }).pass;
  return { gate, pass };
}

/** Checks a second of CPU: admission, and the moment of a segment. Other programs on the machine do not count. */
function rate(gate: Gate, passes: readonly string[], times: number): number {
  const now = Date.now();
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) {
    const scope = gate.admit(passes[i % passes.length] ?? '', closed);
    if (typeof scope === 'string' || scope.readable(now - 4000, now - 2000) !== Number.POSITIVE_INFINITY)
      throw new Error(
        `a good pass must be admitted (got ${typeof scope === 'string' ? scope : 'a closed moment'})`,
      );
  }
  const { user, system } = process.cpuUsage(before);
  return times / ((user + system) / 1e6);
}

async function serve(gate: Gate): Promise<{ server: Server; port: number; close(): Promise<void> }> {
  const { rendition } = newRendition();
  const track = new PublishedTrack({ run: 'r1', track: 'program', offered: ['source'] });
  track.add('source', rendition);
  rendition.init(testInit());
  const hand = new Hand(rendition, { partBytes: 20_000 });
  for (let i = 0; i < 20; i++) hand.segment();
  await settled();
  const made = new WeakMap<object, VenueMedia>();
  const media = createMediaHandler({
    log,
    catalog: {
      admit: (pass, venueId) => {
        const scope = gate.admit(pass, venueId);
        if (typeof scope === 'string') return scope;
        const known = made.get(scope);
        if (known) return known;
        const now = Date.now();
        const venue: Partial<VenueMedia> = {
          track: async () => track,
          // The fixture's media lies at another time than the talks.
          readable: () => scope.readable(now - 4000, now - 2000),
          seen: () => undefined,
        };
        made.set(scope, venue as VenueMedia);
        return venue as VenueMedia;
      },
    },
  });
  const server = createServer((req, res) => {
    if (!media(req, res)) res.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rendition.close();
    },
  };
}

/** Seconds of CPU that so many requests take, eight at a time; addresses in turn. */
async function ask(port: number, agent: Agent, paths: readonly string[], requests: number): Promise<number> {
  let next = 0;
  const one = (path: string) =>
    new Promise<void>((resolve, reject) => {
      get({ port, agent, path, host: '127.0.0.1' }, (res) => {
        if (res.statusCode !== 200) reject(new Error(`${path}: ${res.statusCode}`));
        res.on('data', () => undefined);
        res.on('end', resolve);
      }).on('error', reject);
    });
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < requests) await one(paths[next++ % paths.length] ?? '');
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

export async function access({ quick, say }: BenchOptions): Promise<BenchResult> {
  const { gate, pass } = conference();
  const many = Array.from({ length: 20_000 }, pass);
  const first = rate(gate, many, many.length);
  const again: number[] = [];
  for (let i = 0; i < 5; i++) again.push(rate(gate, many, quick ? 100_000 : 500_000));
  say(`passes: ${Math.round(first)}/s seen for the first time, ${Math.round(median(again))}/s afterwards`);

  const { port, close } = await serve(gate);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const path = (of: string, venue: string, file: string) =>
    `/media/${of}/${venue}/runs/r1/program/source/${file}`;
  const ratios: number[] = [];
  const rounds = quick ? 8 : 30;
  const requests = 3000;
  const viewers = many.slice(0, 500);
  try {
    const files = ['19.0.m4s', '19.1.m4s', 'live.m3u8'];
    const asPublic = files.map((file) => path('public', open, file));
    const byPass = viewers.flatMap((of) => files.map((file) => path(of, closed, file)));
    await ask(port, agent, asPublic, requests);
    await ask(port, agent, byPass, requests);
    for (let i = 0; i < rounds; i++) {
      // Which is first changes too: the second finds a warmer or a busier machine.
      const order = i % 2 === 0;
      const a = await ask(port, agent, order ? asPublic : byPass, requests);
      const b = await ask(port, agent, order ? byPass : asPublic, requests);
      ratios.push(order ? b / a : a / b);
    }
  } finally {
    agent.destroy();
    await close();
    gate.close();
  }
  return {
    name: 'access',
    repetitions: `${many.length} sittings in a venue with ${talksInVenue} talks; media: ${rounds} × 2 × ${requests} requests, ${viewers.length} passes`,
    figures: {
      checksPerSecondFirst: Math.round(first),
      checksPerSecond: Math.round(median(again)),
      mediaWithPassBesidePublic: round(median(ratios), 3),
      hoursOfASitting: longestSitting / 3_600_000,
    },
    goals: [
      {
        what: 'passes checked a second, on one core',
        value: median(again),
        goal: 50_000,
        rule: '>=',
        unit: '/s',
      },
      {
        what: 'passes checked for the first time a second',
        value: first,
        goal: 50_000,
        rule: '>=',
        unit: '/s',
      },
      {
        what: 'CPU of media with a pass, beside public',
        value: median(ratios),
        goal: 1.05,
        rule: '<=',
        unit: '×',
      },
    ],
    notes: [
      'a check is the admission of the pass and the decision for the moment of a segment',
      'the client of the requests runs in the same process: its share makes the ratio smaller',
    ],
  };
}
