/** A person's own account: who they are, profile, sessions, ways to log in, second step, and all their data to take or delete. */
import { count, desc, eq } from 'drizzle-orm';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { dictionaryOf } from '#conference/profile/dictionaries.ts';
import type { PersonalData } from '#conference/profile/personal-data.ts';
import type { ProfileStore } from '#conference/profile/profile-store.ts';
import {
  askCodeSchema,
  codeSentSchema,
  confirmSchema,
  deleteMeSchema,
  enteredSchema,
  loginSessionSchema,
  type Me,
  maskedPhone,
  meSchema,
  passwordSchema,
  phoneLogInSchema,
  twoFactorSetupSchema,
  updateMeSchema,
} from '#contracts/account.ts';
import { CodedError } from '#contracts/errors.ts';
import {
  codedFields,
  dictionaryEntrySchema,
  profileSchema,
  updateProfileSchema,
} from '#contracts/profile.ts';
import type { Auth, Person } from '../../auth/auth.ts';
import type { Hashing } from '../../auth/hashing.ts';
import type { People } from '../../auth/people.ts';
import { codeMinutes, type PhoneCodes } from '../../auth/phone-codes.ts';
import type { Config } from '../../config.ts';
import type { Db } from '../../db/database.ts';
import * as schema from '../../db/schema.ts';
import type { App } from '../app.ts';
import { asWebRequest, passCookies, refusalOf, webHeaders } from '../auth-relay.ts';
import type { Clients } from '../client.ts';
import { entered } from '../entered.ts';
import type { Limits } from '../limits.ts';
import type { Staff } from '../staff.ts';

export type MeRouteOptions = {
  readonly db: Db;
  readonly auth: Auth;
  readonly people: People;
  readonly codes: PhoneCodes;
  readonly profiles: ProfileStore;
  readonly personalData: PersonalData;
  readonly hashing: Hashing;
  readonly staff: Staff;
  readonly limits: Limits;
  readonly clients: Clients;
  readonly config: Pick<Config, 'auth' | 'sms'>;
};

const needs = { config: { needs: 'person' as const } };
const done = z.object({ done: z.literal(true) });
const sessionsSchema = z.object({ sessions: z.array(loginSessionSchema) });
const startTwoFactorSchema = z
  .object({ password: z.string().max(1000).optional() })
  .strict()
  .nullish();

