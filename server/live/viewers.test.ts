import { expect, test } from 'vitest';
import { Viewers } from './viewers.ts';

test('a client counts once and leaves ten seconds after it last asked', () => {
  let now = 0;
  const viewers = new Viewers(() => now);
  viewers.seen('a');
  viewers.seen('b');
  now = 6000;
  viewers.seen('a');
  expect(viewers.count()).toBe(2);
  now = 10_001;
  expect(viewers.count()).toBe(1);
  now = 16_001;
  expect(viewers.count()).toBe(0);
});
