import { describe, expect, it } from 'vitest';
import { codedFields, type DictionaryEntry } from '#contracts/profile.ts';
import { checkAnswer, dictionaryOf, withAncestors } from './dictionaries.ts';
import { readDictionary } from './dictionary-text.ts';

const all = (entries: readonly DictionaryEntry[]): DictionaryEntry[] =>
  entries.flatMap((entry) => [entry, ...all(entry.children ?? [])]);

describe('dictionaries of the profile', () => {
  it.each(codedFields)('%s has a version, and each code once', (field) => {
    const { version, entries } = dictionaryOf(field);
    const codes = all(entries).map(({ code }) => code);
    expect(version).not.toBe('');
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length).toBeGreaterThan(20);
  });

  it('has the cities of a province, the counties it governs itself, and no districts of a municipality', () => {
    const { entries } = dictionaryOf('region');
    const province = (name: string) => entries.find(({ zh }) => zh === name);
    expect(entries).toHaveLength(34);
    expect(province('湖北省')?.children?.map(({ zh }) => zh)).toEqual(
      expect.arrayContaining(['武汉市', '仙桃市', '神农架林区']),
    );
    expect(province('北京市')?.children).toBeUndefined();
    expect(province('广东省')?.children).toHaveLength(21);
  });

  it('keeps the label and version of the dictionary, not what the form said', () => {
    expect(checkAnswer('department', { code: '03.04', label: '院长办公室' })).toEqual({
      code: '03.04',
      label: '内科 / 心血管内科',
      version: dictionaryOf('department').version,
    });
    expect(checkAnswer('title', { code: '231', label: '' }).label).toBe('医师 / 主任医师');
  });

  it('refuses codes there are not, and "other" without a text', () => {
    expect(() => checkAnswer('title', { code: '999', label: '神医' })).toThrow('code must be in');
    expect(() => checkAnswer('title', { code: 'other', label: ' ' })).toThrow('must come with a text');
    expect(checkAnswer('title', { code: 'other', label: ' 规培医师 ' })).toMatchObject({ label: '规培医师' });
  });

  it('knows what a code belongs to', () => {
    expect(withAncestors('department', '03.04')).toEqual(['03.04', '03']);
    expect(withAncestors('region', '420100')).toEqual(['420100', '420000']);
    expect(withAncestors('title', 'other')).toEqual(['other']);
  });

  it('says which line of a dictionary is wrong', () => {
    expect(() => readDictionary('1 one\n    2 two')).toThrow('2 two');
    expect(() => readDictionary('1 one\n1 again')).toThrow('1 again');
  });
});
