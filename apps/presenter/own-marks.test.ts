import { expect, it } from 'vitest';
import type { InkMark } from '#contracts/stage-state.ts';
import { marksOn, notYetOnStage } from './own-marks.ts';

const stroke = (id: string, points: number, ended: boolean, image = 'a'): InkMark => ({
  ...{ kind: 'stroke', stroke: id, image, tool: 'pen', colour: '#e02b2b', size: 0.004, ended },
  points: Array.from({ length: points }, (_, k) => [k, k / 100, 0.5, 0.5] as const),
});
const text = (id: string): InkMark => ({
  ...{ kind: 'text', stroke: id, image: 'a', x: 0, y: 0, text: '重点', colour: '#e02b2b', size: 0.03, t: 1 },
});

it('shows a stroke whole while the stage has only its beginning, and once', () => {
  const own = [stroke('s', 9, false)];
  const stage = [stroke('other', 3, true), stroke('s', 4, false)];
  expect(notYetOnStage(own, stage)).toBe(own);
  const shown = marksOn('a', stage, own);
  expect(shown.map((mark) => mark.stroke)).toEqual(['other', 's']);
  expect(shown[1]).toBe(own[0]);
});

it('leaves a mark to the stage when that has all of it', () => {
  const own = [stroke('s', 9, false), text('t'), stroke('later', 2, false)];
  const stage = [stroke('s', 9, true), text('t')];
  expect(notYetOnStage(own, stage).map((mark) => mark.stroke)).toEqual(['later']);
});

it('keeps marks of other pages apart', () => {
  expect(marksOn('a', [stroke('s', 2, true, 'b')], [stroke('o', 2, false, 'b')])).toEqual([]);
});
