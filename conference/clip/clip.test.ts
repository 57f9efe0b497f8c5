import { describe, expect, it } from 'vitest';
import type { PageImage, StageEvent } from '#contracts/events.ts';
import { emptyStage, type StageState, stageAfter } from '#contracts/stage-state.ts';
import { type ClipRecord, changed, rangesProblem } from './clip.ts';
import { chaptersOf, clipInfo, type StagePiece } from './clip-info.ts';

const clip: ClipRecord = {
  id: 'c',
  venueId: 'v',
  talkId: null,
  title: 'A',
  speakers: [],
  version: 3,
  state: 'published',
  empty: false,
  ranges: [{ from: 100, to: 200 }],
  createdAt: 0,
};

describe('versions', () => {
  it('a change makes the next one, the same again does not', () => {
    expect(changed(clip, { state: 'hidden' })).toEqual({ ...clip, state: 'hidden', version: 4 });
    expect(changed(clip, { title: 'A', ranges: [{ from: 100, to: 200 }] })).toBe(clip);
  });
});

describe('ranges', () => {
  it('lie in the past and end after their beginning; only the last may be open', () => {
    expect(rangesProblem([{ from: 5, to: 9 }], 10)).toBeUndefined();
    expect(
      rangesProblem(
        [
          { from: 5, to: 9 },
          { from: 1, to: null },
        ],
        10,
      ),
    ).toBeUndefined();
    expect(
      rangesProblem(
        [
          { from: 5, to: null },
          { from: 1, to: 2 },
        ],
        10,
      ),
    ).toMatch('open end');
    expect(rangesProblem([{ from: 10, to: null }], 10)).toMatch('begin in the past');
    expect(rangesProblem([{ from: 5, to: 5 }], 10)).toMatch('after its beginning');
    expect(rangesProblem([{ from: 5, to: 11 }], 10)).toMatch('end in the past');
  });
});

const image = (name: string): PageImage => ({
  id: name.padEnd(16, '0'),
  width: 1920,
  height: 1080,
  widths: [480],
  avif: false,
});
let i = 0;
const page = (t: number, name: string): StageEvent => ({
  ...{ i: i++, at: t, t, type: 'page', deck: 'd', page: 0, step: 0, pages: 9, next: null },
  ...{ image: image(name), title: `Page ${name}`, source: 'presenter', by: 'x' },
});
const talk = (t: number, id: string | null): StageEvent => ({
  ...{ i: i++, at: t, t, type: 'talk' },
  talk: id === null ? null : { id, title: `Talk ${id}`, speakers: [] },
});
const piece = (from: number, before: StageEvent[], events: StageEvent[]): StagePiece => ({
  from,
  state: before.reduce<StageState>(stageAfter, emptyStage),
  events,
});

describe('chapters', () => {
  it('what is on at the beginning stands there; each talk and page after it at its own moment', () => {
    const chapters = chaptersOf([
      piece(
        100,
        [talk(90, 'a'), page(95, 'p1')],
        [page(120, 'p2'), page(130, 'p2'), talk(150, 'b'), page(160, 'p3')],
      ),
    ]);
    expect(
      chapters.map(({ t, kind, title, image: shown }) => [t, kind, title, shown?.id.slice(0, 2)]),
    ).toEqual([
      [100, 'talk', 'Talk a', 'p1'],
      [100, 'page', 'Page p1', 'p1'],
      [120, 'page', 'Page p2', 'p2'],
      [150, 'talk', 'Talk b', 'p3'],
      [160, 'page', 'Page p3', 'p3'],
    ]);
  });
  it('the page that the talk before left behind is not one of this talk', () => {
    const left = { ...page(95, 'p1'), deck: 'of the talk before' } as StageEvent;
    const chapters = chaptersOf([piece(100, [left, talk(100, 'b')], [page(900, 'p2')])]);
    expect(chapters.map(({ t, image: shown }) => [t, shown?.id.slice(0, 2)])).toEqual([
      [100, 'p2'],
      [900, 'p2'],
    ]);
  });
  it('a talk told again, as after a corrected title or a cut taken back, is one chapter', () => {
    expect(
      chaptersOf([piece(100, [talk(100, 'a')], [talk(110, 'a'), talk(120, null), talk(130, 'b')])]),
    ).toHaveLength(2);
  });
  it('joined ranges have them in the order they are played', () => {
    const info = clipInfo(
      {
        id: 'c',
        version: 2,
        title: 'Both',
        speakers: [],
        tracks: ['program'],
        ranges: [
          { from: 500, to: 600 },
          { from: 100, to: null },
        ],
      },
      [piece(500, [talk(400, 'b')], []), piece(100, [talk(90, 'a')], [])],
    );
    expect(info.chapters.map(({ t }) => t)).toEqual([500, 100]);
    expect(info).toMatchObject({ open: true, tracks: { program: 'clips/c/2/index.m3u8' } });
  });
});
