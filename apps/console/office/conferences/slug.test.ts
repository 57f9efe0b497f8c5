import { describe, expect, it } from 'vitest';
import { slugSchema } from '#contracts/conference.ts';
import { suggestSlug } from './slug.ts';

describe('the suggested address of a conference', () => {
  it('is made of the English title and the year', () => {
    expect(suggestSlug('Great Wall Congress of Cardiology', '2027-04-01')).toBe(
      'great-wall-congress-of-cardiology-2027',
    );
  });
  it('names the year once', () => {
    expect(suggestSlug('ESC 2027 Asia', '2027-04-01')).toBe('esc-2027-asia');
  });
  it('tells meetings without an English title apart by their day', () => {
    expect(suggestSlug('', '2027-04-01')).toBe('meeting-2027-04-01');
  });
  it('is always valid', () => {
    for (const title of [
      '',
      '---',
      'Ünïcode: Çongrès!',
      '中华医学会',
      'x'.repeat(300),
      `${'a'.repeat(49)} b`,
    ])
      expect(slugSchema.safeParse(suggestSlug(title, '2027-04-01')).success, title).toBe(true);
  });
});
