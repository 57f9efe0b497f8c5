import { describe, expect, it } from 'vitest';
import type { Sitting } from '#contracts/access.ts';
import { turnsAt } from './admission.ts';
import { type SittingIo, SittingKeeper } from './sitting-keeper.ts';

const answer = (more: object = {}): Sitting =>
  ({
    live: { allowed: true, by: 'rules', until: null },
    replay: { allowed: true, by: 'rules', until: null },
    talks: [],
    pass: 'public',
    until: null,
    ...more,
  }) as unknown as Sitting;

class World implements SittingIo {
  readonly bodies: object[] = [];
  readonly answers: ((body: unknown, status?: number) => void)[] = [];
  readonly timers: { ms: number; then: () => void; on: boolean }[] = [];
  clock = 100_000;
  readonly ask = (body: object, signal: AbortSignal): Promise<Response> =>
    new Promise((resolve, reject) => {
      this.bodies.push(body);
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      this.answers.push((json, status = 200) => resolve(new Response(JSON.stringify(json), { status })));
    });
  readonly now = () => this.clock;
  readonly random = () => 0.5;
  readonly later = (ms: number, then: () => void) => {
    const timer = { ms, then, on: true };
    this.timers.push(timer);
    return () => {
      timer.on = false;
    };
  };
  /** Ms of the timers that still run. */
  get waits(): number[] {
    return this.timers.filter((timer) => timer.on).map((timer) => timer.ms);
  }
}
const made = (talkId?: string) => {
  const world = new World();
  return { world, keeper: new SittingKeeper('device-device-device', world, turnsAt, talkId) };
};

describe('sitting keeper', () => {
  it('asks with its device and talk, and again in about a minute', async () => {
    const { world, keeper } = made('t1');
    const asked = keeper.ask();
    world.answers[0]!(answer());
    expect((await asked).sitting?.pass).toBe('public');
    expect(world.bodies).toEqual([{ device: 'device-device-device', takeOver: false, talkId: 't1' }]);
    expect(world.waits).toEqual([60_000]);
  });
  it('asks once for two who want to know at the same time', async () => {
    const { world, keeper } = made();
    const both = [keeper.ask(), keeper.ask()];
    world.answers[0]!(answer());
    await Promise.all(both);
    expect(world.bodies).toHaveLength(1);
  });
  it('asks when a preview ends', async () => {
    const { world, keeper } = made();
    const asked = keeper.ask();
    world.answers[0]!(answer({ live: { allowed: true, by: 'preview', until: world.clock + 12_000 } }));
    await asked;
    expect(world.waits).toEqual([12_300]);
  });
  it('keeps what it knew when no answer comes, and tries again soon', async () => {
    const { world, keeper } = made();
    let asked = keeper.ask();
    world.answers[0]!(answer());
    await asked;
    asked = keeper.ask();
    world.answers[1]!({ error: {} }, 503);
    expect(await asked).toMatchObject({ failure: 'lost', sitting: { pass: 'public' } });
    expect(world.waits).toEqual([1000]);
  });
  it('asks no more often than every 2.5 s however often the media refuse', async () => {
    const { world, keeper } = made();
    const asked = keeper.ask();
    world.answers[0]!(answer());
    await asked;
    world.clock += 1000;
    keeper.poke();
    keeper.poke();
    expect(world.bodies).toHaveLength(1);
    expect(world.waits).toEqual([1500]);
    world.clock += 2000;
    keeper.poke();
    expect(world.bodies).toHaveLength(2);
  });
  it('takes over at once, giving up the question under way', async () => {
    const { world, keeper } = made();
    const first = keeper.ask();
    const second = keeper.ask(true);
    world.answers[1]!(answer({ pass: 'mine' }));
    expect((await second).sitting?.pass).toBe('mine');
    expect((await first).sitting?.pass).toBe('mine');
    expect(world.bodies[1]).toMatchObject({ takeOver: true });
  });
  it('asks nothing more once closed', async () => {
    const { world, keeper } = made();
    const asked = keeper.ask();
    world.answers[0]!(answer());
    await asked;
    keeper.close();
    expect(world.waits).toEqual([]);
    keeper.poke();
    keeper.look();
    expect(world.bodies).toHaveLength(1);
  });
});
