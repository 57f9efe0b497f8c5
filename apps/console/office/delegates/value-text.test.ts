import { expect, it } from 'vitest';
import { valueText } from './value-text.ts';

it('values of rows that were left out are told in Chinese, and the person’s own words as they are', () => {
  expect(valueText({ kind: 'duplicate', detail: '12' })).toBe('第 12 行');
  expect(valueText({ kind: 'idTail', detail: '2 characters' })).toBe('2 个字符');
  expect(valueText({ kind: 'long', detail: 'unit: 某某大学…' })).toBe('单位：某某大学…');
  expect(valueText({ kind: 'phone', detail: '123' })).toBe('123');
});
