import { describe, expect, it } from 'vitest';
import type { Now } from '#contracts/now.ts';
import { sourceFor } from './source.ts';

const program = {
  renditions: ['source', '480', 'audio'],
  playlist: 'runs/r1/program/index.m3u8',
  audioPlaylist: 'runs/r1/program/audio.m3u8',
  clip: 'clips/r1/1/index.m3u8',
};
const now: Now = {
  state: 'live',
  run: 'r1',
  since: 0,
  runStart: 0,
  tier: 'low-latency',
  tracks: { program },
  at: 0,
};
const wish = { track: 'program', soundOnly: false, clip: false } as const;

describe('what is played', () => {
  it('is the live playlist while the venue is live, away or in a break, and it stays the same one', () => {
    const live = sourceFor(now, wish);
    expect(live).toMatchObject({ path: program.playlist, kind: 'live', lowLatency: true });
    expect(sourceFor({ ...now, state: 'away' }, wish)?.key).toBe(live?.key);
    expect(sourceFor({ ...now, state: 'break' }, wish)?.key).toBe(live?.key);
  });
  it('is loaded anew when the run or the list of renditions changes', () => {
    const key = sourceFor(now, wish)?.key;
    expect(sourceFor({ ...now, run: 'r2' }, wish)?.key).not.toBe(key);
    const fewer = { ...program, renditions: ['source', 'audio'] };
    expect(sourceFor({ ...now, tracks: { program: fewer } }, wish)?.key).not.toBe(key);
  });
  it('is sound only where that is wished and offered', () => {
    expect(sourceFor(now, { ...wish, soundOnly: true })).toMatchObject({
      path: program.audioPlaylist,
      soundOnly: true,
    });
    const { audioPlaylist: _, ...silent } = program;
    expect(sourceFor({ ...now, tracks: { program: silent } }, { ...wish, soundOnly: true })?.soundOnly).toBe(
      false,
    );
  });
  it('is nothing live after the end, but the same whole run before and after it', () => {
    const ended: Now = { ...now, state: 'ended' };
    expect(sourceFor(ended, wish)).toBeUndefined();
    const clip = { ...wish, clip: true };
    expect(sourceFor(ended, clip)?.key).toBe(sourceFor(now, clip)?.key);
  });
  it('falls back to the speaker when there is no slide picture', () => {
    expect(sourceFor(now, { ...wish, track: 'slides' })?.path).toBe(program.playlist);
  });
});
