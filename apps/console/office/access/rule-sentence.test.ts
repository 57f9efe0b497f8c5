import { describe, expect, it } from 'vitest';
import type { Rule } from '#contracts/access.ts';
import { type RuleNames, ruleSentence } from './rule-sentence.ts';

const names: RuleNames = {
  lists: new Map([['l1', '正式代表']]),
  batches: new Map([['b1', '企业嘉宾']]),
  codes: new Map([['region:42', '湖北省']]),
};
const say = (conditions: Rule['conditions'], join: Rule['join'] = 'any', previewMinutes = 0) =>
  ruleSentence({ conditions, join, previewMinutes }, names);

describe('a rule in one sentence', () => {
  it('names lists, batches, places and prices', () => {
    expect(
      say([
        { kind: 'delegate', lists: ['l1'] },
        { kind: 'code', batches: ['b1'] },
        { kind: 'paid', fen: 12_800 },
      ]),
    ).toBe('名单 正式代表 里的人，或有 企业嘉宾 邀请码的人，或付费 ¥128 的人可以观看');
    expect(say([{ kind: 'registered' }, { kind: 'profile', field: 'region', codes: ['42'] }], 'all')).toBe(
      '报名通过的人，同时是地区为 湖北省 的人可以观看',
    );
  });
  it('tells of the preview', () => {
    expect(say([{ kind: 'loggedIn' }], 'any', 5)).toBe('登录的人可以观看；其他人每个报告可试看 5 分钟');
  });
  it('is open as soon as one of several alternatives is', () => {
    expect(say([{ kind: 'paid', fen: 100 }, { kind: 'open' }], 'any', 5)).toBe('所有人可以观看');
    expect(say([{ kind: 'loggedIn' }, { kind: 'open' }], 'all')).toBe('登录的人，同时是所有人可以观看');
  });
  it('says closed, and any list or code', () => {
    expect(ruleSentence('closed', names)).toBe('不开放，只有工作人员能看');
    expect(
      say([
        { kind: 'delegate', lists: [] },
        { kind: 'code', batches: [] },
      ]),
    ).toBe('任一代表名单里的人，或有任一邀请码的人可以观看');
  });
});
