import { expect, it } from 'vitest';
import type { RenditionSink, SegmentStart } from '../packager/segment.ts';
import type { RungMessage } from './rung-output.ts';
import { RungOutput } from './rung-output.ts';

const start = (msn: number, discontinuity = false): SegmentStart => ({
  msn,
  init: 0,
  programDateTime: 1_700_000_000_000 + msn * 2000,
  discontinuity,
});
const init = (name = 'a'): RungMessage => ({
  kind: 'init',
  rung: '480',
  bytes: Buffer.from(name),
  codecs: 'avc1.64001e',
  width: 854,
  height: 480,
  frameRate: 25,
});
const part = (msn: number, index: number): RungMessage => ({
  kind: 'part',
  rung: '480',
  msn,
  index,
  bytes: Buffer.from('x'),
  duration: 0.32,
  independent: index === 0,
  start: msn * 2 + index * 0.32,
});
const end = (msn: number): RungMessage => ({ kind: 'end', rung: '480', msn });

/** What the rendition was told, one word a call. */
function rung(): { output: RungOutput; said: string[] } {
  const said: string[] = [];
  const sink: RenditionSink = {
    init: ({ k }) => said.push(`init${k}`),
    startSegment: ({ msn, init: k, discontinuity }) =>
      said.push(`start${msn}/${k}${discontinuity ? '!' : ''}`),
    part: ({ msn, index }) => said.push(`part${msn}.${index}`),
    endSegment: (msn) => said.push(`end${msn}`),
    gap: ({ msn }, duration) => said.push(`gap${msn}=${duration}`),
  };
  return { output: new RungOutput(() => sink), said };
}

it("writes what the process makes under the source's numbers, and measures how late it is", () => {
  const { output, said } = rung();
  output.sourceStart(start(5), true);
  output.sourcePart(5, 0, 1000);
  output.received(init(), 1100);
  expect(output.lag(1300)).toBeCloseTo(0.3);
  output.received(part(5, 0), 1200);
  expect(output.lag(9000)).toBeCloseTo(0.2);
  output.sourceEnd(5, 2);
  output.received(end(5), 1400);
  expect(said).toEqual(['init0', 'start5/0', 'part5.0', 'end5']);
});

it('ends a segment that was begun when the process is lost, and makes gaps of the others once their length is known', () => {
  const { output, said } = rung();
  output.received(init(), 0);
  output.sourceStart(start(5), true);
  output.received(part(5, 0), 0);
  output.sourceEnd(5, 2);
  output.sourceStart(start(6), true);
  output.sourceEnd(6, 2);
  output.sourceStart(start(7), true);
  output.lose();
  expect(said.slice(3)).toEqual(['end5', 'gap6=2']);
  output.sourceStart(start(8), true);
  output.received(part(6, 1), 0);
  output.received(part(7, 0), 0);
  output.sourceEnd(7, 1.5);
  output.received(part(8, 0), 0);
  expect(said.slice(5)).toEqual(['gap7=1.5', 'start8/0', 'part8.0']);
});

it('numbers inits anew only when they differ, with a discontinuity', () => {
  const { output, said } = rung();
  for (const [msn, name] of [
    [1, 'a'],
    [2, 'a'],
    [3, 'b'],
  ] as const) {
    output.received(init(name), 0);
    output.sourceStart(start(msn), true);
    output.received(part(msn, 0), 0);
    output.sourceEnd(msn, 2);
    output.received(end(msn), 0);
  }
  expect(said.filter((word) => /init|start/.test(word))).toEqual([
    'init0',
    'start1/0',
    'start2/0',
    'init1',
    'start3/1!',
  ]);
});

it('opens no rendition for a rung that is not made, and none of its lag counts', () => {
  const { output, said } = rung();
  output.sourceStart(start(1), true);
  output.sourcePart(1, 0, 0);
  output.received({ kind: 'absent', rung: '480' }, 0);
  output.sourceStart(start(2), true);
  output.sourcePart(2, 0, 0);
  output.sourceEnd(2, 2);
  expect(output.lag(60_000)).toBe(0);
  expect(said).toEqual([]);
});

it("gives a segment's last part together with its end, never before (DESIGN 4, rule 3)", () => {
  const { output, said } = rung();
  output.sourceStart(start(5), true);
  output.received(init(), 0);
  for (const index of [0, 1]) output.sourcePart(5, index, 0);
  output.sourceEnd(5, 0.64);
  output.received(part(5, 0), 1);
  output.received(part(5, 1), 2);
  expect(said).toEqual(['init0', 'start5/0', 'part5.0']);
  output.received(end(5), 3);
  expect(said.slice(-2)).toEqual(['part5.1', 'end5']);
});

it('does not lose a last part that waits for its end when the process is lost', () => {
  const { output, said } = rung();
  output.sourceStart(start(5), true);
  output.received(init(), 0);
  output.sourcePart(5, 0, 0);
  output.sourceEnd(5, 0.32);
  output.received(part(5, 0), 1);
  output.lose();
  expect(said).toEqual(['init0', 'start5/0', 'part5.0', 'end5']);
});
