import { expect, it } from 'vitest';
import { columnWidth, windowOf } from './column-window.ts';

it('columns fill the width, within what can be read', () => {
  expect(columnWidth(1200, 4)).toBe(300);
  expect(columnWidth(1200, 1)).toBe(380);
  expect(columnWidth(1200, 40)).toBe(190);
});
it('only columns in sight and two beside them are drawn', () => {
  expect(windowOf(0, 1200, 200, 40)).toEqual({ first: 0, last: 7 });
  expect(windowOf(2050, 1200, 200, 40)).toEqual({ first: 8, last: 18 });
  expect(windowOf(6800, 1200, 200, 40)).toEqual({ first: 32, last: 39 });
});
it('draws none where there are none', () => {
  const { first, last } = windowOf(0, 1200, 200, 0);
  expect(last).toBeLessThan(first);
});
