/** A server that speaks WeChat's documented protocol (网页授权, 微信登录): codes once, tokens of one person, refusals as `errcode` with status 200. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type WeChatUser = {
  readonly openid: string;
  readonly unionid?: string;
  readonly nickname: string;
};

export type WeChatServer = {
  readonly url: string;
  /** The person agrees at this address: the code WeChat sends back. Throws when the address is not as documented. */
  agree(address: string, user: WeChatUser): string;
  /** Paths asked for so far. */
  readonly asked: string[];
  close(): Promise<void>;
};

export async function startWeChat(
  apps: Readonly<Record<string, { readonly secret: string; readonly scope: string }>>,
): Promise<WeChatServer> {
  const codes = new Map<string, { appId: string; user: WeChatUser; used: boolean }>();
  const tokens = new Map<string, WeChatUser>();
  const asked: string[] = [];
  const answers: Readonly<Record<string, (query: URLSearchParams) => object>> = {
    '/sns/oauth2/access_token': (query) => {
      const app = apps[query.get('appid') ?? ''];
      if (!app) return { errcode: 40013, errmsg: 'invalid appid' };
      if (query.get('secret') !== app.secret) return { errcode: 40125, errmsg: 'invalid appsecret' };
      if (query.get('grant_type') !== 'authorization_code')
        return { errcode: 40002, errmsg: 'invalid grant_type' };
      const code = codes.get(query.get('code') ?? '');
      if (!code || code.appId !== query.get('appid')) return { errcode: 40029, errmsg: 'invalid code' };
      if (code.used) return { errcode: 40163, errmsg: 'code been used' };
      code.used = true;
      const token = randomBytes(12).toString('hex');
      tokens.set(token, code.user);
      const { openid, unionid } = code.user;
      return {
        ...{ access_token: token, expires_in: 7200, refresh_token: 'refresh', openid, scope: app.scope },
        ...(unionid ? { unionid } : {}),
      };
    },
    '/sns/userinfo': (query) => {
      const user = tokens.get(query.get('access_token') ?? '');
      if (!user) return { errcode: 40001, errmsg: 'invalid credential' };
      if (user.openid !== query.get('openid')) return { errcode: 40003, errmsg: 'invalid openid' };
      return { ...user, sex: 0, language: '', city: '', province: '', country: '', privilege: [] };
    },
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://wechat');
    asked.push(pathname);
    response.setHeader('content-type', 'text/plain');
    response.end(
      JSON.stringify(answers[pathname]?.(searchParams) ?? { errcode: 40066, errmsg: 'invalid url' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    agree(address, user) {
      const { pathname, searchParams, hash } = new URL(address);
      const app = apps[searchParams.get('appid') ?? ''];
      const path = app?.scope === 'snsapi_login' ? '/connect/qrconnect' : '/connect/oauth2/authorize';
      const order = [...searchParams.keys()].join(' ');
      if (
        !app ||
        pathname !== path ||
        hash !== '#wechat_redirect' ||
        searchParams.get('scope') !== app.scope ||
        order !== 'appid redirect_uri response_type scope state' ||
        !/^[a-zA-Z0-9]{1,128}$/.test(searchParams.get('state') ?? '')
      )
        throw new Error(`WeChat would refuse ${address}`);
      const code = randomBytes(16).toString('hex');
      codes.set(code, { appId: searchParams.get('appid') ?? '', user, used: false });
      return code;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
