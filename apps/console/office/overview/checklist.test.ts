import { describe, expect, it } from 'vitest';
import { checklist } from './checklist.ts';

const empty = {
  ...{ venues: 0, talks: 0, introductionZh: '', introductionEn: '', cover: null, state: 'draft' as const },
  support: { name: '', phone: '', email: '' },
};
const open = (...args: Parameters<typeof checklist>) =>
  checklist(...args)
    .filter(({ done }) => !done)
    .map(({ name }) => name);

describe('the checklist of a conference', () => {
  it('has everything open in an empty one but clashes', () => {
    expect(open(empty, { talks: [], marks: [] })).toEqual([
      'venues',
      'programme',
      'introduction',
      'cover',
      'support',
      'decks',
      'publish',
    ]);
  });
  it('counts clashes, not gaps', () => {
    const marks = (['overlap', 'gap', 'speaker-twice'] as const).map((kind) => ({
      kind,
      things: ['a'],
      detail: '',
    }));
    expect(checklist(empty, { talks: [], marks }).find(({ name }) => name === 'marks')).toMatchObject({
      done: false,
      count: 2,
    });
  });
  it('is done for a conference that has it all', () => {
    const full = {
      ...empty,
      ...{
        venues: 1,
        talks: 1,
        introductionEn: '<p>x</p>',
        cover: '/files/abcdefgh.webp',
        state: 'running' as const,
      },
      support: { name: '', phone: '1', email: '' },
    };
    expect(open(full, { talks: [], marks: [] })).toEqual([]);
  });
});
