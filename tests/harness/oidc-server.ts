/** A small OpenID provider: discovery, keys, tokens signed with RS256, codes once with PKCE. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type OidcUser = {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
};
export type OidcServer = {
  readonly url: string;
  /** The person agrees at this address: what the provider sends back. */
  agree(
    address: string,
    user: OidcUser,
  ): { readonly code: string; readonly state: string; readonly redirect: string };
  /** How the next ID token is spoiled. */
  spoil?: 'none' | 'signature' | 'audience';
  close(): Promise<void>;
};

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startOidc(client: {
  readonly id: string;
  readonly secret: string;
}): Promise<OidcServer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, { user: OidcUser; challenge: string; nonce: string | null }>();
  let url = '';
  const idToken = (user: OidcUser, nonce: string | null): string => {
    const spoiled = api.spoil;
    const now = Math.floor(Date.now() / 1000);
    const header = base64({ alg: spoiled === 'none' ? 'none' : 'RS256', kid: 'k1', typ: 'JWT' });
    const payload = base64({
      ...{ iss: url, aud: spoiled === 'audience' ? 'somebody-else' : client.id },
      ...{ iat: now, exp: now + 300, ...user },
      ...(nonce === null ? {} : { nonce }),
    });
    if (spoiled === 'none') return `${header}.${payload}.`;
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), privateKey);
    if (spoiled === 'signature') signature[0] = (signature[0] ?? 0) ^ 1;
    return `${header}.${payload}.${signature.toString('base64url')}`;
  };
  const server = createServer(async (request, response) => {
    const body = new URLSearchParams((await request.toArray()).join(''));
    const answer = (status: number, value: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    const { pathname } = new URL(request.url ?? '/', url);
    if (pathname === '/.well-known/openid-configuration')
      return answer(200, {
        ...{ issuer: url, authorization_endpoint: `${url}/agree`, token_endpoint: `${url}/token` },
        ...{ userinfo_endpoint: `${url}/userinfo`, jwks_uri: `${url}/keys` },
        id_token_signing_alg_values_supported: ['RS256'],
      });
    if (pathname === '/keys')
      return answer(200, {
        keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }],
      });
    if (pathname === '/token') {
      const code = codes.get(body.get('code') ?? '');
      codes.delete(body.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(body.get('code_verifier') ?? '')
        .digest('base64url');
      const basic = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64').toString();
      const known =
        basic === `${client.id}:${client.secret}` ||
        (body.get('client_id') === client.id && body.get('client_secret') === client.secret);
      if (!code || !known || challenge !== code.challenge) return answer(400, { error: 'invalid_grant' });
      return answer(200, {
        ...{ access_token: base64(code.user), token_type: 'Bearer', expires_in: 300 },
        id_token: idToken(code.user, code.nonce),
      });
    }
    if (pathname === '/userinfo') {
      const token = Buffer.from(request.headers.authorization?.slice(7) ?? '', 'base64url').toString();
      return answer(200, JSON.parse(token || '{}') as object);
    }
    return answer(404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api: OidcServer = {
    url,
    agree(address, user) {
      const { searchParams } = new URL(address);
      const code = randomBytes(12).toString('hex');
      codes.set(code, {
        user,
        challenge: searchParams.get('code_challenge') ?? '',
        nonce: searchParams.get('nonce'),
      });
      const state = searchParams.get('state') ?? '';
      return { code, state, redirect: searchParams.get('redirect_uri') ?? '' };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return api;
}
