import { expect, it } from 'vitest';
import { inkPoints, laserPoints, StrokeRecorder } from './stroke-recorder.ts';

it('gives a piece about ten times a second, with times from its first point', () => {
  const recorder = new StrokeRecorder();
  const pieces = [];
  for (let t = 0; t <= 400; t += 20) {
    const piece = recorder.add({ t: 1000 + t, x: t / 1000, y: 0.5, pressure: 0.5 });
    if (piece) pieces.push(piece);
  }
  expect(pieces.map((piece) => piece.t)).toEqual([1000, 1120, 1240]);
  expect(inkPoints(pieces[1]!)[0]).toEqual([0, 0.12, 0.5, 0.5]);
  expect(inkPoints(pieces[1]!).at(-1)?.[0]).toBe(100);
});

it('leaves out points that cannot be told apart, and keeps what it sends within the page', () => {
  const recorder = new StrokeRecorder();
  recorder.add({ t: 0, x: 0.5, y: 0.5, pressure: 1 });
  recorder.add({ t: 10, x: 0.5004, y: 0.5, pressure: 1 });
  recorder.add({ t: 20, x: 3, y: -2, pressure: 7 });
  expect(laserPoints(recorder.take()!)).toEqual([
    [0, 0.5, 0.5],
    [20, 1.05, -0.05],
  ]);
  expect(recorder.take()).toBeUndefined();
});
