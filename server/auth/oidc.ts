/** OpenID Connect by better-auth, in an instance of its own: a provider that hangs never holds up the other ways to log in. */
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { genericOAuth } from 'better-auth/plugins';
import type { Logger } from 'pino';
import type { Db } from '../db/database.ts';
import * as schema from '../db/schema.ts';
import type { OidcProvider } from './outside-config.ts';
import { placeholderEmail } from './placeholder.ts';

export type Oidc = {
  has(id: string): boolean;
  /** Where to send the person, with the cookies that bind the log-in to this browser. `next` is safe already. */
  start(id: string, next: string, headers: Headers): Promise<{ url: string; cookies: string[] }>;
  /** The provider sent the person back: who it is, and where they wanted to go. Undefined when it was refused. */
  finish(request: Request): Promise<{ userId: string; next: string; cookies: string[] } | undefined>;
};

/** Of linked accounts and in the callback's address. */
export const oidcProviderId = (id: string): string => `oidc-${id}`;

export type OidcOptions = {
  readonly db: Db;
  readonly providers: readonly OidcProvider[];
  readonly publicUrl: string;
  readonly secret: string;
  /** Nobody makes an account with an e-mail address they have not proven: an address of an account was then given by the staff. */
  readonly emailsAreSure: boolean;
  readonly log: Logger;
};

const sessionCookie = 'rostrum.session_token';

export function createOidc(options: OidcOptions): Oidc {
  const { db, providers, publicUrl, secret, emailsAreSure, log } = options;
  const auth = betterAuth({
    appName: 'Rostrum',
    basePath: '/api/v1/auth',
    baseURL: publicUrl,
    trustedOrigins: [publicUrl],
    secret,
    database: drizzleAdapter(db, { provider: 'pg', schema }),
    plugins: [
      genericOAuth({
        config: providers.map(({ id, issuer, clientId, clientSecret, scopes, signUp }) => ({
          providerId: oidcProviderId(id),
          discoveryUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
          ...{ clientId, clientSecret, scopes, pkce: true, disableSignUp: !signUp },
          requireIdTokenVerification: true,
          mapProfileToUser: (profile: Record<string, unknown>) => ({
            email: typeof profile.email === 'string' ? profile.email : placeholderEmail(),
            emailVerified: profile.email_verified === true || profile.email_verified === 'true',
            name: String(profile.name ?? profile.preferred_username ?? '').slice(0, 60),
          }),
        })),
      }),
    ],
    account: {
      accountLinking: { enabled: true, requireLocalEmailVerified: !emailsAreSure },
      // Asked once who it is; nothing is fetched there later.
      updateAccountOnSignIn: false,
      encryptOAuthTokens: true,
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: 'rostrum',
      useSecureCookies: false,
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: '/' },
      ipAddress: { ipAddressHeaders: ['x-rostrum-client'] },
    },
    logger: { log: (level, message) => log[level === 'error' ? 'warn' : 'debug']({ message }, 'oidc') },
  });
  const known = new Set(providers.map(({ id }) => id));

  return {
    has: (id) => known.has(id),

    async start(id, next, headers) {
      const callbackURL = `${publicUrl}${next}`;
      const { headers: set, response } = await auth.api.signInSocial({
        body: {
          provider: oidcProviderId(id),
          ...{ callbackURL, errorCallbackURL: `${publicUrl}/login?problem=outside` },
          disableRedirect: true,
        },
        headers,
        returnHeaders: true,
      });
      if (!('url' in response) || !response.url) throw new Error(`oidc ${id}: no address to agree at`);
      return { url: response.url, cookies: set.getSetCookie() };
    },

    async finish(request) {
      const answer = await auth.handler(request);
      const cookies = answer.headers.getSetCookie();
      const given = cookies.find((line) => line.startsWith(`${sessionCookie}=`));
      const location = answer.headers.get('location');
      if (!given || !location) {
        log.info({ status: answer.status, location: location?.slice(0, 200) }, 'oidc log-in refused');
        return undefined;
      }
      // The session made here ends at once: the entrance decides whether there is one, or a second step first.
      const cookie = given.split(';')[0] ?? '';
      const { user, session } = (await auth.api.getSession({ headers: new Headers({ cookie }) })) ?? {};
      if (!user || !session) return undefined;
      const { internalAdapter } = await auth.$context;
      await internalAdapter.deleteSession(session.token);
      const url = new URL(location, publicUrl);
      return {
        userId: user.id,
        next: `${url.pathname}${url.search}${url.hash}`,
        cookies: cookies.filter((line) => !line.startsWith(`${sessionCookie}=`)),
      };
    },
  };
}
