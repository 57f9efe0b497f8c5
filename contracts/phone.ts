/** Phone numbers: one form to keep and compare, one to show. Without zod: pages use it too. */

/** E.164 with plus. Eleven digits that look like a mobile of the mainland need no country code. Undefined: no phone number. */
export function normalPhone(text: string): string | undefined {
  const digits = text.normalize('NFKC').replace(/[\s().-]/g, '');
  if (/^1[3-9]\d{9}$/.test(digits)) return `+86${digits}`;
  const international = digits.replace(/^00/, '+').replace(/^(86)(?=1[3-9]\d{9}$)/, '+$1');
  if (/^\+86/.test(international)) return /^\+861[3-9]\d{9}$/.test(international) ? international : undefined;
  return /^\+[1-9]\d{6,14}$/.test(international) ? international : undefined;
}

/** `138****1234`, for pages and logs. */
export function maskedPhone(phone: string): string {
  const local = phone.replace(/^\+86/, '');
  return `${local.slice(0, 3)}****${local.slice(-4)}`;
}
