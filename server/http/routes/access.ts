/** Who may watch, as the staff set it: rules of conference, venue and talk, many replays at once, devices of one account. */
import { z } from 'zod';
import type { Access } from '#conference/access/access.ts';
import { noRules } from '#conference/access/access-rules.ts';
import type { LateViewerSource } from '#conference/access/viewer.ts';
import {
  bulkReplaySchema,
  conferenceAccessSchema,
  devicesSchema,
  type Rule,
  type Thing,
  type ThingRules,
  thingKinds,
  thingRulesSchema,
} from '#contracts/access.ts';
import { CodedError } from '#contracts/errors.ts';
import type { App } from '../app.ts';
import { nothing } from '../described.ts';
import type { Staff } from '../staff.ts';

export type AccessRouteOptions = {
  readonly access: Access;
  readonly viewerSource: Pick<LateViewerSource, 'references'>;
  readonly staff: Staff;
};

const tags = ['access'];
const thingParams = z.object({ kind: z.enum(thingKinds), id: z.string().max(64) });
const params = z.object({ id: z.string().max(64) });
const missing = { conference: 'notFound', venue: 'venue.notFound', talk: 'talk.notFound' } as const;

export function registerAccess(app: App, { access, viewerSource, staff }: AccessRouteOptions): void {
  const { rules } = access;

  /** Throws `request.invalid` for lists and batches the conference does not have (fault 68). */
  const checkReferences = async (conferenceId: string, given: ThingRules): Promise<void> => {
    const all = [given.live, given.replay].filter((rule): rule is Rule => rule !== null && rule !== 'closed');
    const conditions = all.flatMap((rule) => rule.conditions);
    if (!conditions.some(({ kind }) => kind === 'delegate' || kind === 'code')) return;
    const known = await viewerSource.references(conferenceId);
    if (!known) return;
    for (const condition of conditions) {
      const [named, has] =
        condition.kind === 'delegate'
          ? [condition.lists, known.lists]
          : condition.kind === 'code'
            ? [condition.batches, known.batches]
            : [[], new Set<string>()];
      const unknown = named.find((id) => !has.has(id));
      if (unknown !== undefined)
        throw new CodedError('request.invalid', `the conference has no ${condition.kind} list ${unknown}`);
    }
  };

  app.get(
    '/api/v1/access/:kind/:id',
    {
      config: { needs: 'conference.view', of: 'thing' },
      schema: {
        summary: 'Own rules of a conference, venue or talk',
        tags,
        params: thingParams,
        response: { 200: thingRulesSchema },
      },
    },
    async (request) => {
      const thing: Thing = request.params;
      await staff.allow(request, 'conference.view', access.conferenceOf(thing), missing[thing.kind]);
      return rules.of(thing) ?? noRules;
    },
  );

  app.put(
    '/api/v1/access/:kind/:id',
    {
      config: { needs: 'access.edit', of: 'thing' },
      schema: {
        summary: 'Set who may watch: null takes the rule of what is around it',
        tags,
        params: thingParams,
        body: thingRulesSchema,
        response: { 200: thingRulesSchema },
      },
    },
    async (request) => {
      const thing: Thing = { kind: request.params.kind, id: request.params.id };
      const conferenceId = access.conferenceOf(thing);
      const person = await staff.allow(request, 'access.edit', conferenceId, missing[thing.kind]);
      await checkReferences(conferenceId ?? '', request.body);
      const set = await rules.set(thing, conferenceId ?? '', request.body);
      // As it is shown: without passwords.
      await staff.note(request, person, 'access.set', undefined, { ...thing, rules: set }, conferenceId);
      return set;
    },
  );

  app.get(
    '/api/v1/conferences/:id/access',
    {
      config: { needs: 'conference.view', of: 'conference' },
      schema: {
        summary: 'Everything in a conference that has rules of its own',
        tags,
        params,
        response: { 200: conferenceAccessSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      await staff.allow(request, 'conference.view', id);
      return { items: [...rules.list(id)], devices: rules.devicesOf(id) };
    },
  );

  app.put(
    '/api/v1/conferences/:id/devices',
    {
      config: { needs: 'access.edit', of: 'conference' },
      schema: {
        summary: 'On how many devices one account may watch at once',
        tags,
        params,
        body: devicesSchema,
        response: { 200: devicesSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'access.edit', id);
      const { devices } = request.body;
      await rules.setDevices(id, devices);
      await staff.note(request, person, 'access.devices', undefined, { devices }, id);
      return { devices };
    },
  );

  app.put(
    '/api/v1/conferences/:id/replays/access',
    {
      config: { needs: 'access.edit', of: 'conference' },
      schema: {
        summary: 'The replay rule of many talks at once',
        tags,
        params,
        body: bulkReplaySchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, 'access.edit', id);
      const { talkIds, replay } = request.body;
      const things = talkIds.map((talkId): Thing => ({ kind: 'talk', id: talkId }));
      // All or none: another conference's talk looks like one there is not.
      if (things.some((thing) => access.conferenceOf(thing) !== id)) throw new CodedError('talk.notFound');
      await checkReferences(id, { live: null, replay });
      for (const thing of things) await rules.set(thing, id, { live: rules.of(thing)?.live ?? null, replay });
      await staff.note(
        request,
        person,
        'access.replays',
        undefined,
        { talks: talkIds.length, replay: kindsOf(replay) },
        id,
      );
      return reply.code(204).send(null);
    },
  );
}

const kindsOf = (rule: ThingRules['replay']): unknown =>
  rule === null || rule === 'closed' ? rule : rule.conditions.map(({ kind }) => kind);
