import { expect, it } from 'vitest';
import { CalibrationRun } from './calibration.ts';

it('takes the smallest difference, whatever delay was set while reading', () => {
  const run = new CalibrationRun(0);
  for (const old of [70, 12, 44, 60, 5, 33, 79, 21]) run.add(10_000 + 1500 + old - 400, 400, 10_000);
  expect(run.result(1000)).toEqual({ state: 'ready', samples: 8, wanted: 8, delayMs: 1505, spreadMs: 74 });
});

it('leaves out a reading of another clock', () => {
  const run = new CalibrationRun(0);
  run.add(90_000, 0, 10_000);
  for (let i = 0; i < 8; i++) run.add(11_000 + i, 0, 10_000);
  expect(run.result(1000).delayMs).toBe(1000);
});

it('says how far it is, and gives up after a minute without the clock', () => {
  const run = new CalibrationRun(0);
  run.add(11_000, 0, 10_000);
  expect(run.result(30_000)).toMatchObject({ state: 'reading', samples: 1, delayMs: null });
  expect(run.result(61_000).state).toBe('failed');
});
