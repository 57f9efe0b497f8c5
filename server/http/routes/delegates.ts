/** Delegate lists: made and imported by the staff; a place claimed by its person. */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import type { DelegateListRow } from '#conference/delegate/delegate-tables.ts';
import { normalName, plainText } from '#conference/delegate/identity.ts';
import { listLimits } from '#conference/delegate/list-limits.ts';
import {
  applyDelegateImportSchema,
  claimDelegateSchema,
  claimedSchema,
  delegateImportSchema,
  delegateInputSchema,
  delegateListInputSchema,
  delegateListSchema,
  delegateQuerySchema,
  delegateSchema,
} from '#contracts/delegate.ts';
import { CodedError } from '#contracts/errors.ts';
import { listOf } from '#contracts/listing.ts';
import type { ConferenceAction } from '#contracts/roles.ts';
import type { AudienceParts } from '../../start-audience.ts';
import type { App } from '../app.ts';
import type { Clients } from '../client.ts';
import { nothing } from '../described.ts';
import type { Guesses } from '../guesses.ts';
import { createPublicConferences } from '../public-conference.ts';
import { inRawScope } from '../raw-body.ts';
import type { Staff } from '../staff.ts';

export type DelegateRouteOptions = {
  readonly audience: AudienceParts;
  readonly conferences: ConferenceStore;
  readonly staff: Staff;
  readonly clients: Clients;
  readonly guesses: Guesses;
};

const tags = ['delegates'];
const params = z.object({ id: z.string().max(64) });
const listParams = params.extend({ lid: z.string().max(64) });
const importParams = params.extend({ iid: z.string().max(64) });
const manage: ConferenceAction = 'delegate.manage';
/** Ms: longer than 64 MiB may take to arrive. */
const uploadTimeout = 300_000;

