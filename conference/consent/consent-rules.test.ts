import { describe, expect, it } from 'vitest';
import type { ConsentAnswer } from '#contracts/access.ts';
import { type Said, unasked, verdictOf } from './consent-rules.ts';

const yes: ConsentAnswer = {
  replay: 'all',
  download: true,
  embargo: null,
  reviewFirst: false,
  reviewed: false,
};
const said = (name: string, answer: Partial<ConsentAnswer> | null): Said => ({
  name,
  answer: answer && { ...yes, ...answer },
});
const two = [{ name: '张三' }, { name: '李四' }];

describe('silence', () => {
  it.each([
    ['publish', 'yes'],
    ['unless-refused', 'yes'],
    ['consent', 'no'],
  ] as const)('under %s means %s', (policy, out) => {
    expect(verdictOf(policy, two, [])).toEqual({ out, from: null, download: null });
    expect(verdictOf(policy, two, [said('张三', {}), said('李四', null)])).toMatchObject({ out });
    expect(verdictOf(policy, two, [said('张三', {})])).toMatchObject({ out });
  });

  it('of nobody holds nothing back: a talk without speakers', () => {
    expect(verdictOf('consent', [], [])).toMatchObject({ out: 'yes' });
  });
});

describe('answers', () => {
  it('of all speakers let the replay out under every policy', () => {
    for (const policy of ['publish', 'unless-refused', 'consent'] as const)
      expect(verdictOf(policy, two, [said(' 张 三', {}), said('李四', {})])).toEqual({
        ...{ out: 'yes', from: null, download: true },
      });
  });

  it('are kept to under every policy, the strictest of all', () => {
    for (const policy of ['publish', 'unless-refused', 'consent'] as const) {
      expect(verdictOf(policy, two, [said('张三', { replay: 'delegates' }), said('李四', {})]).out).toBe(
        'delegates',
      );
      expect(
        verdictOf(policy, two, [said('张三', { replay: 'delegates' }), said('李四', { replay: 'nobody' })])
          .out,
      ).toBe('no');
      expect(verdictOf(policy, two, [said('张三', { download: false }), said('李四', {})]).download).toBe(
        false,
      );
    }
  });

  it('of somebody who is no speaker any more still count', () => {
    expect(verdictOf('publish', [{ name: '李四' }], [said('张三', { replay: 'nobody' })]).out).toBe('no');
  });

  it('hold the replay back until it was reviewed, where the speaker wants to', () => {
    expect(verdictOf('publish', two, [said('张三', { reviewFirst: true })]).out).toBe('no');
    expect(verdictOf('publish', two, [said('张三', { reviewFirst: true, reviewed: true })]).out).toBe('yes');
  });

  it('set the latest embargo', () => {
    const answers = [said('张三', { embargo: 10 }), said('李四', { embargo: 30 })];
    expect(verdictOf('consent', two, answers)).toMatchObject({ out: 'yes', from: 30 });
  });
});

it('speakers of whom there is no record are told, whatever spaces their names have', () => {
  expect(unasked(two, [{ name: '李 四' }])).toEqual([{ name: '张三' }]);
});
