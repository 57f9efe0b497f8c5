import { expect, it } from 'vitest';
import { isSigned, newWebhookSecret, signDelivery } from './signature.ts';

const secret = newWebhookSecret();
const now = 1_800_000_000_000;

it('a delivery is known by its signature, and only as it was sent and lately', () => {
  const header = signDelivery(secret, now / 1000, '{"a":1}');
  expect(header).toMatch(/^t=1800000000,v1=[0-9a-f]{64}$/);
  expect(isSigned(header, secret, '{"a":1}', now)).toBe(true);
  expect(isSigned(header, secret, '{"a":2}', now)).toBe(false);
  expect(isSigned(header, newWebhookSecret(), '{"a":1}', now)).toBe(false);
  expect(isSigned(header, secret, '{"a":1}', now + 301_000)).toBe(false);
  expect(isSigned(header.replace('t=1800000000', 't=1800000001'), secret, '{"a":1}', now)).toBe(false);
  expect(isSigned('', secret, '{"a":1}', now)).toBe(false);
});
