import { describe, expect, it } from 'vitest';
import { maskedPhone, normalPhone, safeNext } from './account.ts';

describe('phone numbers', () => {
  it.each([
    ['13800138000', '+8613800138000'],
    ['138 0013 8000', '+8613800138000'],
    ['１３８００１３８０００', '+8613800138000'],
    ['+86 138-0013-8000', '+8613800138000'],
    ['0086 13800138000', '+8613800138000'],
    ['8613800138000', '+8613800138000'],
    ['+852 9123 4567', '+85291234567'],
  ])('%s is %s', (text, phone) => expect(normalPhone(text)).toBe(phone));
  it.each(['', '12345', '10086', '02787654321', '+86 10086', '+0123456789', 'abc', '1380013800a'])(
    '%j is none',
    (text) => expect(normalPhone(text)).toBeUndefined(),
  );
  it('are shown with their middle hidden', () => expect(maskedPhone('+8613800138000')).toBe('138****8000'));
});

describe('fault 73: the address after a log-in', () => {
  it.each(['/c/cardio-2026', '/watch/v1?t=5#chat', '/'])('%s is kept', (next) =>
    expect(safeNext(next)).toBe(next),
  );
  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/x\n/y',
    '/.//evil.example',
    'javascript:alert(1)',
    'watch/v1',
    '/login?next=/',
    '/api/v1/me',
    `/${'x'.repeat(3000)}`,
    '',
    null,
    undefined,
  ])('%j is not', (next) => expect(safeNext(next)).toBe('/account'));
});
