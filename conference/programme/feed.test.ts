import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TalkRecord } from '../talk/talk.ts';
import type { VenueRecord } from '../venue/venue.ts';
import { feedHold, ProgrammeFeed, type VenueLive } from './feed.ts';
import { FeedState } from './feed-state.ts';

const open = { join: 'any' as const, kinds: ['open' as const], fen: null, previewMinutes: 0, from: null };
let talks: Record<string, TalkRecord[]>;
let live: VenueLive;
let feed: ProgrammeFeed;
let changed: (venueId: string) => void;

const talk = (id: string, venueId: string, title = id): TalkRecord => ({
  ...{ id, venueId, position: 0, title, speakers: [], plannedStart: 0, plannedMinutes: 20, download: 'no' },
  ...{ state: 'planned', actualStart: null, actualEnd: null, sessionId: null, type: 'talk', abstract: '' },
  ...{ key: 'secret', changed: null, createdAt: 0 },
});
const venue = (id: string, position: number) =>
  ({ id, position, conferenceId: 'c', settings: { title: id } }) as VenueRecord;
let venues: VenueRecord[];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  talks = { v: [talk('t', 'v')], w: [talk('u', 'w')] };
  venues = [venue('v', 0), venue('w', 1)];
  live = { state: 'off', watching: 0, preview: null };
  feed = new ProgrammeFeed({
    venues: {
      get: (id) => venues.find((one) => one.id === id),
      list: () => venues,
      findKey: () => undefined,
    },
    talks: {
      list: (id) => talks[id] ?? [],
      planned: (id) =>
        (talks[id] ?? []).map(({ id, title }) => ({
          ...{
            id,
            title,
            speakers: [],
            plannedStart: 0,
            plannedMinutes: 20,
            actualStart: null,
            actualEnd: null,
          },
          ...{ state: 'planned' as const, replay: null, courseware: [] },
        })),
      onChanged: (hook) => {
        changed = hook;
        return () => undefined;
      },
    },
    sessions: { get: () => undefined, list: () => [] },
    live: () => live,
    labels: () => ({ live: open, replay: open }),
  });
});
afterEach(() => {
  feed.close();
  vi.useRealTimers();
});
const parsed = (rendered: { body: Buffer }) => JSON.parse(rendered.body.toString());
const ids = (things: { id: string }[]) => things.map(({ id }) => id);
const never = new AbortController().signal;

describe('the feed', () => {
  it('is whole at first, without keys of imports', () => {
    const { full, talks: all, venues: halls, rev } = parsed(feed.whole('c'));
    expect([full, ids(all), ids(halls), rev >= 1_000_000]).toEqual([true, ['t', 'u'], ['v', 'w'], true]);
    expect(feed.whole('c').body.toString()).not.toContain('secret');
  });

  it('answers everyone who waits with the same bytes, once what changed has come together', async () => {
    const { rev } = feed.whole('c');
    const held = Array.from({ length: 250 }, () => feed.changes('c', rev, never));
    talks.v = [talk('t', 'v', 'A')];
    changed('v');
    talks.w = [];
    changed('w');
    await vi.advanceTimersByTimeAsync(150);
    const answers = await Promise.all(held);
    expect(new Set(answers).size).toBe(1);
    expect(parsed(answers[0]!)).toMatchObject({ full: false, talks: [{ id: 't', title: 'A' }], gone: ['u'] });
    expect(feed.held).toBe(0);
  });

  it('a talk that went to another venue is not gone', async () => {
    const { rev } = feed.whole('c');
    talks = { v: [], w: [talk('u', 'w'), talk('t', 'w')] };
    changed('v');
    changed('w');
    await vi.advanceTimersByTimeAsync(150);
    expect(parsed(await feed.changes('c', rev, never))).toMatchObject({
      gone: [],
      talks: [{ id: 't', venueId: 'w' }],
    });
  });

  it('says nothing new after ten seconds, and lets go of pages that left', async () => {
    const { rev } = feed.whole('c');
    const leaving = new AbortController();
    const left = feed.changes('c', rev, leaving.signal);
    const held = feed.changes('c', rev, never);
    leaving.abort();
    await left;
    expect(feed.held).toBe(1);
    await vi.advanceTimersByTimeAsync(feedHold);
    expect(parsed(await held)).toMatchObject({ rev, full: false, talks: [], venues: [], gone: [] });
  });

  it('notices by itself that a venue went live, and a number of people only every 15 s', async () => {
    const { rev } = feed.whole('c');
    live = { state: 'live', watching: 5, preview: null };
    await vi.advanceTimersByTimeAsync(1100);
    const change = parsed(await feed.changes('c', rev, never));
    expect(change.venues).toMatchObject([{ state: 'live' }, { state: 'live' }]);
    live = { ...live, watching: 6 };
    await vi.advanceTimersByTimeAsync(5000);
    expect(feed.whole('c').rev).toBe(change.rev);
  });

  it('another order of venues is told as the whole', async () => {
    const { rev } = feed.whole('c');
    venues = [venue('w', 0), venue('v', 1)];
    await vi.advanceTimersByTimeAsync(1100);
    const change = parsed(await feed.changes('c', rev, never));
    expect([change.full, ids(change.venues)]).toEqual([true, ['w', 'v']]);
  });

  it('a stop answers those who wait', async () => {
    const { rev } = feed.whole('c');
    const held = feed.changes('c', rev, never);
    feed.close();
    expect((await held).rev).toBe(rev);
  });
});

describe('revisions', () => {
  const piece = (id: string, json: string) => ({ kind: 'talk' as const, id, venueId: 'v', json });
  it('only grow with what differs; too old or from another time gets the whole', () => {
    const state = new FeedState(100);
    expect(state.take([piece('a', '1')], () => true)).toBe(true);
    expect(state.take([piece('a', '1')], () => true)).toBe(false);
    for (let i = 0; i < 400; i++) state.take([piece('a', String(i + 2))], () => true);
    expect(parsed(state.since(100, 0)).full).toBe(true);
    expect(parsed(state.since(state.rev - 5, 0)).full).toBe(false);
    expect(parsed(state.since(state.rev + 5, 0)).full).toBe(true);
    expect(state.since(state.rev - 5, 0)).toBe(state.since(state.rev - 5, 9));
  });
});
