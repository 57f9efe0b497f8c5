/** Phones, names and ID tails as people type them, brought to one form. Pure. */
import { normalPhone as accountPhone } from '#contracts/account.ts';

export { maskedPhone } from '#contracts/account.ts';

/** E.164 with plus, also of numbers as they stand in sheets; undefined for anything else. */
export const normalPhone = (text: string): string | undefined =>
  accountPhone(text.normalize('NFKC').replaceAll(/[–—−·'’\p{Cf}]/gu, ''));

/** For matching: width, case, spaces and the dots inside foreign names do not count. */
export const normalName = (name: string): string =>
  name
    .normalize('NFKC')
    .replaceAll(/[\s\p{Cf}·•・.]/gu, '')
    .toLowerCase();

/** Of an ID number (18 or 15 digits) or of its last four alone; undefined for anything else. */
export function normalIdTail(text: string): string | undefined {
  const plain = text.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();
  if (/^(\d{17}[\dX]|\d{15}|\d{3}[\dX])$/.test(plain)) return plain.slice(-4);
  // Foreign documents: letters and digits.
  return /^[A-Z]\w{3,17}$/.test(plain) && /^\d{3}[\dX]$/.test(plain.slice(-4)) ? plain.slice(-4) : undefined;
}

/** One line of plain characters (FAULTS 48, 55). */
export const plainText = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
