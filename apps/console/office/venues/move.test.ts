import { describe, expect, it } from 'vitest';
import { moved } from './move.ts';

const list = ['a', 'b', 'c'].map((id) => ({ id }));
const names = (id: string, to: number) =>
  moved(list, id, to)
    .map((one) => one.id)
    .join('');

describe('moving an item of a list', () => {
  it('puts it at the place asked for', () => {
    expect(names('a', 2)).toBe('bca');
    expect(names('c', 0)).toBe('cab');
    expect(names('b', 1)).toBe('abc');
  });
  it('stops at both ends', () => {
    expect(names('a', -1)).toBe('abc');
    expect(names('c', 9)).toBe('abc');
  });
  it('does nothing for an item there is not', () => {
    expect(names('x', 0)).toBe('abc');
  });
});
