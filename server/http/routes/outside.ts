/** Log-ins that happen elsewhere: WeChat, OpenID Connect, partners' sites. Each begins and ends as a page the browser is sent to. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { safeNext } from '#contracts/account.ts';
import { CodedError, type ErrorCode } from '#contracts/errors.ts';
import type { Auth } from '../../auth/auth.ts';
import type { Oidc } from '../../auth/oidc.ts';
import type { Partner } from '../../auth/outside-config.ts';
import { callWindow, checkCall } from '../../auth/partner-call.ts';
import { ofPartner } from '../../auth/partner-people.ts';
import type { Link, People } from '../../auth/people.ts';
import type { Tickets } from '../../auth/tickets.ts';
import type { WeChat, WeChatPerson, WeChatWay } from '../../auth/wechat.ts';
import type { Config } from '../../config.ts';
import type { App } from '../app.ts';
import { asWebRequest, passCookies, webHeaders } from '../auth-relay.ts';
import type { Clients } from '../client.ts';
import { entered, sendBack, sendOn } from '../entered.ts';
import type { Limits } from '../limits.ts';
import type { Staff } from '../staff.ts';

export type OutsideRouteOptions = {
  readonly auth: Auth;
  readonly people: People;
  readonly tickets: Tickets;
  readonly wechat: WeChat;
  /** Undefined: none configured. */
  readonly oidc: Oidc | undefined;
  readonly staff: Staff;
  readonly limits: Limits;
  readonly clients: Clients;
  readonly config: Pick<Config, 'auth' | 'http'>;
};

/** Holds the state of the log-in this browser began, so that nobody finishes it in another's browser. */
const stateCookie = 'rostrum.outside';
const statePath = '/api/v1/auth';
/** Seconds a person has to agree elsewhere. */
const stateSeconds = 600;
const begin = z.object({ next: z.string().max(2000).optional() });
const ways = z.enum(['inside', 'qr']);
const page = { needs: 'nobody' as const, ownLimit: true };

const wechatLinks = ({ way, openId, unionId }: WeChatPerson): Link[] => [
  ...(unionId === undefined ? [] : [{ provider: 'wechat', subject: unionId }]),
  { provider: `wechat-${way}`, subject: openId },
];

