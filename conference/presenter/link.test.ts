import { expect, it } from 'vitest';
import { hashOf, isUsable, newToken, openSitting, sealSitting, shownPerson } from './link.ts';

const secret = 'a secret of the server';
const sitting = { link: 'l', talk: 't', name: '李', until: 1000 };

it('a token has 256 bits, and only its hash is kept', () => {
  const token = newToken();
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(hashOf(token)).toMatch(/^[0-9a-f]{64}$/);
  expect(newToken()).not.toBe(token);
});

it('a link is usable until it expires or is revoked', () => {
  const link = { id: 'l', talkId: 't', name: '', createdAt: 0, createdBy: 'x', lastUsedAt: null };
  expect(isUsable({ ...link, expiresAt: 10, revokedAt: null }, 9)).toBe(true);
  expect(isUsable({ ...link, expiresAt: 10, revokedAt: null }, 10)).toBe(false);
  expect(isUsable({ ...link, expiresAt: 10, revokedAt: 5 }, 9)).toBe(false);
});

it('a cookie is read back until it expires', () => {
  const sealed = sealSitting(sitting, secret);
  expect(openSitting(sealed, secret, 999)).toEqual(sitting);
  expect(openSitting(sealed, secret, 1000)).toBeUndefined();
});

it('fault 70: a cookie that was forged, altered or signed for something else is none', () => {
  const sealed = sealSitting(sitting, secret);
  const [body = '', mac = ''] = sealed.split('.');
  const other = Buffer.from(JSON.stringify({ ...sitting, talk: 'other' })).toString('base64url');
  for (const forged of [
    `${other}.${mac}`,
    `${body}.`,
    `${body}.${mac}.`,
    `.${mac}`,
    body,
    '',
    'x'.repeat(5000),
    sealSitting(sitting, 'another secret'),
  ])
    expect(openSitting(forged, secret, 0)).toBeUndefined();
});

it('fault 48: a shown name is one line of plain characters', () => {
  expect(shownPerson('  a\r\nb\u202e\u200bc  ')).toBe('abc');
  expect(shownPerson('\ud800')).toBe('\ufffd');
  expect(shownPerson('x'.repeat(100))).toHaveLength(40);
});
