import { expect, it } from 'vitest';
import type { PresenterAnswer, PresenterCommand } from '#contracts/presenter.ts';
import { until } from '#tests/harness/until.ts';
import { CommandQueue } from './command-queue.ts';

type Server = { seen: string[]; done: Map<string, PresenterCommand>; down: boolean; loseAnswers: number };

function setup(refuse: (command: PresenterCommand) => boolean = () => false) {
  const server: Server = { seen: [], done: new Map(), down: false, loseAnswers: 0 };
  const refused: string[] = [];
  let count = 0;
  const queue = new CommandQueue({
    now: () => 1000 + count,
    newId: () => `command-${count++}`,
    pause: () => 1,
    onChange: () => undefined,
    onRefused: ({ id }) => refused.push(id),
    send: async (commands): Promise<PresenterAnswer> => {
      if (server.down) throw new Error('no network');
      const accepted: string[] = [];
      for (const command of commands) {
        if (refuse(command)) {
          return {
            accepted,
            refused: { id: command.id, error: { code: 'request.invalid', message: { zh: '', en: '' } } },
          };
        }
        if (!server.done.has(command.id)) server.seen.push(command.id);
        server.done.set(command.id, command);
        accepted.push(command.id);
      }
      if (server.loseAnswers-- > 0) throw new Error('the answer was lost');
      return { accepted };
    },
  });
  return { server, queue, refused };
}
const turn = (page: number) => ({ type: 'goto' as const, page, step: 0 });

it('sends what was done without a network in order, each once, when it is back', async () => {
  const { server, queue } = setup();
  server.down = true;
  for (let page = 0; page < 120; page++) queue.add(turn(page));
  expect(queue.state.waiting).toHaveLength(120);
  await until(() => queue.state.offline);
  server.down = false;
  server.loseAnswers = 2;
  await until(() => queue.state.waiting.length === 0);
  expect(server.seen).toEqual(Array.from({ length: 120 }, (_, i) => `command-${i}`));
  queue.close();
});

it('drops what is refused, says so, and goes on with the rest', async () => {
  const { server, queue, refused } = setup(({ do: act }) => act.type === 'goto' && act.page === 1);
  for (const page of [0, 1, 2]) queue.add(turn(page));
  await until(() => queue.state.waiting.length === 0);
  expect(refused).toEqual(['command-1']);
  expect([...server.done.values()].map(({ do: act }) => act.type === 'goto' && act.page)).toEqual([0, 2]);
  queue.close();
});

it('keeps the moment of an act, not that of its delivery', async () => {
  const { server, queue } = setup();
  server.down = true;
  queue.add(turn(0), 5000);
  await until(() => queue.state.offline);
  server.down = false;
  await until(() => server.done.size === 1);
  expect(server.done.get('command-0')?.t).toBe(5000);
  queue.close();
});

it('is bounded, and gives up the laser first', () => {
  const { server, queue } = setup();
  server.down = true;
  queue.add({ type: 'laser', image: 'image-0000000000', points: [[0, 0.5, 0.5]] });
  for (let page = 0; page < 1999; page++) queue.add(turn(page));
  expect(queue.add(turn(1))).toBe(true);
  expect(queue.add(turn(2))).toBe(false);
  expect(queue.state.waiting.some(({ do: { type } }) => type === 'laser')).toBe(false);
  queue.close();
});

it('is told no by the server: what was asked is dropped and the reason said, instead of tried until it is let in', async () => {
  class Refusal extends Error {}
  let answer: 'refuse' | 'lose' | 'take' = 'refuse';
  const reasons: string[] = [];
  const done: string[] = [];
  let count = 0;
  const queue = new CommandQueue({
    now: () => 1000,
    newId: () => `command-${count++}`,
    pause: () => 1,
    onChange: () => undefined,
    onRefused: () => undefined,
    failureOf: (error) =>
      error instanceof Refusal ? { kind: 'refused', why: error.message } : { kind: 'lost' },
    onRequestRefused: (why) => reasons.push(why),
    send: async (commands) => {
      if (answer === 'refuse') throw new Refusal('another talk is on');
      if (answer === 'lose') throw new Error('no network');
      done.push(...commands.map(({ id }) => id));
      return { accepted: commands.map(({ id }) => id) };
    },
  });
  queue.add(turn(0));
  await until(() => queue.state.waiting.length === 0);
  expect(reasons).toEqual(['another talk is on']);
  expect(queue.state.offline).toBe(false);
  answer = 'lose';
  queue.add(turn(1));
  await until(() => queue.state.offline);
  answer = 'take';
  await until(() => queue.state.waiting.length === 0);
  expect(done).toEqual(['command-1']);
  expect(reasons).toHaveLength(1);
  queue.close();
});
