import { describe, expect, it } from 'vitest';
import { tryPlay } from './autoplay.ts';

const named = (name: string) => Object.assign(new Error(name), { name });
const video = (allow: (muted: boolean) => boolean, error = 'NotAllowedError') => ({
  muted: false,
  async play() {
    if (!allow(this.muted)) throw named(error);
  },
});

describe('starting by itself', () => {
  it('plays with sound where the browser allows it', async () => {
    const element = video(() => true);
    expect(await tryPlay(element)).toBe('none');
    expect(element.muted).toBe(false);
  });
  it('plays muted where sound is refused', async () => {
    const element = video((muted) => muted);
    expect(await tryPlay(element)).toBe('muted');
    expect(element.muted).toBe(true);
  });
  it('asks for a tap where all is refused, and then plays with sound', async () => {
    const element = video(() => false);
    expect(await tryPlay(element)).toBe('play');
    expect(element.muted).toBe(false);
  });
  it('plays muted in each of two overlapping attempts', async () => {
    const element = video((muted) => muted);
    expect(await Promise.all([tryPlay(element), tryPlay(element)])).toEqual(['muted', 'muted']);
  });
  it('says nothing when a new source overtook it', async () => {
    expect(await tryPlay(video(() => false, 'AbortError'))).toBeUndefined();
  });
});
