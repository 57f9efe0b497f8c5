import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { DeckPage } from '#contracts/deck.ts';
import type { StageBody, StageEvent } from '#contracts/events.ts';
import type { PresenterCommand } from '#contracts/presenter.ts';
import { emptyStage, stageAfter } from '#contracts/stage-state.ts';
import type { Decks } from '../deck/decks.ts';
import { Presenting, type StagePort } from './presenting.ts';

const image = (name: string) => ({
  id: name.repeat(20),
  width: 480,
  height: 270,
  widths: [480],
  avif: false,
});
const page = (...steps: string[]): DeckPage => ({
  ...{
    steps: steps.map((name) => ({ image: image(name) })),
    title: steps[0] ?? '',
    text: '',
    notes: 'secret',
  },
});
const talk = { id: 't1', venueId: 'v1' };
const by = { name: 'Li', source: 'presenter' } as const;

function setUp(pages: DeckPage[] | undefined, events: StageEvent[] = [], now = 1000) {
  let state = emptyStage;
  for (const event of events) state = stageAfter(state, event);
  let appends = 0;
  let refuse: Error | undefined;
  const stage: StagePort = {
    async append(_stream, items) {
      appends += 1;
      if (refuse) throw refuse;
      await new Promise((resolve) => setImmediate(resolve));
      const added = items.map(({ t = 0, body }) => ({ ...body, i: events.length, at: t, t }) as StageEvent);
      for (const event of added) state = stageAfter(state, event);
      events.push(...added);
      return added;
    },
    state: () => state,
    between: async (from, to) => events.filter(({ t }) => t > from && t <= to),
  };
  const shown: number[] = [];
  const decks = {
    presented: async () => pages && { deck: { id: 'd1', total: 5 }, pages },
    markShown: async (_deck: string, list: number[]) => void shown.push(...list),
  } as unknown as Decks;
  const talks: { id: string; title: string; state: 'now' | 'planned' }[] = [];
  const presenting = new Presenting({
    decks,
    stage: () => stage,
    talks: { list: () => talks },
    log: pino({ level: 'silent' }),
    now: () => now,
  });
  return {
    presenting,
    events,
    shown,
    talks,
    appends: () => appends,
    refuse: (error: Error | undefined) => {
      refuse = error;
    },
  };
}
let count = 0;
const command = (what: PresenterCommand['do'], t = 2000): PresenterCommand => ({
  id: `command-${++count}`,
  t,
  do: what,
});
const turn = (number: number, step = 0, t = 2000) => command({ type: 'goto', page: number, step }, t);
const clear = (name: string) => command({ type: 'clear', image: image(name).id });

it('a page comes with its image, the next one only, and the number of all pages', async () => {
  const { presenting, events, shown } = setUp([page('a'), page('b'), page('c')]);
  await presenting.command(talk, [turn(0)], by);
  expect(events).toEqual([
    {
      ...{ type: 'page', deck: 'd1', page: 0, step: 0, pages: 5, image: image('a'), next: image('b') },
      ...{ title: 'a', source: 'presenter', by: 'Li', i: 0, at: 2000, t: 2000 },
    },
  ]);
  expect(JSON.stringify(events)).not.toContain(image('c').id);
  expect(JSON.stringify(events)).not.toContain('secret');
  expect(shown).toEqual([0]);
});

it('the next of a step is the next step, and of the last page none', async () => {
  const { presenting, events } = setUp([page('a', 'b'), page('c')]);
  await presenting.command(talk, [turn(0, 0), turn(0, 1), turn(1, 0)], by);
  expect(events.map((event) => event.type === 'page' && event.next)).toEqual([image('b'), image('c'), null]);
  const { refused } = await presenting.command(talk, [turn(0, 2)], by);
  expect(refused?.error.detail).toBe('step must be 0 to 1 on page 0 (got 2)');
});