export function registerDelegates(app: App, options: DelegateRouteOptions): void {
  const { audience, conferences, staff, clients, guesses } = options;
  const { delegates, delegateImports } = audience;
  const open = createPublicConferences(conferences, staff);

  /** Throws `notFound` for a list of another conference. */
  const needList = async ({ id, lid }: { id: string; lid: string }): Promise<DelegateListRow> => {
    const list = await delegates.find(lid);
    if (list?.conferenceId !== id) throw new CodedError('notFound', 'list');
    return list;
  };
  const needImport = ({ id, iid }: { id: string; iid: string }) => {
    const found = delegateImports.get(iid);
    if (found?.conferenceId !== id) throw new CodedError('notFound', 'import');
    return found.view;
  };

  app.get(
    '/api/v1/conferences/:id/delegate-lists',
    {
      config: { needs: manage, of: 'conference' },
      schema: {
        summary: 'Delegate lists with their counts and tiers',
        tags,
        params,
        response: { 200: z.object({ items: z.array(delegateListSchema) }) },
      },
    },
    async (request) => {
      await staff.allow(request, manage, request.params.id);
      return { items: await delegates.lists(request.params.id) };
    },
  );

  app.post(
    '/api/v1/conferences/:id/delegate-lists',
    {
      config: { needs: manage, of: 'conference' },
      schema: {
        summary: 'Make a list',
        tags,
        params,
        body: delegateListInputSchema,
        response: { 201: delegateListSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const person = await staff.allow(request, manage, id);
      const { name } = request.body;
      const listId = await delegates.create(id, plainText(name));
      await staff.note(request, person, 'delegates.create', undefined, { list: listId, name }, id);
      return reply.code(201).send(await one(id, listId));
    },
  );
  const one = async (id: string, listId: string) => {
    const list = (await delegates.lists(id)).find((known) => known.id === listId);
    if (!list) throw new CodedError('notFound', 'list');
    return list;
  };

  app.patch(
    '/api/v1/conferences/:id/delegate-lists/:lid',
    {
      config: { needs: manage, of: 'conference' },
      schema: {
        summary: 'Rename a list',
        tags,
        params: listParams,
        body: delegateListInputSchema,
        response: { 200: delegateListSchema },
      },
    },
    async (request) => {
      const { id, lid } = request.params;
      const person = await staff.allow(request, manage, id);
      await needList(request.params);
      const { name } = request.body;
      await delegates.rename(lid, plainText(name));
      await staff.note(request, person, 'delegates.rename', undefined, { list: lid, name }, id);
      return one(id, lid);
    },
  );

  app.delete(
    '/api/v1/conferences/:id/delegate-lists/:lid',
    {
      config: { needs: manage, of: 'conference' },
      schema: {
        summary: 'Delete a list; its people are no delegates by it any more',
        tags,
        params: listParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, lid } = request.params;
      const person = await staff.allow(request, manage, id);
      const list = await needList(request.params);
      await delegates.remove(list);
      await staff.note(request, person, 'delegates.delete', undefined, { list: lid, name: list.name }, id);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/conferences/:id/delegate-lists/:lid/delegates',
    {
      config: { needs: manage, of: 'conference' },
      schema: {
        summary: 'People of a list, filtered, sorted and paged; phones masked',
        tags,
        params: listParams,
        querystring: delegateQuerySchema.strict(),
        response: { 200: listOf(delegateSchema) },
      },
    },
    async (request) => {
      await staff.allow(request, manage, request.params.id);
      return delegates.page(await needList(request.params), request.query);
    },
  );

  app.post(
    '/api/v1/conferences/:id/delegate-lists/:lid/delegates',
    {
      config: { needs: manage, of: 'conference' },
      schema: {
        summary: 'Add one person, or change who is there',
        tags,
        params: listParams,
        body: delegateInputSchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, lid } = request.params;
      const person = await staff.allow(request, manage, id);
      await delegates.add(await needList(request.params), request.body);
      const { name } = request.body;
      await staff.note(request, person, 'delegates.add', undefined, { list: lid, name }, id);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/api/v1/conferences/:id/delegate-lists/:lid/delegates/:did',
    {
      config: { needs: manage, of: 'conference' },
      schema: {
        summary: 'Take one person off the list',
        tags,
        params: listParams.extend({ did: z.string().max(20) }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, lid, did } = request.params;
      const person = await staff.allow(request, manage, id);
      await delegates.take(await needList(request.params), did);
      await staff.note(request, person, 'delegates.take', undefined, { list: lid, delegate: did }, id);
      return reply.code(204).send(null);
    },
  );

  inRawScope(app, (scope) => {
    scope.post(
      '/api/v1/conferences/:id/delegate-lists/:lid/import',
      {
        config: { needs: manage, of: 'conference' },
        bodyLimit: listLimits.fileBytes,
        handlerTimeout: uploadTimeout,
        schema: {
          summary:
            'Upload XLSX or CSV as the raw body: columns as recognised and the first rows; nothing is written yet',
          tags,
          consumes: ['application/octet-stream', 'text/csv'],
          params: listParams,
          querystring: z.object({ name: z.string().max(255).default('') }),
          response: { 201: delegateImportSchema },
        },
      },
      async (request, reply) => {
        const { id, lid } = request.params;
        const person = await staff.allow(request, manage, id);
        const list = await needList(request.params);
        if (!request.body)
          throw new CodedError('request.unsupportedType', 'a file as application/octet-stream');
        if (Number(request.headers['content-length'] ?? 0) > listLimits.fileBytes)
          throw new CodedError('delegate.tooMany', `a file has at most ${listLimits.fileBytes} bytes`);
        const name = plainText(request.query.name);
        const made = await delegateImports.take(list, name, request.body as Readable);
        await staff.note(request, person, 'delegates.upload', undefined, { list: lid, file: name }, id);
        return reply.code(201).send(made);
      },
    );
  });

  app.get(
    '/api/v1/conferences/:id/delegate-imports/:iid',
    {
      config: { needs: manage, of: 'conference' },
      schema: {
        summary: 'How far an import is, and rows that were not taken',
        tags,
        params: importParams,
        response: { 200: delegateImportSchema },
      },
    },
    async (request) => {
      await staff.allow(request, manage, request.params.id);
      return needImport(request.params);
    },
  );

  app.post(
    '/api/v1/conferences/:id/delegate-imports/:iid/apply',
    {
      config: { needs: manage, of: 'conference' },
      schema: {
        summary: 'Begin the import: all good rows are written at once when the file was read, or nothing',
        tags,
        params: importParams,
        body: applyDelegateImportSchema,
        response: { 202: delegateImportSchema },
      },
    },
    async (request, reply) => {
      const { id, iid } = request.params;
      const person = await staff.allow(request, manage, id);
      const { listId, file } = needImport(request.params);
      const { columns, replace } = request.body;
      const view = delegateImports.apply(iid, columns, replace);
      const details = { list: listId, file, replace };
      await staff.note(request, person, 'delegates.import', undefined, details, id);
      return reply.code(202).send(view);
    },
  );

  app.delete(
    '/api/v1/conferences/:id/delegate-imports/:iid',
    {
      config: { needs: manage, of: 'conference' },
      schema: {
        summary: 'Cancel an import; what it read is dropped',
        tags,
        params: importParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id, iid } = request.params;
      const person = await staff.allow(request, manage, id);
      const { listId, file } = needImport(request.params);
      await delegateImports.drop(iid);
      await staff.note(request, person, 'delegates.cancelImport', undefined, { list: listId, file }, id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/public/conferences/:slug/delegate',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Claim a place on a delegate list by name and the last four of the ID',
        tags,
        params: z.object({ slug: z.string().max(80) }),
        body: claimDelegateSchema,
        response: { 200: claimedSchema },
      },
    },
    async (request) => {
      const { person, conference } = await open.ofPerson(request, request.params.slug);
      const { name, idTail } = request.body;
      await guesses.claim(person.id, clients.key(request.raw), conference.id, normalName(name));
      const lists = await delegates.claim(conference.id, person.id, name, idTail);
      request.log.info({ person: person.id, conference: conference.id }, 'delegate place claimed');
      return { lists };
    },
  );
}
