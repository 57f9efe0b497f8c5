import { describe, expect, it } from 'vitest';
import type { StageBody, StageEvent } from '#contracts/events.ts';
import { emptyStage, type StageState, stageAfter } from '#contracts/stage-state.ts';
import { StagePlayer } from './stage-player.ts';

const image = (page: number) => ({
  id: `image-of-page-${page}`,
  width: 1920,
  height: 1080,
  widths: [480],
  avif: false,
});
const turn = (page: number): StageBody => ({
  type: 'page',
  deck: 'd',
  page,
  step: 0,
  pages: 99,
  image: image(page),
  next: null,
  title: '',
  source: 'presenter',
  by: '',
});
let count = 0;
const at = (t: number, body: StageBody): StageEvent => ({ i: ++count, at: t, t, ...body }) as StageEvent;
const ink = (page: number, stroke: string, end = true): StageBody => ({
  type: 'ink',
  stroke,
  image: image(page).id,
  tool: 'pen',
  colour: '#ff0000',
  size: 0.01,
  points: [[0, 0.1, 0.1, 0.5]],
  end,
});

function lecture(length: number, random: () => number): StageEvent[] {
  const events: StageEvent[] = [];
  for (let k = 0; k < length; k++) {
    const t = 1000 * k + Math.floor(random() * 3000);
    const kind = random();
    if (kind < 0.3) events.push(at(t, turn(Math.floor(random() * 8))));
    else if (kind < 0.7) events.push(at(t, ink(Math.floor(random() * 8), `s${k % 11}`)));
    else if (kind < 0.8) events.push(at(t, { type: 'black', on: random() < 0.5, by: '' }));
    else if (kind < 0.9) events.push(at(t, { type: 'undo', strokes: [`s${k % 7}`] }));
    else events.push(at(t, { type: 'clear', image: image(k % 8).id }));
  }
  return events;
}
const folded = (events: readonly StageEvent[], moment: number): StageState =>
  [...events]
    .sort((a, b) => a.t - b.t || a.i - b.i)
    .filter((event) => event.t <= moment)
    .reduce(stageAfter, emptyStage);

describe('the stage by moment', () => {
  it('restores any moment exactly, forwards and backwards, in whatever order the events came', () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    const events = lecture(400, random);
    const player = new StagePlayer();
    player.restart(emptyStage, 0);
    const rest = [...events];
    while (rest.length > 0) {
      player.add(
        rest.splice(Math.floor(random() * Math.max(1, rest.length - 20)), 1 + Math.floor(random() * 20)),
      );
      const moment = random() * 420_000;
      const known = events.filter((event) => !rest.includes(event));
      expect(player.at(moment)).toEqual(folded(known, moment));
    }
    for (let k = 0; k < 200; k++) {
      const moment = random() * 420_000;
      expect(player.at(moment)).toEqual(folded(events, moment));
    }
  });

  it('hands out the same object as long as nothing happens', () => {
    const player = new StagePlayer();
    player.restart(emptyStage, 0);
    player.add([at(1000, turn(0)), at(5000, turn(1))]);
    expect(player.at(1000)).toBe(player.at(4999));
    expect(player.at(999).page).toBeNull();
    expect(player.at(5000).page?.page).toBe(1);
    expect(player.at(4999).page?.page).toBe(0);
  });

  it('takes an event that comes twice once', () => {
    const player = new StagePlayer();
    player.restart(emptyStage, 0);
    const stroke = at(1000, ink(0, 'a'));
    player.add([stroke]);
    player.add([stroke]);
    const [mark] = player.at(2000).ink;
    expect(mark?.kind === 'stroke' && mark.points.length).toBe(1);
  });

  it('hides what was redacted at once, wherever it is', () => {
    const player = new StagePlayer();
    player.restart(emptyStage, 0);
    const events = [at(1000, turn(0)), at(2000, turn(1)), at(3000, turn(2))];
    player.add(events);
    expect(player.at(2500).page?.page).toBe(1);
    player.hide([events[1]!.i]);
    expect(player.at(2500).page?.page).toBe(0);
    player.add([events[1]!]);
    expect(player.at(2500).page?.page).toBe(0);
  });

  it('knows the past exactly once the events before it came are there', () => {
    const player = new StagePlayer();
    const early = [at(1000, turn(0)), at(2000, turn(1)), at(3000, turn(2))];
    player.restart(folded(early, 9000), 3000);
    const late = at(4000, turn(3));
    player.add([late]);
    expect(player.from).toBe(3000);
    player.prepend(emptyStage, 500, [...early, late]);
    expect(player.from).toBe(500);
    expect([1500, 2500, 3500, 4500].map((moment) => player.at(moment).page?.page)).toEqual([0, 1, 2, 3]);
  });

  it('corrects the delay of media published before the correction was made', () => {
    const player = new StagePlayer();
    player.restart(emptyStage, 0);
    player.add([at(90_000, { type: 'delay', track: 'program', from: 10_000, shift: -1500 })]);
    player.add([at(95_000, { type: 'delay', track: 'program', from: 60_000, shift: -500 })]);
    expect(player.momentOf('program', 9000)).toBe(9000);
    expect(player.momentOf('program', 20_000)).toBe(18_500);
    expect(player.momentOf('program', 60_000)).toBe(59_500);
    expect(player.momentOf('slides', 20_000)).toBe(20_000);
    expect(player.dateOf('program', 18_500)).toBe(20_000);
  });

  it('costs next to nothing at 60 Hz over an hour of ink', () => {
    const player = new StagePlayer();
    player.restart(emptyStage, 0);
    const events = Array.from({ length: 4000 }, (_, k) =>
      at(k * 900, k % 40 === 0 ? turn(k % 9) : ink(k % 9, `s${k}`)),
    );
    player.add(events);
    player.at(3_600_000);
    const begun = performance.now();
    for (let k = 0; k < 60_000; k++) player.at(1_800_000 + (k * 1000) / 60 / 10);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});
