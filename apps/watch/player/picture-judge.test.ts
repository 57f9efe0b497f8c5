import { describe, expect, it } from 'vitest';
import { PictureJudge } from './picture-judge.ts';

describe('falling back to sound only', () => {
  it('happens after four stalls in 25 s, not after four in a minute', () => {
    const seldom = new PictureJudge();
    for (const at of [0, 20_000, 40_000, 60_000]) {
      seldom.stalled(at);
      seldom.playing();
    }
    expect(seldom.judge(60_000, true)).toBe('stay');
    const often = new PictureJudge();
    for (const at of [0, 5000, 10_000, 15_000]) {
      often.stalled(at);
      often.playing();
    }
    expect(often.judge(15_000, true)).toBe('soundOnly');
  });
  it('happens when one stall lasts over 9 s', () => {
    const judge = new PictureJudge();
    judge.stalled(0);
    expect(judge.judge(8000, true)).toBe('stay');
    expect(judge.judge(9100, true)).toBe('soundOnly');
  });
  it('never happens where it is not offered or not wished', () => {
    const judge = new PictureJudge();
    judge.stalled(0);
    expect(judge.judge(60_000, false)).toBe('stay');
  });
  it('tries the picture again after a minute, then after two', () => {
    const judge = new PictureJudge();
    judge.stalled(0);
    judge.judge(10_000, true);
    expect(judge.judge(69_000, true)).toBe('stay');
    expect(judge.judge(70_000, true)).toBe('picture');
    judge.stalled(71_000);
    expect(judge.judge(81_000, true)).toBe('soundOnly');
    expect(judge.judge(200_000, true)).toBe('stay');
    expect(judge.judge(201_000, true)).toBe('picture');
  });
});
