/** Log-in with what a person knows or gets by text message: phone and code, password, the second step; and sign-up. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  askCodeSchema,
  codeSentSchema,
  enteredSchema,
  logInWaysSchema,
  passwordLogInSchema,
  phoneLogInSchema,
  secondStepSchema,
  signUpSchema,
} from '#contracts/account.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Auth } from '../../auth/auth.ts';
import type { Hashing } from '../../auth/hashing.ts';
import type { People } from '../../auth/people.ts';
import { codeMinutes, type PhoneCodes } from '../../auth/phone-codes.ts';
import { isPlaceholder } from '../../auth/placeholder.ts';
import type { Config } from '../../config.ts';
import type { App } from '../app.ts';
import { asWebRequest, webHeaders } from '../auth-relay.ts';
import type { Clients } from '../client.ts';
import { entered } from '../entered.ts';
import type { Limits } from '../limits.ts';

export type LogInRouteOptions = {
  readonly auth: Auth;
  readonly people: People;
  readonly codes: PhoneCodes;
  readonly hashing: Hashing;
  readonly limits: Limits;
  readonly clients: Clients;
  readonly config: Pick<Config, 'auth' | 'sms' | 'smtp' | 'http'>;
};

/** No `needs` beyond a browser; the limits are its own. */
const open = { needs: 'nobody' as const, ownLimit: true };

export function registerLogIn(app: App, options: LogInRouteOptions): void {
  const { auth, people, codes, hashing, limits, clients, config } = options;
  const secure = (request: FastifyRequest) => clients.origin(request.raw).scheme === 'https';
  const { oidc, partners, wechat, signUp } = config.auth;

  app.get(
    '/api/v1/public/log-in',
    {
      config: { needs: 'nobody' },
      schema: { summary: 'Which ways to log in are open here', response: { 200: logInWaysSchema } },
    },
    (_request, reply) => {
      void reply.header('cache-control', 'public, max-age=60');
      return {
        ...{ phone: true, password: true, signUp },
        wechat: { inside: wechat.inside !== undefined, qr: wechat.qr !== undefined },
        oidc: oidc.map(({ id, name }) => ({ id, name })),
        reset: config.smtp !== undefined && config.http.publicUrl !== undefined,
        partners: partners.flatMap(({ id, name, logInUrl }) => (logInUrl ? [{ id, name }] : [])),
      };
    },
  );

  app.post(
    '/api/v1/auth/phone/code',
    {
      config: open,
      schema: {
        summary: 'Send a log-in code to a phone; the same answer whether the number is known or not',
        body: askCodeSchema,
        response: { 200: codeSentSchema },
      },
    },
    async (request) => {
      const client = clients.key(request.raw);
      await limits.askCode(client);
      await codes.send(request.body.phone, 'login', client);
      return { again: config.sms.budget.spacing, valid: codeMinutes * 60 };
    },
  );

  app.post(
    '/api/v1/auth/phone/log-in',
    {
      config: open,
      schema: {
        summary: 'Log in with the code; an unknown number gets an account where sign-up by phone is open',
        body: phoneLogInSchema,
        response: { 200: enteredSchema },
      },
    },
    async (request, reply) => {
      const { phone, code } = request.body;
      const client = clients.key(request.raw);
      await limits.enterCode(client, phone);
      await codes.use(phone, 'login', code);
      const userId = signUp.phone ? await people.ofPhone(phone) : await people.byPhone(phone);
      if (userId === undefined) throw new CodedError('auth.way', 'this number has no account here');
      await limits.loggedIn(client, phone);
      return entered(await auth.enter(userId, webHeaders(request, clients)), reply, secure(request));
    },
  );

  const byPassword = async (
    request: FastifyRequest,
    reply: FastifyReply,
    body: { account: string; password: string },
  ) => {
    const client = clients.key(request.raw);
    await limits.logIn(client, body.account);
    if (hashing.full) throw new CodedError('request.tooMany', 'too many log-ins at once');
    const { account, password } = body;
    const to = account.includes('@')
      ? { path: 'sign-in/email', body: { email: account, password } }
      : { path: 'sign-in/username', body: { username: account, password } };
    const answer = await auth.handle(asWebRequest(request, clients, to));
    const result = await entered(answer, reply, secure(request), 'auth.wrong');
    await limits.loggedIn(client, account);
    return result;
  };

  app.post(
    '/api/v1/auth/password/log-in',
    {
      config: open,
      schema: {
        summary: 'Log in with an e-mail address or a user name and the password',
        body: passwordLogInSchema,
        response: { 200: enteredSchema },
      },
    },
    (request, reply) => byPassword(request, reply, request.body),
  );

  app.post(
    '/api/v1/auth/sign-up',
    {
      config: open,
      schema: {
        summary: 'Make an account with a user name or an e-mail address, where that is open; logs in',
        body: signUpSchema,
        response: { 200: enteredSchema },
      },
    },
    async (request, reply) => {
      const { account, password, name } = request.body;
      if (!signUp.password) throw new CodedError('auth.way', 'sign-up with a password');
      if (password.toLowerCase() === account.toLowerCase()) throw new CodedError('account.password');
      if (isPlaceholder(account))
        throw new CodedError('request.invalid', 'body.account: this domain is ours');
      await limits.logIn(clients.key(request.raw), account);
      if (hashing.full) throw new CodedError('request.tooMany', 'too many log-ins at once');
      const named = account.includes('@') ? { email: account } : { username: account };
      await auth.signUp({ name, password, ...named });
      return byPassword(request, reply, request.body);
    },
  );

  app.post(
    '/api/v1/auth/second-step',
    {
      config: open,
      schema: {
        summary: 'The second step of a log-in: a TOTP code, or a backup code',
        body: secondStepSchema,
        response: { 200: enteredSchema },
      },
    },
    async (request, reply) => {
      const client = clients.key(request.raw);
      // By the challenge, which bears few guesses itself: people in one hall are not counted together.
      await limits.enterCode(client, request.cookies['rostrum.two_factor'] ?? '');
      const { code } = request.body;
      const path = /^\d{6}$/.test(code) ? 'two-factor/verify-totp' : 'two-factor/verify-backup-code';
      const answer = await auth.handle(asWebRequest(request, clients, { path, body: { code } }));
      return entered(answer, reply, secure(request), 'auth.code');
    },
  );
}
