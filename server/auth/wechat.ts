/**
 * 微信: log-in inside WeChat (网页授权 of the official account) and by QR code on a PC (微信登录 of the website application), as
 * developers.weixin.qq.com documents them: address to agree at, code once, token, userinfo. Both tell one person by `unionid`.
 */
import { z } from 'zod';
import { CodedError } from '#contracts/errors.ts';
import type { WeChatApp, WeChatConfig } from './outside-config.ts';

export type WeChatWay = 'inside' | 'qr';
export type WeChatPerson = {
  readonly way: WeChatWay;
  /** Of this application only. */
  readonly openId: string;
  /** Of the person in all applications of one owner; undefined where the owner has not bound them. */
  readonly unionId: string | undefined;
  readonly nickname: string;
};

const id = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/);
const refusalSchema = z.object({ errcode: z.number(), errmsg: z.string().default('') });
const tokenSchema = z.object({
  access_token: z.string().min(1),
  openid: id,
  scope: z.string().default(''),
  unionid: id.optional(),
});
const personSchema = z.object({
  openid: id,
  nickname: z.string().default(''),
  unionid: id.optional(),
});
/** Ms; people wait for it. */
const timeout = 8000;

export class WeChat {
  readonly #config: WeChatConfig;

  constructor(config: WeChatConfig) {
    this.#config = config;
  }

  can(way: WeChatWay): boolean {
    return this.#config[way] !== undefined;
  }

  /** `state`: letters and digits, at most 128. Throws `auth.way` when the way is not configured. */
  agreeUrl(way: WeChatWay, redirectUri: string, state: string): string {
    const { appId } = this.#app(way);
    // In the documented order: WeChat checks the link as a text. The fragment is part of it.
    const query = [
      `appid=${encodeURIComponent(appId)}`,
      `redirect_uri=${encodeURIComponent(redirectUri)}`,
      'response_type=code',
      `scope=${way === 'inside' ? 'snsapi_userinfo' : 'snsapi_login'}`,
      `state=${state}`,
    ].join('&');
    const path = way === 'inside' ? '/connect/oauth2/authorize' : '/connect/qrconnect';
    return `${this.#config.openUrl}${path}?${query}#wechat_redirect`;
  }

  /** Exchanges the code, which holds once and five minutes. Throws `auth.outside` with WeChat's reason (40029, 40163…), `server.unavailable` when WeChat does not answer. */
  async personOf(way: WeChatWay, code: string): Promise<WeChatPerson> {
    const { appId, secret } = this.#app(way);
    const token = await this.#ask(
      '/sns/oauth2/access_token',
      { appid: appId, secret, code, grant_type: 'authorization_code' },
      tokenSchema,
    );
    const { access_token, openid } = token;
    const person = await this.#ask('/sns/userinfo', { access_token, openid, lang: 'zh_CN' }, personSchema);
    if (person.openid !== openid) throw new CodedError('auth.outside', 'WeChat told of another person');
    const unionId = person.unionid ?? token.unionid;
    return { way, openId: openid, unionId, nickname: person.nickname.trim().slice(0, 60) };
  }

  #app(way: WeChatWay): WeChatApp {
    const app = this.#config[way];
    if (!app) throw new CodedError('auth.way', `wechat ${way}`);
    return app;
  }

  /** Failures come with status 200 and `errcode`, everything as text/plain. */
  async #ask<T>(path: string, query: Record<string, string>, schema: z.ZodType<T>): Promise<T> {
    let answer: unknown;
    try {
      const response = await fetch(`${this.#config.apiUrl}${path}?${new URLSearchParams(query)}`, {
        signal: AbortSignal.timeout(timeout),
        redirect: 'error',
      });
      answer = await response.json();
    } catch {
      // The address holds the secret: nothing of the error is repeated.
      throw new CodedError('server.unavailable', 'WeChat does not answer');
    }
    const refusal = refusalSchema.safeParse(answer);
    if (refusal.success && refusal.data.errcode !== 0)
      throw new CodedError('auth.outside', `WeChat ${refusal.data.errcode}`);
    const { data } = schema.safeParse(answer);
    if (data === undefined) throw new CodedError('auth.outside', 'WeChat answered in another form');
    return data;
  }
}
