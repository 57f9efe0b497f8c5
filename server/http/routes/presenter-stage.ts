/**
 * The stage of a talk's venue for who holds its page: the addresses and answers of `/media/…/events/stage`, with the presenter's cookie
 * in place of a pass, for the presenter follows it wherever viewers are let in or not.
 */
import { z } from 'zod';
import { CodedError } from '#contracts/errors.ts';
import { longestHold, streamPositionSchema } from '#contracts/events.ts';
import type { StageState } from '#contracts/stage-state.ts';
import type { Talk } from '#contracts/talk.ts';
import type { EventsPort, LiveDesk } from '../../live-port.ts';
import type { App } from '../app.ts';
import type { TalkAccess } from '../talk-access.ts';

export type PresenterStageOptions = {
  readonly talkView: (id: string) => Talk | undefined;
  readonly desk: LiveDesk;
  readonly access: TalkAccess;
};

const params = z.object({ id: z.string() });
const count = z.coerce.number().int().min(0);
const stateAnswer = z.object({
  rev: z.number().int(),
  n: z.number().int(),
  state: z.unknown() as z.ZodType<StageState>,
});
const batchAnswer = z.looseObject({
  rev: z.number().int(),
  n: z.number().int(),
  events: z.array(z.unknown()),
});

export function registerPresenterStage(app: App, { talkView, desk, access }: PresenterStageOptions): void {
  const stageOf = async (request: Parameters<TalkAccess['require']>[0], id: string): Promise<EventsPort> => {
    await access.require(request, id, 'venue.view');
    const talk = talkView(id);
    const events = talk && desk.events(talk.venueId);
    if (!events) throw new CodedError('talk.notFound');
    return events;
  };

  app.get(
    '/api/v1/presenter/stage/:id/now.json',
    {
      config: { needs: 'venue.view', of: 'talk', orPresenter: true },
      schema: {
        summary: 'Where the stage stream of the talk’s venue goes on',
        params,
        response: { 200: z.object({ events: z.object({ stage: streamPositionSchema }) }) },
      },
    },
    async (request, reply) => {
      const { rev, next } = (await stageOf(request, request.params.id)).position('stage');
      void reply.header('cache-control', 'private, no-store');
      return { events: { stage: { rev, next, snapshot: next } } };
    },
  );

  app.get(
    '/api/v1/presenter/stage/:id/events/stage/:rev/snapshot-:n.json',
    {
      config: { needs: 'venue.view', of: 'talk', orPresenter: true },
      schema: {
        summary: 'The stage as it stands, and the batch that follows it',
        params: params.extend({ rev: count, n: count }),
        response: { 200: stateAnswer },
      },
    },
    async (request, reply) => {
      const events = await stageOf(request, request.params.id);
      const { rev, next } = events.position('stage');
      void reply.header('cache-control', 'private, no-store');
      // The newest one serves whoever asked for another: it says itself where it stands.
      return { rev, n: next, state: events.state() };
    },
  );

  app.get(
    '/api/v1/presenter/stage/:id/events/stage/:rev/:n.json',
    {
      config: { needs: 'venue.view', of: 'talk', orPresenter: true },
      handlerTimeout: longestHold + 5000,
      schema: {
        summary: 'Batch n of the stage, held until it is sealed',
        params: params.extend({ rev: count, n: count }),
        response: { 200: batchAnswer },
      },
    },
    async (request, reply) => {
      const { id, rev, n } = request.params;
      const events = await stageOf(request, id);
      const leaving = new AbortController();
      reply.raw.once('close', () => leaving.abort());
      const batch = await events.batch('stage', rev, n, leaving.signal);
      if (!batch) throw new CodedError('notFound');
      void reply.header('cache-control', 'private, no-store');
      return JSON.parse(batch.body.toString());
    },
  );
}
