import { describe, expect, it } from 'vitest';
import { FeedState, type Piece } from './feed-state.ts';

const piece = (kind: Piece['kind'], id: string): Piece => ({
  kind,
  id,
  venueId: 'v1',
  json: JSON.stringify({ id, text: 'x'.repeat(500) }),
});

describe('venues of a programme', () => {
  it('are told without the talks, in the same bytes until something changes', () => {
    const state = new FeedState(1);
    state.take([piece('venue', 'v1'), piece('session', 's1'), piece('talk', 't1')], () => true);
    const first = state.venues(5);
    expect(JSON.parse(first.body.toString())).toMatchObject({
      venues: [{ id: 'v1' }],
      sessions: [],
      talks: [],
    });
    expect(state.venues(6)).toBe(first);
    expect(state.since(undefined, 6).body.length).toBeGreaterThan(first.body.length + 1000);
    state.take([piece('venue', 'v1')], (one) => one.kind !== 'venue');
    expect(state.venues(7)).not.toBe(first);
  });
});
