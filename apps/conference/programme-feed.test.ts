import { describe, expect, it } from 'vitest';
import type { ConferenceProgramme } from '#contracts/conference.ts';
import { type FeedIo, merge, ProgrammeFeed } from './programme-feed.ts';

type Talk = ConferenceProgramme['talks'][number];
const talk = (id: string, title = id): Talk => ({ id, title }) as Talk;
const change = (
  rev: number,
  talks: Talk[],
  more: Partial<ConferenceProgramme> = {},
): ConferenceProgramme => ({
  rev,
  full: false,
  venues: [],
  sessions: [],
  talks,
  gone: [],
  at: 1_000_000,
  ...more,
});

/** A server whose answers the test gives one by one, and waits that end only when told. */
class World implements FeedIo {
  readonly asked: { url: string; answer(body: unknown, status?: number): void; fail(): void }[] = [];
  readonly waits: { ms: number; end(): void }[] = [];
  clock = 0;
  readonly fetch = (url: string, signal: AbortSignal): Promise<Response> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      this.asked.push({
        url,
        answer: (body, status = 200) => resolve(new Response(JSON.stringify(body), { status })),
        fail: () => reject(new Error('network')),
      });
    });
  readonly wait = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve());
      this.waits.push({ ms, end: resolve });
    });
  readonly random = () => 0.5;
  readonly now = () => this.clock;
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

function started(): { feed: ProgrammeFeed; world: World } {
  const world = new World();
  const feed = new ProgrammeFeed('/c', world);
  feed.start();
  return { feed, world };
}

describe('programme feed', () => {
  it('keeps the place of what changed, puts new things last, and takes away what is gone', () => {
    const before = merge(undefined, change(1, [talk('a'), talk('b'), talk('c')], { full: true }));
    const after = merge(before, change(2, [talk('d'), talk('a', 'A')], { gone: ['b'] }));
    expect(after.talks.map((one) => one.title)).toEqual(['A', 'c', 'd']);
    expect(merge(after, change(9, [talk('z')], { full: true })).talks.map((one) => one.id)).toEqual(['z']);
  });

  it('reads the whole once, then asks for what came after the revision it has', async () => {
    const { feed, world } = started();
    world.asked[0]!.answer(change(5, [talk('a')], { full: true }));
    await settle();
    expect(world.asked[1]!.url).toBe('/c/programme/changes?after=5');
    world.clock = 3000;
    world.asked[1]!.answer(change(6, [talk('a', 'A')]));
    await settle();
    expect(feed.snapshot().programme?.talks[0]?.title).toBe('A');
    expect(world.asked[2]!.url).toBe('/c/programme/changes?after=6');
    feed.close();
  });

  it('says that the link is lost after three failures, and comes back by itself', async () => {
    const { feed, world } = started();
    for (let i = 0; i < 3; i++) {
      world.asked[i]!.fail();
      await settle();
      if (i < 2) world.waits[i]!.end();
      await settle();
    }
    expect(feed.snapshot().link).toBe('lost');
    expect(world.waits.map((one) => one.ms)).toEqual([500, 1000, 2000]);
    world.waits[2]!.end();
    await settle();
    world.asked[3]!.answer(change(1, [], { full: true }));
    await settle();
    expect(feed.snapshot().link).toBe('ok');
    feed.close();
  });

  it('gives up a request held over a sleep and asks again at once when woken', async () => {
    const { feed, world } = started();
    world.asked[0]!.answer(change(5, [], { full: true }));
    await settle();
    feed.wake();
    await settle();
    expect(world.asked.map((one) => one.url)).toEqual([
      '/c/programme',
      '/c/programme/changes?after=5',
      '/c/programme/changes?after=5',
    ]);
    expect(world.waits).toEqual([]);
    feed.close();
  });

  it('does not race a server that answers at once that nothing is new', async () => {
    const { feed, world } = started();
    world.asked[0]!.answer(change(5, [], { full: true }));
    await settle();
    world.asked[1]!.answer(change(5, []));
    await settle();
    expect(world.waits.map((one) => one.ms)).toEqual([1500]);
    expect(world.asked).toHaveLength(2);
    feed.close();
  });

  it('asks nothing while nobody looks', async () => {
    const { feed, world } = started();
    world.asked[0]!.answer(change(5, [], { full: true }));
    await settle();
    feed.rest();
    world.clock = 9000;
    world.asked[1]!.answer(change(6, []));
    await settle();
    expect(world.asked).toHaveLength(2);
    feed.wake();
    await settle();
    expect(world.asked[2]!.url).toBe('/c/programme/changes?after=6');
    feed.close();
  });

  it('takes no login page of a captive portal for a programme', async () => {
    const { feed, world } = started();
    world.asked[0]!.answer({ hello: 'portal' });
    await settle();
    expect(feed.snapshot().programme).toBeUndefined();
    feed.close();
  });
});
