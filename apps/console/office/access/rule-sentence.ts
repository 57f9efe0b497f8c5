/** A rule in one plain sentence, as a person would say it. Pure; the names of lists, batches and codes are given. */
import type { Condition, Rule } from '#contracts/access.ts';
import { pairs } from '../pairs.ts';
import { fieldText, moneyText } from '../words.ts';

export type RuleNames = {
  readonly lists: ReadonlyMap<string, string>;
  readonly batches: ReadonlyMap<string, string>;
  /** Label of a dictionary's code, by `field:code`. */
  readonly codes: ReadonlyMap<string, string>;
};

const t = pairs({
  open: ['所有人', 'everyone'],
  loggedIn: ['登录的人', 'people who are logged in'],
  registered: ['报名通过的人', 'people whose registration is approved'],
  delegateAny: ['任一代表名单里的人', 'people on any delegate list'],
  delegate: ['名单 {names} 里的人', 'people on {names}'],
  profile: ['{field}为 {values} 的人', 'people whose {field} is {values}'],
  tier: ['级别为 {values} 的人', 'people of tier {values}'],
  password: ['知道密码的人', 'people who know the password'],
  codeAny: ['有任一邀请码的人', 'people with any invite code'],
  code: ['有 {names} 邀请码的人', 'people with a code of {names}'],
  paid: ['付费 {price} 的人', 'people who paid {price}'],
  or: ['，或', ', or '],
  and: ['，同时是', ' who are also '],
  list: ['、', ' or '],
  whole: ['{who}可以观看', '{who} may watch'],
  preview: ['；其他人每个报告可试看 {minutes} 分钟', '; others may watch {minutes} minutes of each talk'],
  closed: ['不开放，只有工作人员能看', 'Closed: only the staff'],
});

export function conditionWords(condition: Condition, names: RuleNames): string {
  const named = (ids: readonly string[], of: ReadonlyMap<string, string>) =>
    ids.map((id) => of.get(id) ?? id).join(t('list'));
  switch (condition.kind) {
    case 'open':
    case 'loggedIn':
    case 'registered':
    case 'password':
      return t(condition.kind);
    case 'delegate':
      return condition.lists.length === 0
        ? t('delegateAny')
        : t('delegate', { names: named(condition.lists, names.lists) });
    case 'code':
      return condition.batches.length === 0
        ? t('codeAny')
        : t('code', { names: named(condition.batches, names.batches) });
    case 'profile':
      return t('profile', {
        field: fieldText(condition.field),
        values: condition.codes
          .map((code) => names.codes.get(`${condition.field}:${code}`) ?? code)
          .join(t('list')),
      });
    case 'tier':
      return t('tier', { values: condition.tiers.join(t('list')) });
    case 'paid':
      return t('paid', { price: moneyText(condition.fen) });
  }
}

export function ruleSentence(rule: Rule | 'closed', names: RuleNames): string {
  if (rule === 'closed') return t('closed');
  const parts = rule.conditions.map((condition) => conditionWords(condition, names));
  const open =
    rule.conditions.some(({ kind }) => kind === 'open') && (rule.join === 'any' || parts.length === 1);
  const who = open ? t('open') : parts.join(t(rule.join === 'any' ? 'or' : 'and'));
  const whole = t('whole', { who });
  const said = whole.charAt(0).toUpperCase() + whole.slice(1);
  return rule.previewMinutes > 0 && !open ? said + t('preview', { minutes: rule.previewMinutes }) : said;
}
