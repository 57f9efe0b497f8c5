/** The programme as files: a workbook for the staff; iCalendar and a printable PDF for everyone. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { ConferenceRecord } from '#conference/conference/conference.ts';
import { attachment } from '#conference/deck/courseware.ts';
import type { ProgrammeEditor } from '#conference/programme/editor.ts';
import type { Exported } from '#conference/programme/export/exported.ts';
import { printLayout } from '#conference/programme/export/print-layout.ts';
import type { Printer } from '#conference/programme/export/printer.ts';
import { programmeCalendar } from '#conference/programme/export/programme-ics.ts';
import { programmeWorkbook } from '#conference/programme/export/programme-xlsx.ts';
import type { VenueDirectory } from '#conference/venue/venue.ts';
import { CodedError } from '#contracts/errors.ts';
import type { HttpRequest } from '../../live-port.ts';
import type { Addresses } from '../addresses.ts';
import type { App } from '../app.ts';
import { calendarAnswer, pdfAnswer, workbookAnswer } from '../described.ts';
import { xlsxType } from './imports.ts';
import { needPublicConference, type PublicProgrammeOptions } from './public-programme.ts';

export type ProgrammeFileOptions = PublicProgrammeOptions & {
  readonly conferences: { get(id: string): ConferenceRecord | undefined };
  readonly editor: ProgrammeEditor;
  readonly printer: Printer;
  readonly venues: VenueDirectory;
  readonly addresses: Pick<Addresses, 'page'>;
};

const params = z.object({ id: z.string() });
const answers = { xlsx: workbookAnswer, ics: calendarAnswer, pdf: pdfAnswer };
const slugParams = z.object({ slug: z.string() });
/** Ms: a PDF of two thousand talks takes a while, once. */
const handlerTimeout = 90_000;
/** Of conferences under an address, kept. */
const mostCalendars = 20;

export function registerProgrammeFiles(app: App, options: ProgrammeFileOptions): void {
  const { conferences, editor, printer, venues, addresses, staff } = options;
  const exported = ({ id, settings }: ConferenceRecord): Exported => {
    const { titleZh: title, place, timeZone, startDate, endDate } = settings;
    return {
      ...{ title, place, timeZone, startDate, endDate },
      venues: venues.list(id).map((venue) => ({ id: venue.id, title: venue.settings.title })),
      sessions: editor.sessions.list(id),
      talks: editor.talks(id),
    };
  };
  const file = (reply: FastifyReply, name: string, type: string, cache: string): FastifyReply =>
    reply.type(type).header('content-disposition', attachment(name)).header('cache-control', cache);
  /** Made once for each revision: two thousand talks take a while, and everyone may ask. */
  const calendars = new Map<string, { readonly rev: number; readonly text: string }>();
  const calendar = (request: HttpRequest, conference: ConferenceRecord, only?: string): string => {
    const url = addresses.page(`/c/${conference.slug}`, request);
    const make = (): string =>
      programmeCalendar(exported(conference), {
        url,
        now: Date.now(),
        ...(only === undefined ? {} : { only }),
      });
    if (only !== undefined) return make();
    const { rev } = options.feed.whole(conference.id);
    const key = `${conference.id} ${url}`;
    const known = calendars.get(key);
    if (known?.rev === rev) return known.text;
    const text = make();
    calendars.delete(key);
    calendars.set(key, { rev, text });
    for (const old of calendars.keys()) if (calendars.size > mostCalendars) calendars.delete(old);
    return text;
  };
  const pdf = async (
    reply: FastifyReply,
    conference: ConferenceRecord,
    cache: string,
  ): Promise<FastifyReply> => {
    const { rev } = options.feed.whole(conference.id);
    const bytes = await printer.print(conference.id, `${rev} ${conference.settings.titleZh}`, () =>
      printLayout(exported(conference)),
    );
    return file(reply, `${conference.settings.titleZh} 日程.pdf`, 'application/pdf', cache).send(
      Buffer.from(bytes),
    );
  };
  const publicCache = ({ state }: ConferenceRecord): string =>
    state === 'draft' ? 'private, no-store' : 'public, max-age=30';

  for (const kind of ['xlsx', 'ics', 'pdf'] as const)
    app.get(
      `/api/v1/conferences/:id/programme.${kind}`,
      {
        config: { needs: 'conference.view', of: 'conference' },
        handlerTimeout,
        schema: { summary: `The programme as ${kind}`, params, response: { 200: answers[kind] } },
      },
      async (request, reply) => {
        await staff.allow(request, 'conference.view', request.params.id);
        const conference = conferences.get(request.params.id);
        if (!conference) throw new CodedError('notFound', 'conference');
        if (kind === 'pdf') return pdf(reply, conference, 'no-store');
        const name = `${conference.settings.titleZh} 日程.${kind}`;
        if (kind === 'ics')
          return file(reply, name, 'text/calendar; charset=utf-8', 'no-store').send(
            calendar(request.raw, conference),
          );
        return file(reply, name, xlsxType, 'no-store').send(programmeWorkbook(exported(conference)));
      },
    );

  app.get(
    '/api/v1/public/conferences/:slug/programme.ics',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'The programme for a calendar; may be subscribed to',
        params: slugParams,
        response: { 200: calendarAnswer },
      },
    },
    async (request, reply) => {
      const conference = await needPublicConference(request, request.params.slug, options);
      const name = `${conference.slug}.ics`;
      return file(reply, name, 'text/calendar; charset=utf-8', publicCache(conference)).send(
        calendar(request.raw, conference),
      );
    },
  );

  app.get(
    '/api/v1/public/conferences/:slug/programme.pdf',
    {
      config: { needs: 'nobody' },
      handlerTimeout,
      schema: { summary: 'The programme to be printed', params: slugParams, response: { 200: pdfAnswer } },
    },
    async (request, reply) => {
      const conference = await needPublicConference(request, request.params.slug, options);
      return pdf(reply, conference, publicCache(conference));
    },
  );

  app.get(
    '/api/v1/public/conferences/:slug/talks/:tid.ics',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'One talk for a calendar',
        params: slugParams.extend({ tid: z.string() }),
        response: { 200: calendarAnswer },
      },
    },
    async (request, reply) => {
      const conference = await needPublicConference(request, request.params.slug, options);
      const talk = editor.talk(request.params.tid);
      if (!talk || venues.get(talk.venueId)?.conferenceId !== conference.id)
        throw new CodedError('talk.notFound');
      if (talk.plannedStart === null) throw new CodedError('talk.notFound', 'the talk has no time yet');
      const name = `${conference.slug}-${talk.id}.ics`;
      return file(reply, name, 'text/calendar; charset=utf-8', publicCache(conference)).send(
        calendar(request.raw, conference, talk.id),
      );
    },
  );
}
