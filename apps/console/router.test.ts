import { describe, expect, it } from 'vitest';
import { conferencePath, loginPath, parseRoute, platformPath, safeReturn, venuePath } from './router.ts';

const origin = 'https://live.example.org';

describe('addresses of the console', () => {
  it('lead to their pages, with a trailing slash too', () => {
    expect(parseRoute('/console', '')).toEqual({ name: 'conferences' });
    expect(parseRoute('/console/', '')).toEqual({ name: 'conferences' });
    expect(parseRoute('/console/venues/', '')).toEqual({ name: 'venues' });
    expect(parseRoute(conferencePath('c1'), '')).toEqual({
      name: 'conference',
      id: 'c1',
      section: 'overview',
    });
    expect(parseRoute(conferencePath('c1', 'people'), '')).toEqual({
      name: 'conference',
      id: 'c1',
      section: 'people',
    });
    expect(parseRoute('/console/c/c1/nothing', '')).toEqual({ name: 'unknown' });
    expect(parseRoute('/console/c/c1/people/x', '')).toEqual({ name: 'unknown' });
    expect(parseRoute(platformPath('system'), '')).toEqual({ name: 'platform', section: 'system' });
    expect(parseRoute(venuePath('a/b 中'), '')).toEqual({ name: 'venue', id: 'a/b 中' });
    expect(parseRoute('/console/venues/%ff', '')).toEqual({ name: 'unknown' });
    expect(parseRoute('/console/nothing', '')).toEqual({ name: 'unknown' });
  });
  it('keep where the person was through the log-in', () => {
    const url = new URL(loginPath('/console/venues/v1?x=1'), origin);
    const route = parseRoute(url.pathname, url.search);
    expect(route).toEqual({ name: 'login', next: '/console/venues/v1?x=1' });
    expect(safeReturn('/console/venues/v1?x=1', origin)).toBe('/console/venues/v1?x=1');
  });
  it('fault 73: log-in never leads to another origin or out of the console', () => {
    const bad = [
      'https://evil.example/console',
      '//evil.example/console',
      '/\\evil.example/console',
      'javascript:alert(1)',
      '/consoles',
      '/console/../watch/v1',
      '/console/login?next=x',
      'http://[',
      '',
    ];
    for (const next of bad) expect(safeReturn(next, origin), next).toBe('/console');
  });
});
