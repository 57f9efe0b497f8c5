import { describe, expect, it } from 'vitest';
import { type VenueState, venueStates } from '#contracts/now.ts';
import type { VenueStatus } from '#contracts/venue.ts';
import { actions, whyNot } from './actions.ts';

const status = (state: VenueState, signal: boolean): VenueStatus =>
  ({
    state,
    tracks: { program: { publisher: signal ? {} : null }, slides: { publisher: null } },
  }) as unknown as VenueStatus;

const possible = (state: VenueState, signal: boolean) =>
  actions.filter((action) => whyNot(action, status(state, signal)) === undefined);

describe('what can be done in each state', () => {
  it('is what the venue can do then', () => {
    const table = Object.fromEntries(venueStates.map((state) => [state, possible(state, true)]));
    expect(table).toEqual({
      off: ['live'],
      armed: ['live'],
      live: ['break', 'end'],
      break: ['resume', 'end'],
      away: ['break', 'end'],
      ended: ['live'],
    });
  });
  it('does not offer to go live without a signal, and says so', () => {
    expect(whyNot('live', status('off', false))).toBe('action.why.noSignal');
    expect(whyNot('live', status('ended', false))).toBe('action.why.noSignal');
  });
});