export function registerMe(app: App, options: MeRouteOptions): void {
  const { db, auth, people, codes, profiles, personalData, hashing, staff, limits, clients, config } =
    options;
  const secure = (request: FastifyRequest) => clients.origin(request.raw).scheme === 'https';

  const meOf = async (person: Person): Promise<Me> => {
    const [user, { links, password }] = await Promise.all([
      people.byId(person.id),
      people.linksOf(person.id),
    ]);
    const { twoFactor } = person;
    const must = config.auth.staffTwoFactor && !twoFactor && (await people.isStaff(person.id));
    return {
      ...{ id: person.id, name: person.name, email: person.email, phone: person.phone },
      ...{ username: user?.username ?? null, platform: person.platform },
      ...{ password, twoFactor, needsTwoFactor: must, links: [...links] },
    };
  };
  /** One of better-auth's own acts for the session of this request, under our limits and codes. */
  const act = async (request: FastifyRequest, path: string, body: Record<string, unknown>) => {
    if (hashing.full) throw new CodedError('request.tooMany', 'too many at once');
    const answer = await auth.handle(asWebRequest(request, clients, { path, body }));
    const text = await answer.text();
    if (!answer.ok) throw refusalOf(answer.status, text);
    return { text, cookies: answer.headers.getSetCookie() };
  };

  app.get(
    '/api/v1/me',
    { ...needs, schema: { summary: 'Who is logged in', response: { 200: meSchema } } },
    async (request) => meOf(await staff.needPerson(request)),
  );

  app.patch(
    '/api/v1/me',
    {
      ...needs,
      schema: { summary: 'Change one’s name', body: updateMeSchema, response: { 200: meSchema } },
    },
    async (request) => {
      const person = await staff.needPerson(request);
      const { name } = request.body;
      await profiles.update(person.id, { name });
      await db.update(schema.user).set({ name, updatedAt: new Date() }).where(eq(schema.user.id, person.id));
      return meOf({ ...person, name });
    },
  );

  // Profile.

  const profileOf = async (person: Person) => ({
    ...(await profiles.get(person.id)),
    phone: person.phone ?? '',
  });
  app.get(
    '/api/v1/me/profile',
    { ...needs, schema: { summary: 'One’s own profile', response: { 200: profileSchema } } },
    async (request) => profileOf(await staff.needPerson(request)),
  );
  app.put(
    '/api/v1/me/profile',
    {
      ...needs,
      schema: {
        summary: 'Change fields of one’s profile; those left out stay as they are',
        body: updateProfileSchema,
        response: { 200: profileSchema },
      },
    },
    async (request) => {
      const person = await staff.needPerson(request);
      const { name } = await profiles.update(person.id, request.body);
      if (name !== '' && name !== person.name)
        await db
          .update(schema.user)
          .set({ name, updatedAt: new Date() })
          .where(eq(schema.user.id, person.id));
      return profileOf(person);
    },
  );
  app.get(
    '/api/v1/public/dictionaries/:field',
    {
      config: { needs: 'nobody' },
      schema: {
        summary: 'What a field of the profile is answered from',
        params: z.object({ field: z.enum(codedFields) }),
        response: {
          200: z.object({
            field: z.enum(codedFields),
            version: z.string(),
            entries: z.array(dictionaryEntrySchema),
          }),
        },
      },
    },
    (request, reply) => {
      const { field, version, entries } = dictionaryOf(request.params.field);
      void reply.header('cache-control', 'public, max-age=3600');
      return { field, version, entries: [...entries] };
    },
  );

  // Sessions.

  const sessionOf = async (request: FastifyRequest) => {
    await staff.needPerson(request);
    const found = await auth.sessionOf(webHeaders(request, clients));
    if (!found) throw new CodedError('auth.required');
    return found;
  };
  app.get(
    '/api/v1/me/sessions',
    { ...needs, schema: { summary: 'Where one is logged in', response: { 200: sessionsSchema } } },
    async (request) => {
      const { sessionId, person } = await sessionOf(request);
      const rows = await db
        .select()
        .from(schema.session)
        .where(eq(schema.session.userId, person.id))
        .orderBy(desc(schema.session.updatedAt))
        .limit(200);
      const now = Date.now();
      return {
        sessions: rows
          .filter(({ expiresAt }) => expiresAt.getTime() > now)
          .map(({ id, createdAt, updatedAt, ipAddress, userAgent }) => ({
            ...{ id, current: id === sessionId, address: ipAddress || null, agent: userAgent || null },
            ...{ createdAt: createdAt.getTime(), lastUsedAt: updatedAt.getTime() },
          })),
      };
    },
  );
  app.delete(
    '/api/v1/me/sessions',
    {
      ...needs,
      schema: {
        summary: 'Log out everywhere but here',
        response: { 200: z.object({ ended: z.number().int() }) },
      },
    },
    async (request) => {
      const { sessionId, person } = await sessionOf(request);
      return { ended: await auth.endSessions(person.id, { except: sessionId }) };
    },
  );
  app.delete(
    '/api/v1/me/sessions/:id',
    {
      ...needs,
      schema: {
        summary: 'Log out at one place',
        params: z.object({ id: z.string() }),
        response: { 200: done },
      },
    },
    async (request) => {
      const { person } = await sessionOf(request);
      const ended = await auth.endSessions(person.id, { only: request.params.id });
      if (ended === 0) throw new CodedError('notFound');
      return { done: true as const };
    },
  );

  // Ways to log in.

  app.post(
    '/api/v1/me/phone/code',
    {
      config: { needs: 'person', ownLimit: true },
      schema: {
        summary: 'Send a code to the phone one wants to confirm',
        body: askCodeSchema,
        response: { 200: codeSentSchema },
      },
    },
    async (request) => {
      const client = clients.key(request.raw);
      await limits.askCode(client);
      const { id } = await staff.needPerson(request);
      await codes.send(request.body.phone, 'phone', client, id);
      return { again: config.sms.budget.spacing, valid: codeMinutes * 60 };
    },
  );
  app.post(
    '/api/v1/me/phone',
    {
      config: { needs: 'person', ownLimit: true },
      schema: {
        summary:
          'Confirm the phone with the code. When another account of the same person has it, the two become one and the session is that one’s',
        body: phoneLogInSchema,
        response: { 200: enteredSchema },
      },
    },
    async (request, reply) => {
      const { phone, code } = request.body;
      await limits.enterCode(clients.key(request.raw), phone);
      const person = await staff.needPerson(request);
      await codes.use(phone, 'phone', code, person.id);
      const userId = await people.setPhone(person.id, phone);
      if (userId === person.id) return { secondStep: false };
      return entered(await auth.enter(userId, webHeaders(request, clients)), reply, secure(request));
    },
  );
  app.post(
    '/api/v1/me/password',
    {
      ...needs,
      schema: {
        summary: 'Set or change the password; other sessions end',
        body: z.object({ current: z.string().max(1000).optional(), password: passwordSchema }).strict(),
        response: { 200: done },
      },
    },
    async (request, reply) => {
      const { sessionId, person } = await sessionOf(request);
      const { current, password } = request.body;
      await limits.logIn(clients.key(request.raw), person.id);
      if ((await people.linksOf(person.id)).password) {
        const body = { currentPassword: current ?? '', newPassword: password, revokeOtherSessions: true };
        const { cookies } = await act(request, 'change-password', body).catch((error: unknown) => {
          if (error instanceof CodedError && error.status < 500) throw new CodedError('auth.wrong');
          throw error;
        });
        passCookies(cookies, reply, secure(request));
      } else {
        const answer = await auth.setPassword(password, webHeaders(request, clients));
        if (!answer.ok) throw refusalOf(answer.status, await answer.text());
        await auth.endSessions(person.id, { except: sessionId });
      }
      return { done: true as const };
    },
  );
  app.delete(
    '/api/v1/me/links/:link',
    {
      ...needs,
      schema: {
        summary: 'Take away a linked account, unless it is the only way to log in',
        params: z.object({ link: z.string().max(60) }),
        response: { 200: done },
      },
    },
    async (request) => {
      const person = await staff.needPerson(request);
      await people.unlink(person.id, request.params.link);
      return { done: true as const };
    },
  );

  // The second step.

  app.post(
    '/api/v1/me/two-factor',
    {
      ...needs,
      schema: {
        summary: 'Begin to set up the second step: secret and backup codes, told only now',
        body: startTwoFactorSchema,
        response: { 200: twoFactorSetupSchema },
      },
    },
    async (request) => {
      const person = await staff.needPerson(request);
      await limits.logIn(clients.key(request.raw), person.id);
      const { password } = request.body ?? {};
      const { text } = await act(request, 'two-factor/enable', password === undefined ? {} : { password });
      const { totpURI, backupCodes } = z
        .object({ totpURI: z.string(), backupCodes: z.array(z.string()) })
        .parse(JSON.parse(text));
      // Named after what the person knows themselves by, not after an address nobody has.
      const uri = new URL(totpURI);
      const label = person.email ?? (person.phone ? maskedPhone(person.phone) : person.name);
      uri.pathname = uri.pathname.replace(/[^/]*$/, encodeURIComponent(`Rostrum:${label}`));
      return { uri: uri.href, backupCodes };
    },
  );
  app.post(
    '/api/v1/me/two-factor/confirm',
    {
      ...needs,
      schema: {
        summary: 'The first code of the authenticator turns the second step on; other sessions end',
        body: confirmSchema,
        response: { 200: done },
      },
    },
    async (request, reply) => {
      const { person, sessionId } = await sessionOf(request);
      await limits.enterCode(clients.key(request.raw), person.id);
      const { cookies } = await act(request, 'two-factor/verify-totp', request.body).catch(wrongCode);
      passCookies(cookies, reply, secure(request));
      // Sessions from before had no second step; the one of this request was replaced.
      await endOthers(person.id, cookies, sessionId);
      return { done: true as const };
    },
  );
  app.post(
    '/api/v1/me/two-factor/off',
    {
      ...needs,
      schema: {
        summary: 'Turn the second step off, with a code, and the password where there is one',
        body: confirmSchema.extend({ password: z.string().max(1000).optional() }).strict(),
        response: { 200: done },
      },
    },
    async (request, reply) => {
      const { person } = await sessionOf(request);
      const { code, password } = request.body;
      await limits.enterCode(clients.key(request.raw), person.id);
      if (!person.twoFactor) throw new CodedError('notFound');
      await act(request, 'two-factor/verify-totp', { code }).catch(wrongCode);
      const off = await act(request, 'two-factor/disable', password === undefined ? {} : { password });
      passCookies(off.cookies, reply, secure(request));
      return { done: true as const };
    },
  );
  const wrongCode = (error: unknown): never => {
    if (error instanceof CodedError && error.status < 429) throw new CodedError('auth.code');
    throw error;
  };
  const endOthers = async (userId: string, cookies: readonly string[], before: string): Promise<void> => {
    const cookie = cookies.map((line) => line.split(';')[0]).join('; ');
    const now = await auth.sessionOf(new Headers(cookie === '' ? {} : { cookie }));
    await auth.endSessions(userId, { except: now?.sessionId ?? before });
  };

  // All of it.

  app.get(
    '/api/v1/me/export',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Everything kept about oneself, as JSON',
        response: { 200: z.record(z.string(), z.unknown()) },
      },
    },
    async (request, reply) => {
      const person = await staff.needPerson(request);
      await limits.change(clients.key(request.raw));
      void reply
        .header('content-disposition', 'attachment; filename="rostrum-my-data.json"')
        .header('cache-control', 'no-store');
      return personalData.export(person.id);
    },
  );
  app.delete(
    '/api/v1/me',
    {
      ...needs,
      schema: {
        summary: 'Delete one’s account and data; what must be kept is kept without identity',
        body: deleteMeSchema,
        response: { 200: done },
      },
    },
    async (request, reply) => {
      const person = await staff.needPerson(request);
      if (person.platform === 'admin') {
        const [admins] = await db
          .select({ number: count() })
          .from(schema.user)
          .where(eq(schema.user.role, 'admin'));
        if ((admins?.number ?? 0) <= 1)
          throw new CodedError('auth.forbidden', 'the last administrator cannot go');
      }
      await personalData.erase(person.id);
      const { cookies } = await act(request, 'sign-out', {});
      passCookies(cookies, reply, secure(request));
      await db.delete(schema.user).where(eq(schema.user.id, person.id));
      request.log.info({ person: person.id }, 'account deleted by its person');
      return { done: true as const };
    },
  );
}
