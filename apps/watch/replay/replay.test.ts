import { describe, expect, it } from 'vitest';
import type { ClipInfo } from '#contracts/clip.ts';
import type { StageEvent } from '#contracts/events.ts';
import { emptyStage, stageAfter } from '#contracts/stage-state.ts';
import { replayOf } from '../address.ts';
import { ClipQuestion } from './clip-question.ts';
import { ClipStages } from './clip-stages.ts';
import { offsetIn } from './offset.ts';
import { leave, leftAt } from './position.ts';

const info: ClipInfo = {
  id: 'c1',
  version: 2,
  title: '血流储备分数',
  speakers: [],
  ranges: [
    { from: 10_000, to: 20_000 },
    { from: 50_000, to: 60_000 },
  ],
  open: false,
  tracks: { program: 'clips/c1/2/index.m3u8' },
  chapters: [],
};
const turn = (i: number, t: number, page: number): StageEvent => ({
  i,
  at: t,
  t,
  type: 'page',
  deck: 'd',
  page,
  step: 0,
  pages: 9,
  image: { id: `image-${page}`, width: 16, height: 9, widths: [480], avif: false },
  next: null,
  title: '',
  source: 'presenter',
  by: '',
});

describe('a replay', () => {
  it('shows the page of the moment in whatever range it is, in any order of ranges', () => {
    const stages = new ClipStages({
      ranges: [
        { from: 50_000, state: emptyStage, events: [turn(5, 52_000, 5)] },
        { from: 10_000, state: emptyStage, events: [turn(1, 10_000, 1), turn(2, 15_000, 2)] },
      ],
    });
    expect([12_000, 16_000, 53_000].map((t) => stages.at(t).page?.page)).toEqual([1, 2, 5]);
    expect(stages.at(51_000).page).toBeNull();
    expect(stages.pages().map(({ page }) => page)).toEqual([1, 2, 5]);
  });

  it('asks for no picture of the talk before when the first page follows at once', () => {
    const before = stageAfter(emptyStage, { ...turn(1, 9_000, 1), deck: 'before' } as StageEvent);
    const at = (first: number) =>
      new ClipStages({ ranges: [{ from: 10_000, state: before, events: [turn(2, first, 2)] }] });
    expect(at(10_400).at(10_000).page).toBeNull();
    expect(
      at(10_400)
        .pages()
        .map(({ page }) => page),
    ).toEqual([2]);
    // It was on screen for a while: then it is part of the recording.
    expect(at(30_000).at(10_000).page?.page).toBe(1);
  });

  it('tells where a moment is, over the ranges', () => {
    expect(offsetIn(info, 12_000)).toBe(2000);
    expect(offsetIn(info, 51_000)).toBe(11_000);
    expect(offsetIn({ ranges: [{ from: 5, to: null }] }, 1005)).toBe(1000);
  });

  it('asks caches for the version it knows, and the server only when that is gone', async () => {
    let version = 2;
    const asked: string[] = [];
    const question = new ClipQuestion('/media/public/v', 'v', 'c1', async (url) => {
      asked.push(url);
      const body = url.startsWith('/api') ? { venueId: 'v', id: 'c1', version } : { ...info, version };
      const there = url.startsWith('/api') ? version > 0 : url.includes(`/c1/${version}/`);
      return new Response(JSON.stringify(body), { status: there ? 200 : 404 });
    });
    const { signal } = new AbortController();
    expect((await question.ask(0, signal)).kind).toBe('now');
    expect((await question.ask(0, signal)).kind).toBe('now');
    expect(asked.filter((url) => url.startsWith('/api')).length).toBe(1);
    version = 3;
    const renewed = await question.ask(0, signal);
    expect(renewed.kind === 'now' && renewed.now.run).toBe('c1 3');
    version = 0;
    expect((await question.ask(0, signal)).kind).toBe('unknownVenue');
  });

  it('does not play a clip under the address of another venue', async () => {
    const question = new ClipQuestion(
      '/media/public/v',
      'v',
      'c1',
      async () => new Response(JSON.stringify({ venueId: 'other', id: 'c1', version: 1 })),
    );
    expect((await question.ask(0, new AbortController().signal)).kind).toBe('unknownVenue');
  });

  it('takes a server that does not answer for lost, not for a replay that is gone', async () => {
    const question = new ClipQuestion('/media/public/v', 'v', 'c1', () =>
      Promise.reject(new Error('network')),
    );
    expect(await question.ask(2, new AbortController().signal)).toEqual({ kind: 'lost', failures: 3 });
  });

  it('remembers where each replay was left, the last fifty of them', () => {
    let text: string | null = null;
    const store = {
      getItem: () => text,
      setItem: (_: string, value: string) => {
        text = value;
      },
    };
    for (let k = 0; k < 60; k++) leave(`c${k}`, k * 1000, store);
    expect(leftAt('c59', store)).toBe(59_000);
    expect(leftAt('c5', store)).toBeUndefined();
    leave('c59', undefined, store);
    expect(leftAt('c59', store)).toBeUndefined();
    text = '{"damaged":';
    expect(leftAt('c58', store)).toBeUndefined();
  });

  it('is found by its address', () => {
    expect(replayOf('/replay/hall%201/abc')).toEqual({ venueId: 'hall 1', clipId: 'abc' });
    expect(replayOf('/watch/hall')).toBeUndefined();
  });
});
