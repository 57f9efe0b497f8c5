import { expect, it } from 'vitest';
import { actOfKey } from './keys.ts';

const key = (name: string, ctrlKey = false) =>
  actOfKey({ key: name, ctrlKey, metaKey: false, altKey: false });

it('knows the keys of clickers and keyboards', () => {
  expect(['PageDown', 'ArrowRight', ' ', 'Enter'].map((name) => key(name))).toEqual(Array(4).fill('next'));
  expect(['PageUp', 'ArrowLeft', 'Backspace'].map((name) => key(name))).toEqual(Array(3).fill('previous'));
  expect(['B', 'b', '.'].map((name) => key(name))).toEqual(Array(3).fill('black'));
});

it("leaves the browser's own combinations alone, except undo", () => {
  expect(key('z', true)).toBe('undo');
  expect(key('p', true)).toBeUndefined();
});
