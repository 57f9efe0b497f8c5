/** 预约: a person asks for a message before a talk or the conference begins. */
import { z } from 'zod';
import type { ConferenceStore } from '#conference/conference/conference-store.ts';
import { maskedPhone } from '#contracts/account.ts';
import { CodedError } from '#contracts/errors.ts';
import { reminderInputSchema, remindersSchema } from '#contracts/reminder.ts';
import type { AudienceParts } from '../../start-audience.ts';
import type { App } from '../app.ts';
import { createPublicConferences } from '../public-conference.ts';
import type { Staff } from '../staff.ts';

export type ReminderRouteOptions = {
  readonly audience: AudienceParts;
  readonly conferences: ConferenceStore;
  readonly staff: Staff;
};

const tags = ['reminders'];
const params = z.object({ slug: z.string().max(80) });
const address = '/api/v1/public/conferences/:slug/reminder';

export function registerReminders(app: App, { audience, conferences, staff }: ReminderRouteOptions): void {
  const { reminders } = audience;
  const open = createPublicConferences(conferences, staff);
  const view = async (conferenceId: string, person: { id: string; phone: string | null }) => ({
    phone: person.phone === null ? null : maskedPhone(person.phone),
    reminders: await reminders.ofPerson(conferenceId, person.id),
  });

  app.get(
    address,
    {
      config: { needs: 'person' },
      schema: { summary: 'Own reminders of a conference', tags, params, response: { 200: remindersSchema } },
    },
    async (request, reply) => {
      const { person, conference } = await open.ofPerson(request, request.params.slug);
      void reply.header('cache-control', 'private, no-store');
      return view(conference.id, person);
    },
  );

  app.post(
    address,
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Be reminded by SMS 15 minutes before',
        tags,
        params,
        body: reminderInputSchema,
        response: { 200: remindersSchema },
      },
    },
    async (request) => {
      const { person, conference } = await open.ofPerson(request, request.params.slug);
      if (person.phone === null) throw new CodedError('person.noPhone');
      await reminders.ask(conference.id, person.id, request.body.talkId);
      return view(conference.id, person);
    },
  );

  app.delete(
    address,
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Not be reminded of this',
        tags,
        params,
        body: reminderInputSchema,
        response: { 200: remindersSchema },
      },
    },
    async (request) => {
      const { person, conference } = await open.ofPerson(request, request.params.slug);
      await reminders.drop(conference.id, person.id, request.body.talkId);
      return view(conference.id, person);
    },
  );
}
