import { describe, expect, it } from 'vitest';
import type { PlannedTalk } from '#contracts/events.ts';
import { nextTalk, timeText } from './agenda.tsx';
import { type Arrangement, hasPanel, readArrangement, swapped } from './layouts.ts';
import { followable } from './page-links.tsx';
import { searchPages } from './slide-search.ts';
import { dragged } from './use-float.ts';
import { within, zoomAround } from './use-zoom.ts';

const arrangement = (layout: Arrangement['layout']): Arrangement => ({
  layout,
  flipped: false,
  panel: false,
});

describe('layouts', () => {
  it('swaps what is large and what is small, and back', () => {
    for (const layout of ['tri', 'speaker', 'split', 'pip'] as const) {
      const once = swapped(arrangement(layout));
      expect(once).not.toEqual(arrangement(layout));
      expect(swapped(once)).toEqual(arrangement(layout));
    }
    expect(swapped(arrangement('slides')).layout).toBe('speaker');
  });
  it('remembers what was chosen and survives what it cannot read', () => {
    const chosen: Arrangement = { layout: 'pip', flipped: true, panel: false };
    expect(readArrangement(JSON.stringify(chosen))).toEqual(chosen);
    for (const bad of [null, '', '{', 'null', '{"layout":"sideways"}', '[]'])
      expect(readArrangement(bad).layout).toBe('tri');
  });
  it('keeps the panel beside a small picture', () => {
    expect(hasPanel(arrangement('tri'))).toBe(true);
    expect(hasPanel(arrangement('split'))).toBe(false);
  });
});

describe('the small picture', () => {
  it('follows the pointer and stays inside', () => {
    expect(dragged({ x: 0.5, y: 0.5 }, { x: 100, y: -50 }, { x: 400, y: 200 })).toEqual({ x: 0.75, y: 0.25 });
    expect(dragged({ x: 0.5, y: 0.5 }, { x: 900, y: -900 }, { x: 400, y: 200 })).toEqual({ x: 1, y: 0 });
    expect(dragged({ x: 0.5, y: 0.5 }, { x: 9, y: 9 }, { x: 0, y: 0 })).toEqual({ x: 0.5, y: 0.5 });
  });
});

describe('zoom', () => {
  const box = { left: 0, top: 0, width: 800, height: 400 } as DOMRectReadOnly;
  it('keeps the point under the fingers where it is', () => {
    const zoom = zoomAround({ scale: 1, x: 0, y: 0 }, 2, { x: 600, y: 300 }, box);
    // The point 200, 100 right and below of the middle is at twice that, moved back by as much.
    expect(zoom).toEqual({ scale: 2, x: -200, y: -100 });
  });
  it('never shows beyond the page, and ends at 1 and 5', () => {
    expect(within({ scale: 2, x: 900, y: -900 }, box)).toEqual({ scale: 2, x: 400, y: -200 });
    expect(zoomAround({ scale: 1, x: 0, y: 0 }, 0.2, { x: 0, y: 0 }, box)).toEqual({ scale: 1, x: 0, y: 0 });
    expect(zoomAround({ scale: 4, x: 0, y: 0 }, 40, { x: 400, y: 200 }, box).scale).toBe(5);
  });
});

describe('search in slides', () => {
  const page = (id: string, title: string) => ({
    t: 0,
    deck: 'd',
    page: 0,
    title,
    image: { id, width: 16, height: 9, widths: [480], avif: false },
  });
  const pages = [page('a', '研究背景'), page('b', 'Results'), page('c', '')];
  const texts = new Map([
    ['a', '冠状动脉 ＣＴ 血流储备分数'],
    ['c', 'Sensitivity of coronary CT was 0.92'],
  ]);
  it('finds every word in title or text, whatever the width and case of its letters', () => {
    expect(searchPages(pages, texts, 'ct').map(({ page }) => page.image.id)).toEqual(['a', 'c']);
    expect(searchPages(pages, texts, 'CT 血流').map(({ page }) => page.image.id)).toEqual(['a']);
    expect(searchPages(pages, texts, 'results').map(({ page }) => page.image.id)).toEqual(['b']);
    expect(searchPages(pages, texts, '  ')).toEqual([]);
  });
  it('shows the words around what was found', () => {
    expect(searchPages(pages, texts, 'coronary')[0]?.excerpt).toContain('of coronary CT');
  });
});

describe('the programme', () => {
  const talk = (id: string, state: PlannedTalk['state']): PlannedTalk => ({
    id,
    title: id,
    speakers: [],
    plannedStart: null,
    plannedMinutes: null,
    actualStart: null,
    actualEnd: null,
    state,
    replay: null,
    courseware: [],
  });
  it('knows what comes next', () => {
    const talks = [talk('a', 'done'), talk('b', 'now'), talk('c', 'cancelled'), talk('d', 'planned')];
    expect(nextTalk(talks)?.id).toBe('d');
    expect(nextTalk([talk('a', 'planned')])?.id).toBe('a');
    expect(nextTalk([talk('a', 'done')])).toBeUndefined();
  });
  it('tells times in the zone of the viewer', () => {
    const start = new Date(2026, 3, 5, 9, 0).getTime();
    expect(timeText({ ...talk('a', 'planned'), plannedStart: start, plannedMinutes: 20 })).toBe(
      '09:00–09:20',
    );
    expect(timeText(talk('a', 'planned'))).toBe('');
  });
});

describe('links of a page', () => {
  const at = { x: 0.1, y: 0.2, w: 0.3, h: 0.05 };
  it('lead to the web and to mail, and nowhere else', () => {
    const hrefs = [
      'https://doi.org/10.1/x',
      'http://example.org',
      'mailto:wang%40hospital.cn',
      'javascript:alert(1)',
      'JAVASCRIPT:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      '//example.org',
      '#page=3',
      '',
    ];
    expect(followable(hrefs.map((href) => ({ href, ...at }))).map(({ href, name }) => [href, name])).toEqual([
      ['https://doi.org/10.1/x', 'doi.org'],
      ['http://example.org/', 'example.org'],
      ['mailto:wang%40hospital.cn', 'wang@hospital.cn'],
    ]);
  });
  it('stay on the page, and are a hundred at most', () => {
    const href = 'https://example.org';
    expect(
      followable([
        { href, x: -0.5, y: 0.9, w: 1, h: 0.5 },
        { href, x: 1.2, y: 0, w: 0.1, h: 0.1 },
        { href, x: Number.NaN, y: 0, w: 0.1, h: 0.1 },
      ]).map(({ x, y, w, h }) => [x, y, w, Number(h.toFixed(3))]),
    ).toEqual([[0, 0.9, 0.5, 0.1]]);
    expect(followable(Array.from({ length: 500 }, () => ({ href, ...at })))).toHaveLength(100);
  });
});
