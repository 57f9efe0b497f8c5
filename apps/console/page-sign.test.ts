import { describe, expect, it } from 'vitest';
import { venueStates } from '#contracts/now.ts';
import { favicon, pageTitle } from './page-sign.ts';

const signs = [...venueStates, 'lost', 'none'] as const;

describe('title and icon of the page', () => {
  it('differ for every state, and when the connection is lost', () => {
    expect(new Set(signs.map((sign) => pageTitle(sign, '主会场'))).size).toBe(signs.length);
    expect(new Set(signs.map(favicon)).size).toBe(signs.length);
  });
  it('name the state before the venue, as tabs cut titles at the end', () => {
    expect(pageTitle('live', '主会场')).toBe('● 直播中 · 主会场');
    expect(pageTitle('lost', '主会场')).toBe('? 控制台断线 · 主会场');
  });
  it('are told apart without colour: no two icons have the same shape', () => {
    const shape = (sign: (typeof signs)[number]) => decodeURIComponent(favicon(sign)).replace(/#\w+/g, '');
    expect(new Set(signs.map(shape)).size).toBe(signs.length);
  });
});
