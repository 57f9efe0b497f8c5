import { expect, it } from 'vitest';
import { at, day, midnight, zone } from './test-programme.ts';
import { atOf, axisOf, boundsOf, heightOf, hoursOf, minuteMs, snapped, yOf } from './time-axis.ts';

it('shows the usual hours of an empty day, with an hour of air', () => {
  const axis = axisOf(day, [], zone, 2);
  expect([axis.from, axis.to]).toEqual([at(7 * 60), at(19 * 60)]);
  expect(heightOf(axis)).toBe(12 * 60 * 2);
  expect(hoursOf(axis)).toHaveLength(13);
});
it('grows with what is planned, to full hours, and never before midnight', () => {
  const early = { from: at(10), to: at(40) };
  const late = { from: at(23 * 60), to: at(24 * 60 + 30) };
  const axis = axisOf(day, [early, late], zone, 2);
  expect([axis.from, axis.to]).toEqual([midnight, at(25 * 60)]);
});
it('pixels and moments are each other’s inverse', () => {
  const axis = axisOf(day, [], zone, 2.8);
  expect(atOf(yOf(at(543), axis), axis)).toBeCloseTo(at(543), 3);
  expect(yOf(axis.from + 5 * minuteMs, axis)).toBeCloseTo(14);
});
it('snaps to the nearest 5 minutes', () => {
  expect(snapped(at(487.4))).toBe(at(485));
  expect(snapped(at(487.6))).toBe(at(490));
});
it('a day of a change to summer time has 23 hours', () => {
  const { from, to } = boundsOf('2027-03-28', 'Europe/Berlin');
  expect((to - from) / minuteMs).toBe(23 * 60);
});
