import { describe, expect, it } from 'vitest';
import { chooseLanguage, fill, lengthText } from './i18n.ts';
import { en } from './messages/en.ts';
import { zhCN } from './messages/zh-CN.ts';

describe('interface language', () => {
  it('takes the first language it speaks, in the order asked, stored, browser', () => {
    expect(chooseLanguage(['en', 'zh-CN'])).toBe('en');
    expect(chooseLanguage([null, null, 'zh-TW', 'en'])).toBe('zh-CN');
    expect(chooseLanguage([null, null, 'fr', 'en-GB'])).toBe('en');
  });
  it('speaks English to other languages and Chinese when nothing is known', () => {
    expect(chooseLanguage([null, null, 'fr'])).toBe('en');
    expect(chooseLanguage([])).toBe('zh-CN');
  });
  it('fills placeholders and leaves unknown ones visible', () => {
    expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
  });
  it('writes lengths with hours only when there are any', () => {
    expect(lengthText(123)).toBe('2:03');
    expect(lengthText(3723)).toBe('1:02:03');
  });
  it('has the same keys in both shared message files', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zhCN).sort());
  });
});
