/** Suggests the last part of a conference's address from its titles and date. Pure. */

/** The English title's letters; without one a word for "conference". The year makes it last for next year's too. */
export function suggestSlug(titleEn: string, startDate: string): string {
  const words = titleEn
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const year = /^\d{4}/.exec(startDate)?.[0] ?? '';
  const base = words.slice(0, 50).replace(/-+$/, '') || 'meeting';
  if (year === '' || base.split('-').includes(year)) return base;
  // Without a title of its own the day tells two meetings of a year apart.
  return words === '' ? `${base}-${startDate}` : `${base}-${year}`;
}
