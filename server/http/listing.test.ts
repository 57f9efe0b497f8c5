import { describe, expect, it } from 'vitest';
import { matches, pageOf } from './listing.ts';

const items = ['c', 'a', 'b', 'a', 'd'].map((name, index) => ({ id: `${index}`, name }));
const sorts = { name: (item: (typeof items)[number]) => item.name };
const walk = (sort: string, limit: number) => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = pageOf(items, { limit, sort, cursor }, sorts, 'name');
    expect(page.total).toBe(5);
    seen.push(...page.items.map(({ id, name }) => name + id));
    cursor = page.next ?? undefined;
  } while (cursor);
  return seen;
};

describe('a list in pages', () => {
  it.each([1, 2, 5, 200])('gives every item once in its order, %i at a time', (limit) => {
    expect(walk('name', limit)).toEqual(['a1', 'a3', 'b2', 'c0', 'd4']);
    expect(walk('-name', limit)).toEqual(['d4', 'c0', 'b2', 'a3', 'a1']);
  });

  it('goes on after an item that is gone', () => {
    const { next } = pageOf(items, { limit: 2, sort: 'name' }, sorts, 'name');
    const left = items.filter(({ id }) => id !== '3');
    expect(pageOf(left, { limit: 2, cursor: next ?? '' }, sorts, 'name').items[0]).toMatchObject({
      name: 'b',
    });
  });

  it('refuses a field there is not, and begins anew at a cursor that is not ours', () => {
    expect(() => pageOf(items, { limit: 2, sort: 'secret' }, sorts, 'name')).toThrow(
      'sort must be one of name',
    );
    expect(pageOf(items, { limit: 1, cursor: 'x' }, sorts, 'name').items).toHaveLength(1);
  });

  it('is searched without regard to case and width', () => {
    expect(matches('ＡＢＣ', 'xabcx')).toBe(true);
    expect(matches('', 'x')).toBe(true);
    expect(matches('y', 'x')).toBe(false);
  });
});
