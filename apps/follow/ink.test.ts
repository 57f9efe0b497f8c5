import { describe, expect, it } from 'vitest';
import { emptyStage } from '#contracts/stage-state.ts';
import { drawnBy, isMoving, laserAt } from './ink.ts';

const points = [
  [1000, 0.1, 0.1, 0.5],
  [1040, 0.2, 0.1, 0.5],
  [1080, 0.3, 0.1, 0.5],
] as const;
const laser = {
  image: 'p',
  t: 1000,
  points: [
    [0, 0.1, 0.1],
    [100, 0.2, 0.2],
    [200, 0.3, 0.3],
  ],
} as const;

describe('ink and laser at a moment', () => {
  it('draws a stroke in the order of its points in time', () => {
    expect([999, 1000, 1050, 1080, 9000].map((moment) => drawnBy(points, moment))).toEqual([0, 1, 2, 3, 3]);
  });
  it('shows the laser where it was, with a fading tail, and takes it away when it rests', () => {
    expect(laserAt(laser, 999)).toEqual([]);
    expect(laserAt(laser, 1100).map(({ x }) => x)).toEqual([0.1, 0.2]);
    const shown = laserAt(laser, 1300);
    expect(shown.at(-1)).toMatchObject({ x: 0.3, strength: 1 });
    expect(shown[0]?.strength).toBeLessThan(1);
    expect(laserAt(laser, 2000).map(({ x }) => x)).toEqual([0.3]);
    expect(laserAt(laser, 3000)).toEqual([]);
  });
  it('paints again only while something moves', () => {
    const stroke = {
      kind: 'stroke' as const,
      stroke: 's',
      image: 'p',
      tool: 'pen' as const,
      colour: '#000000',
      size: 0.01,
      points,
      ended: true,
    };
    expect(isMoving({ ...emptyStage, ink: [stroke] }, 'p', 1050)).toBe(true);
    expect(isMoving({ ...emptyStage, ink: [stroke] }, 'p', 1080)).toBe(false);
    expect(isMoving({ ...emptyStage, ink: [stroke] }, 'other', 1050)).toBe(false);
    expect(isMoving({ ...emptyStage, laser }, 'p', 1250)).toBe(true);
    expect(isMoving({ ...emptyStage, laser }, 'p', 9000)).toBe(false);
  });
});
