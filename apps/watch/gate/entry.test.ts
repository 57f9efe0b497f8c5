import { describe, expect, it } from 'vitest';
import type { Sitting } from '#contracts/access.ts';
import type { SittingKeeper, SittingState } from '../../access/sitting-keeper.ts';
import type { NowResult } from '../player/now-poller.ts';
import { Entry } from './entry.ts';

class Keeper {
  state: SittingState = { sitting: undefined, asking: true, failure: 'none', offset: 0 };
  poked = 0;
  private listener: () => void = () => {};
  subscribe = (listener: () => void) => {
    this.listener = listener;
    return () => {};
  };
  snapshot = () => this.state;
  ask = () => Promise.resolve(this.state);
  poke = () => {
    this.poked++;
  };
  say(change: Partial<SittingState>) {
    this.state = { ...this.state, asking: false, ...change };
    this.listener();
  }
}
const withPass = (pass: string | null) => ({ sitting: { pass } as Sitting });
const settle = () => new Promise((resolve) => setImmediate(resolve));

function made(tried: NowResult = { kind: 'unknownVenue' }) {
  const keeper = new Keeper();
  const log: string[] = [];
  let refused = () => {};
  const entry = new Entry(keeper as unknown as SittingKeeper, (pass) => {
    log.push(`open ${pass}`);
    return {
      close: () => log.push(`close ${pass}`),
      onRefused: (hook: () => void) => {
        refused = hook;
      },
    };
  });
  entry.start(Promise.resolve(tried));
  return { keeper, log, entry, refuse: () => refused() };
}

describe('entry', () => {
  it('opens an open venue without waiting for the gate, once', async () => {
    const { keeper, log } = made({ kind: 'now' } as NowResult);
    await settle();
    expect(log).toEqual(['open public']);
    keeper.say(withPass('public'));
    expect(log).toEqual(['open public']);
  });
  it('waits for the pass where the venue is not open to all', async () => {
    const { keeper, log } = made();
    await settle();
    expect(log).toEqual([]);
    keeper.say(withPass('mine'));
    expect(log).toEqual(['open mine']);
  });
  it('changes to another pass, and closes when there is none any more', async () => {
    const { keeper, log, entry } = made({ kind: 'now' } as NowResult);
    await settle();
    keeper.say(withPass('mine'));
    keeper.say(withPass(null));
    expect(log).toEqual(['open public', 'close public', 'open mine', 'close mine']);
    expect(entry.snapshot().opened).toBeUndefined();
    keeper.say(withPass('again'));
    expect(log.at(-1)).toBe('open again');
  });
  it('lets the player speak when no gate answers', async () => {
    const { keeper, log } = made();
    keeper.say({ failure: 'lost' });
    expect(log).toEqual(['open public']);
  });
  it('asks again when the media are refused', async () => {
    const { keeper, refuse } = made();
    keeper.say(withPass('mine'));
    refuse();
    expect(keeper.poked).toBe(1);
  });
  it('keeps a pass given from outside', async () => {
    const { keeper, log, entry } = made({ kind: 'now' } as NowResult);
    entry.give('theirs');
    await settle();
    keeper.say(withPass('public'));
    expect(log).toEqual(['open theirs']);
    expect(entry.snapshot().given).toBe(true);
  });
  it('goes back to the gate when a pass from outside is good no more', async () => {
    const { keeper, log, entry } = made();
    entry.give('theirs');
    keeper.say(withPass(null));
    entry.takeBack();
    expect(log).toEqual(['open theirs', 'close theirs']);
    expect(entry.snapshot()).toMatchObject({ opened: undefined, given: false });
  });
});
