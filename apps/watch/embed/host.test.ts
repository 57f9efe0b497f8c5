import { describe, expect, it } from 'vitest';
import { readHostMessage } from './host.ts';

describe('messages of the page around a frame', () => {
  it('are a pass, or a signed call', () => {
    expect(readHostMessage({ type: 'rostrum.pass', pass: 'k1.abc_DEF-9~x' })).toEqual({
      kind: 'pass',
      pass: 'k1.abc_DEF-9~x',
    });
    expect(readHostMessage({ type: 'rostrum.logIn', call: 'partner=a&uid=1&sign=ff' })).toEqual({
      kind: 'logIn',
      call: 'partner=a&uid=1&sign=ff',
    });
  });
  it.each([
    null,
    'rostrum.pass',
    { type: 'rostrum.pass' },
    { type: 'rostrum.pass', pass: '../x' },
    { type: 'rostrum.pass', pass: 'a/b' },
    { type: 'rostrum.pass', pass: 'x'.repeat(600) },
    { type: 'rostrum.logIn', call: 'a#b' },
    { type: 'rostrum.logIn', call: 'https://evil.example/?a=b' },
    { type: 'other', pass: 'x' },
  ])('are nothing else: %j', (data) => expect(readHostMessage(data)).toBeUndefined());
});
