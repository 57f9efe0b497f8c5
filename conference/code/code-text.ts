/** How a code is written: ten signs nobody mistakes for others, in two halves. Pure but for the dice. */
import { randomInt } from 'node:crypto';

/** Without 0 O 1 I L. 10 of 31: 49 bits, and tries are limited. */
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const length = 10;

export const newCode = (): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** `ABCDE-FGH23`. */
export const shownCode = (code: string): string => `${code.slice(0, 5)}-${code.slice(5)}`;

/** As typed or pasted; undefined: no code can look like this. */
export function normalCode(text: string): string | undefined {
  const plain = text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s–—_-]/g, '');
  return plain.length === length && [...plain].every((sign) => alphabet.includes(sign)) ? plain : undefined;
}
