import { createHmac, hkdfSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { Sealing } from './sealing.ts';

const secret = 'a secret of the server';
const sealing = new Sealing(secret);

it('a mark is HMAC-SHA-256 of its parts, cut to 128 bits', () => {
  const key = Buffer.from(hkdfSync('sha256', secret, 'rostrum personal data 1', 'mark', 32));
  const right = createHmac('sha256', key).update('5:phone2:c114:+8613812345678').digest().subarray(0, 16);
  expect(sealing.mark('phone', 'c1', '+8613812345678')).toBe(right.toString('base64url'));
  expect(sealing.mark('姓')).toBe(
    createHmac('sha256', key).update('3:姓').digest().subarray(0, 16).toString('base64url'),
  );
});

it('no part of a mark runs into the next, and another secret marks otherwise', () => {
  expect(sealing.mark('ab', 'c')).not.toBe(sealing.mark('a', 'bc'));
  expect(sealing.mark('a')).not.toBe(new Sealing('another').mark('a'));
});

it('what is sealed is read back, each time sealed otherwise', () => {
  const sealed = sealing.seal('13812345678', 'row 1');
  expect(sealing.open(sealed, 'row 1')).toBe('13812345678');
  expect(sealing.seal('13812345678', 'row 1')).not.toBe(sealed);
  expect(sealed).not.toContain('13812345678');
});

it('fault 70: what was altered, moved to another row, or sealed by another secret is not read', () => {
  const sealed = sealing.seal('13812345678', 'row 1');
  const altered = Buffer.from(sealed, 'base64url');
  altered[20]! ^= 1;
  expect(() => sealing.open(altered.toString('base64url'), 'row 1')).toThrow();
  expect(() => sealing.open(sealed, 'row 2')).toThrow();
  expect(() => new Sealing('another').open(sealed, 'row 1')).toThrow();
  expect(() => sealing.open('AAAA', 'row 1')).toThrow();
});