it('commands of many who hold the page keep the order of each, and one request is one write', async () => {
  const { presenting, events, appends } = setUp([page('a'), page('b'), page('c')]);
  await Promise.all([
    presenting.command(talk, [turn(0), turn(1)], by),
    presenting.command(talk, [turn(2)], { name: 'Wu', source: 'operator' }),
    presenting.command(talk, [turn(0)], by),
  ]);
  expect(events.map((event) => event.type === 'page' && [event.page, event.by])).toEqual([
    [0, 'Li'],
    [1, 'Li'],
    [2, 'Wu'],
    [0, 'Li'],
  ]);
  expect(appends()).toBe(3);
});

it('a command is done once, even twice in one request', async () => {
  const { presenting, events } = setUp([page('a'), page('b')]);
  const again = turn(0);
  expect((await presenting.command(talk, [again, again, turn(1)], by)).accepted).toHaveLength(3);
  await presenting.command(talk, [again], by);
  expect(events.map((event) => event.type === 'page' && event.page)).toEqual([0, 1]);
});

it('a command that the disk refused may be sent again', async () => {
  const { presenting, events, refuse } = setUp([page('a')]);
  const again = turn(0);
  refuse(new Error('disk'));
  await expect(presenting.command(talk, [again], by)).rejects.toThrow('disk');
  refuse(undefined);
  expect((await presenting.command(talk, [again], by)).accepted).toEqual([again.id]);
  expect(events).toHaveLength(1);
});

it('a command from before a restart is known by its event', async () => {
  const first = setUp([page('a'), page('b')]);
  const commands = [turn(0, 0, 500), turn(1, 0, 600)];
  await first.presenting.command(talk, commands.slice(0, 1), by);
  const second = setUp([page('a'), page('b')], first.events);
  expect((await second.presenting.command(talk, commands, by)).accepted).toHaveLength(2);
  expect(second.events.map((event) => event.type === 'page' && event.page)).toEqual([0, 1]);
});

it('what lies on a page nobody was shown is refused, also when it is turned to later', async () => {
  const { presenting, events } = setUp([page('a'), page('b')]);
  const early = await presenting.command(talk, [clear('a'), turn(0)], by);
  expect(early).toMatchObject({ accepted: [], refused: { error: { code: 'request.invalid' } } });
  const { refused } = await presenting.command(talk, [turn(0), clear('a'), clear('b')], by);
  expect(refused?.error.detail).toContain(image('b').id);
  expect(events.map(({ type }) => type)).toEqual(['page', 'clear']);
});

it('without a deck there is still the black screen', async () => {
  const { presenting, events } = setUp(undefined);
  const black: StageBody = { type: 'black', on: true, by: 'Li' };
  await presenting.command(talk, [command({ type: 'black', on: true })], by);
  expect(events).toMatchObject([black]);
  expect((await presenting.command(talk, [turn(0)], by)).refused?.error.code).toBe('deck.notFound');
});

it('only the talk that is on may be presented; with none on, any', async () => {
  const { presenting, talks } = setUp([page('a')]);
  talks.push({ id: 't2', title: 'Other', state: 'now' });
  await expect(presenting.command(talk, [turn(0)], by)).rejects.toThrow('talk.order: now on: Other');
  talks[0]!.state = 'planned';
  expect((await presenting.command(talk, [turn(0)], by)).accepted).toHaveLength(1);
  talks.push({ id: 't1', title: 'Mine', state: 'now' });
  expect((await presenting.command(talk, [turn(0)], by)).accepted).toHaveLength(1);
});

it('requests that wait are bounded', async () => {
  const { presenting } = setUp([page('a')]);
  const all = Array.from({ length: 60 }, () => {
    try {
      return presenting.command(talk, [turn(0)], by);
    } catch {
      return 'refused';
    }
  });
  expect(all.filter((one) => one === 'refused')).toHaveLength(10);
  await Promise.all(all);
});