export function registerOutside(app: App, options: OutsideRouteOptions): void {
  const { auth, people, tickets, wechat, oidc, staff, limits, clients, config } = options;
  const secure = (request: FastifyRequest) => clients.origin(request.raw).scheme === 'https';
  const here = (request: FastifyRequest): string => {
    const { scheme, host } = clients.origin(request.raw);
    return config.http.publicUrl ?? `${scheme}://${host}`;
  };
  const keepState = (request: FastifyRequest, reply: FastifyReply, state: string): void => {
    void reply.setCookie(stateCookie, state, {
      ...{ path: statePath, httpOnly: true, sameSite: 'lax', maxAge: stateSeconds },
      secure: secure(request),
    });
  };
  /** What was noted when this browser began; undefined for a state of nobody, of another browser, an old or a used one. */
  const takeState = async (request: FastifyRequest, reply: FastifyReply, kind: string, state: string) => {
    if (state === '' || request.cookies[stateCookie] !== state) return undefined;
    void reply.clearCookie(stateCookie, { path: statePath });
    return tickets.take(kind, state);
  };
  /** The log-in page says what went wrong; what is no refusal of ours fails as everywhere. */
  const orBack = async (
    request: FastifyRequest,
    reply: FastifyReply,
    next: () => string,
    work: () => Promise<FastifyReply>,
  ): Promise<FastifyReply> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      request.log.info({ code: error.code, detail: error.detail }, 'log-in from elsewhere refused');
      const shown: ErrorCode = error.code === 'auth.forbidden' ? 'auth.outside' : error.code;
      return sendBack(reply, shown, next());
    }
  };

  // WeChat.

  const agreeAtWeChat = async (
    request: FastifyRequest,
    reply: FastifyReply,
    way: WeChatWay,
    data: Record<string, string>,
  ): Promise<string> => {
    if (!wechat.can(way)) throw new CodedError('auth.way', `wechat ${way}`);
    const state = await tickets.issue('wechat', { way, ...data }, stateSeconds);
    keepState(request, reply, state);
    return wechat.agreeUrl(way, `${here(request)}/api/v1/auth/wechat/callback`, state);
  };

  app.get(
    '/api/v1/auth/wechat/start',
    { config: page, schema: { hide: true, querystring: begin.extend({ way: ways }) } },
    async (request, reply) => {
      await limits.askCode(clients.key(request.raw));
      const next = safeNext(request.query.next);
      return orBack(
        request,
        reply,
        () => next,
        async () => reply.redirect(await agreeAtWeChat(request, reply, request.query.way, { next }), 302),
      );
    },
  );

  app.get(
    '/api/v1/auth/wechat/callback',
    {
      config: page,
      schema: {
        hide: true,
        querystring: z.object({
          code: z.string().max(512).optional(),
          state: z.string().max(128).optional(),
        }),
      },
    },
    async (request, reply) => {
      await limits.askCode(clients.key(request.raw));
      const { code, state = '' } = request.query;
      let next = '/account';
      return orBack(
        request,
        reply,
        () => next,
        async () => {
          const begun = await takeState(request, reply, 'wechat', state);
          if (!begun) throw new CodedError('auth.outside', 'state is not of a log-in this browser began');
          next = safeNext(begun.next);
          // No code: the person refused.
          if (!code) throw new CodedError('auth.outside', 'WeChat gave no code');
          const person = await wechat.personOf(ways.parse(begun.way), code);
          if (begun.link !== undefined) {
            const asker = await staff.person(request);
            if (asker?.id !== begun.link) throw new CodedError('auth.required');
            await people.link(asker.id, wechatLinks(person));
            return reply.redirect(next, 302);
          }
          const userId = await people.ofLinksOrNew(wechatLinks(person), person.nickname || '微信用户');
          const answer = await auth.enter(userId, webHeaders(request, clients));
          return sendOn(reply, await entered(answer, reply, secure(request), 'auth.outside'), next);
        },
      );
    },
  );

  app.post(
    '/api/v1/me/links/wechat',
    {
      config: { needs: 'person' },
      schema: {
        summary: 'Begin to link WeChat to this account: where to go on',
        body: z.object({ way: ways }).strict(),
        response: { 200: z.object({ url: z.string() }) },
      },
    },
    async (request, reply) => {
      const { id } = await staff.needPerson(request);
      const data = { next: '/account', link: id };
      return { url: await agreeAtWeChat(request, reply, request.body.way, data) };
    },
  );

  // OpenID Connect.

  app.get(
    '/api/v1/auth/oidc/:id/start',
    { config: page, schema: { hide: true, params: z.object({ id: z.string() }), querystring: begin } },
    async (request, reply) => {
      await limits.askCode(clients.key(request.raw));
      const next = safeNext(request.query.next);
      return orBack(
        request,
        reply,
        () => next,
        async () => {
          const { id } = request.params;
          if (!oidc?.has(id)) throw new CodedError('auth.way', `oidc ${id}`);
          const begun = await oidc.start(id, next, webHeaders(request, clients)).catch((error: unknown) => {
            request.log.warn({ err: error, provider: id }, 'oidc provider not reached');
            throw new CodedError('server.unavailable', 'the other site does not answer');
          });
          passCookies(begun.cookies, reply, secure(request));
          return reply.redirect(begun.url, 302);
        },
      );
    },
  );

  app.get(
    '/api/v1/auth/callback/:id',
    { config: page, schema: { hide: true, params: z.object({ id: z.string() }) } },
    async (request, reply) => {
      await limits.askCode(clients.key(request.raw));
      return orBack(
        request,
        reply,
        () => '/account',
        async () => {
          const done = await oidc?.finish(asWebRequest(request, clients));
          if (!done) throw new CodedError('auth.outside');
          passCookies(done.cookies, reply, secure(request));
          const answer = await auth.enter(done.userId, webHeaders(request, clients));
          const result = await entered(answer, reply, secure(request), 'auth.outside');
          return sendOn(reply, result, safeNext(done.next));
        },
      );
    },
  );

  // Partners (外部回调登录).

  const partnerOf = (id: string): Partner => {
    const partner = config.auth.partners.find((one) => one.id === id);
    if (!partner) throw new CodedError('auth.way', `partner ${id}`.slice(0, 80));
    return partner;
  };

  app.get(
    '/api/v1/auth/external/:id/start',
    { config: page, schema: { hide: true, params: z.object({ id: z.string() }), querystring: begin } },
    async (request, reply) => {
      await limits.askCode(clients.key(request.raw));
      const next = safeNext(request.query.next);
      return orBack(
        request,
        reply,
        () => next,
        async () => {
          const { id, logInUrl } = partnerOf(request.params.id);
          if (!logInUrl) throw new CodedError('auth.way', `partner ${id}`);
          const state = await tickets.issue('partner', { partner: id, next }, stateSeconds);
          keepState(request, reply, state);
          const url = new URL(logInUrl);
          url.searchParams.set('return', `${here(request)}/api/v1/auth/external`);
          url.searchParams.set('state', state);
          return reply.redirect(url.href, 302);
        },
      );
    },
  );

  app.get('/api/v1/auth/external', { config: page, schema: { hide: true } }, async (request, reply) => {
    await limits.askCode(clients.key(request.raw));
    const query = new URL(request.url, 'http://localhost').searchParams;
    let next = safeNext(query.get('next'));
    return orBack(
      request,
      reply,
      () => next,
      async () => {
        const partner = partnerOf(query.get('partner') ?? '');
        const call = checkCall(query, partner.secret, Date.now());
        if (!(await tickets.first(`call ${partner.id}`, call.nonce, 2 * callWindow + 60)))
          throw new CodedError('auth.outside', 'this nonce was used before');
        if (call.state !== '') {
          const begun = await takeState(request, reply, 'partner', call.state);
          if (begun?.partner !== partner.id)
            throw new CodedError('auth.outside', 'state is not of a log-in this browser began');
          next = safeNext(begun.next);
        }
        const userId = await ofPartner(people, partner, call);
        const answer = await auth.enter(userId, webHeaders(request, clients));
        return sendOn(reply, await entered(answer, reply, secure(request), 'auth.outside'), next);
      },
    );
  });
}
