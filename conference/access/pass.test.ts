import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyFor, newSittingId, openPass, type PassKey, passKey, sealPass } from './pass.ts';
import { loadPassKeys } from './pass-keys.ts';

const key = (id: number, since = 0): PassKey => passKey(id, since, randomBytes(32));
const one = key(1);
const content = { sitting: newSittingId(), conferenceId: 'c1', expiresAt: 1_900_000_000_000 };
const pass = sealPass(content, one);

describe('passes', () => {
  it('a pass tells its sitting, conference and expiry, and stands in an address as it is', () => {
    const opened = openPass(pass, [key(2), one]);
    expect(opened).toMatchObject({ sitting: content.sitting, expiresAt: content.expiresAt });
    expect(opened?.isOf('c1')).toBe(true);
    expect(opened?.isOf('c2')).toBe(false);
    expect(pass).toMatch(/^[A-Za-z0-9_-]{75}$/);
  });

  it('fault 36b: no other text is a pass: every changed, cut or lengthened one is refused', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let at = 0; at < pass.length; at++)
      for (const letter of letters) {
        const forged = pass.slice(0, at) + letter + pass.slice(at + 1);
        if (forged !== pass) expect(openPass(forged, [one])).toBeUndefined();
      }
    for (const forged of ['', 'public', pass.slice(1), `${pass}A`, `${pass.slice(0, -1)}=`, ' '.repeat(75)])
      expect(openPass(forged, [one])).toBeUndefined();
  });

  it('a pass signed by a secret that is gone, or by another of the same number, is refused', () => {
    expect(openPass(pass, [])).toBeUndefined();
    expect(openPass(pass, [key(1)])).toBeUndefined();
  });
});

describe('the secrets of passes', () => {
  const file = () => {
    let text: string | undefined;
    return {
      read: async () => text,
      write: async (next: string) => {
        text = next;
      },
    };
  };
  const day = 86_400_000;

  it('are kept over restarts, and a new one is made after a month', async () => {
    const kept = file();
    const [first] = await loadPassKeys(kept, 0);
    const [later] = await loadPassKeys(kept, 29 * day);
    expect(openPass(sealPass(content, first!), [later!])).toBeDefined();
    const [second, before] = await loadPassKeys(kept, 31 * day);
    expect(second?.id).not.toBe(first?.id);
    expect(openPass(sealPass(content, first!), [second!, before!])).toBeDefined();
    expect(openPass(sealPass(content, first!), [second!])).toBeUndefined();
  });

  it('one that signs no more is good until its last pass has expired, then forgotten', async () => {
    const kept = file();
    await loadPassKeys(kept, 0);
    await loadPassKeys(kept, 31 * day);
    expect(await loadPassKeys(kept, 31 * day + 11 * 3_600_000)).toHaveLength(2);
    expect(await loadPassKeys(kept, 31 * day + 13 * 3_600_000)).toHaveLength(1);
  });

  it('a sitting has the same pass after a rotation', () => {
    const keys = [key(2, 1000), key(1, 0)];
    expect(keyFor(keys, 999).id).toBe(1);
    expect(keyFor(keys, 1000).id).toBe(2);
  });
});
