/** Accounts and sessions (better-auth): passwords, the second step, and the entrance for ways of ours; roles of the platform (contracts/roles.ts). */
import { randomBytes } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { admin, twoFactor, username } from 'better-auth/plugins';
import { adminAc, userAc } from 'better-auth/plugins/admin/access';
import { and, eq, ne } from 'drizzle-orm';
import type { Logger } from 'pino';
import { CodedError } from '#contracts/errors.ts';
import { type PlatformRole, platformRoles } from '#contracts/roles.ts';
import type { Config } from '../config.ts';
import { type Db, databaseGone, isDatabaseGone } from '../db/database.ts';
import * as schema from '../db/schema.ts';
import { keptSecret, knownSecret } from '../secrets.ts';
import { entrance } from './entrance.ts';
import type { Hashing } from './hashing.ts';
import { placeholderEmail, shownEmail } from './placeholder.ts';

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  /** Null: one of the public, or staff of single conferences. */
  readonly platform: PlatformRole | null;
  /** Logs in with a second step. */
  readonly twoFactor: boolean;
};

export type Auth = {
  /** A request under /api/v1/auth/, already limited and checked for its origin. */
  handle(request: Request): Promise<Response>;
  /** The person of a session; undefined without one. Throws `server.unavailable` while the database is down. */
  personOf(headers: Headers): Promise<Person | undefined>;
  /** Session and person behind a request's cookie; undefined without. */
  sessionOf(headers: Headers): Promise<{ readonly sessionId: string; readonly person: Person } | undefined>;
  /** A session for somebody who has proven who they are, or the question for the second step: `Set-Cookie` headers and `{secondStep}`. */
  enter(userId: string, headers: Headers): Promise<Response>;
  /** Sets the first password of an account that has none. */
  setPassword(password: string, headers: Headers): Promise<Response>;
  /** A new account with a user name or an e-mail address; the caller has checked that sign-up is open. Throws `account.taken`. */
  signUp(account: NewAccount): Promise<string>;
  /** Ends a person's sessions: one, all, or all but one. */
  endSessions(userId: string, which: { only?: string; except?: string }): Promise<number>;
  /** Makes the administrator if there is no account yet. `password` is that of the first start if it is still known. */
  ensureAdmin(): Promise<{ readonly email: string; readonly password: string | undefined }>;
};

export type NewAccount = {
  readonly name: string;
  readonly password: string;
  readonly email?: string;
  readonly username?: string;
};

/** Beside the other secrets: the password made at the first start, until someone changes it. */
const passwordFile = 'admin-password';

export type AuthOptions = {
  readonly db: Db;
  readonly config: Config;
  readonly hashing: Hashing;
  /** Signs cookies. */
  readonly secret: string;
  readonly log: Logger;
};

export const authSecret = async ({ auth, dataDir }: Config): Promise<string> =>
  auth.secret ?? (await keptSecret(dataDir, 'auth'));

export async function createAuth({ db, config, hashing, secret, log }: AuthOptions): Promise<Auth> {
  const auth = betterAuth({
    appName: 'Rostrum',
    basePath: '/api/v1/auth',
    baseURL: config.http.publicUrl ?? 'http://localhost',
    // Redirects may only go to the origin the request came to; the request's origin itself was checked before.
    trustedOrigins: (request) => (request ? [new URL(request.url).origin] : []),
    secret,
    database: drizzleAdapter(db, { provider: 'pg', schema }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 10,
      maxPasswordLength: 128,
      revokeSessionsOnPasswordReset: true,
      password: { hash: hashing.hash, verify: hashing.verify },
    },
    user: { additionalFields: { phoneNumber: { type: 'string', required: false, input: false } } },
    session: { expiresIn: config.auth.sessionHours * 3600, updateAge: 3600 },
    plugins: [
      admin({
        adminRoles: ['admin'],
        roles: { admin: adminAc, support: userAc, organiser: userAc, user: userAc },
      }),
      username({ displayUsername: false }),
      twoFactor({
        issuer: 'Rostrum',
        // Who logs in by phone or WeChat has no password to confirm with.
        allowPasswordless: true,
        accountLockout: { enabled: true, maxFailedAttempts: 10, durationSeconds: 900 },
      }),
      entrance(),
    ],
    // Our own limits stand before it (server/http/limits.ts).
    rateLimit: { enabled: false },
    // What is no refusal of its own comes to us as it is, and is logged and coded here.
    onAPIError: { throw: true },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: 'rostrum',
      // `Secure` is added for each request that came by TLS (server/http/auth-routes.ts): one server may be reached both ways.
      useSecureCookies: false,
      disableOriginCheck: false,
      disableCSRFCheck: false,
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: '/' },
      ipAddress: { ipAddressHeaders: ['x-rostrum-client'] },
    },
    logger: { log: (level, message) => log[level === 'error' ? 'warn' : 'debug']({ message }, 'accounts') },
  });

  const { adminEmail, adminPassword } = config.auth;

  const sessionOf: Auth['sessionOf'] = async (headers) => {
    if (!headers.has('cookie')) return undefined;
    try {
      const found = await auth.api.getSession({ headers });
      if (!found) return undefined;
      const { id, name, email, role, banned, twoFactorEnabled } = found.user;
      if (banned) return undefined;
      const known = (role ?? '').split(',');
      const platform = platformRoles.find((one) => known.includes(one)) ?? null;
      const phone = (found.user as { phoneNumber?: string | null }).phoneNumber ?? null;
      const person = {
        ...{ id, name, email: shownEmail(email), phone, platform },
        twoFactor: twoFactorEnabled === true,
      };
      return { sessionId: found.session.id, person };
    } catch (error) {
      if (isDatabaseGone(error) || (error as { status?: unknown }).status === 'INTERNAL_SERVER_ERROR')
        throw databaseGone();
      throw error;
    }
  };

  return {
    handle: (request) => auth.handler(request),
    sessionOf,
    personOf: async (headers) => (await sessionOf(headers))?.person,
    enter: (userId, headers) => auth.api.enter({ body: { userId }, headers, asResponse: true }),
    setPassword: (newPassword, headers) =>
      auth.api.setPassword({ body: { newPassword }, headers, asResponse: true }),

    async signUp({ name, password, email, username: userName }) {
      const body = {
        ...{ name, password, email: email ?? placeholderEmail() },
        data: userName === undefined ? {} : { username: userName },
      };
      const { user } = await auth.api.createUser({ body }).catch((error: unknown) => {
        const { code } = (error as { body?: { code?: unknown } }).body ?? {};
        throw /EXIST|TAKEN/.test(String(code)) ? new CodedError('account.taken') : error;
      });
      return user.id;
    },

    async endSessions(userId, { only, except }) {
      const ended = await db
        .delete(schema.session)
        .where(
          and(
            eq(schema.session.userId, userId),
            only === undefined ? undefined : eq(schema.session.id, only),
            except === undefined ? undefined : ne(schema.session.id, except),
          ),
        )
        .returning({ id: schema.session.id });
      return ended.length;
    },

    async ensureAdmin() {
      const [someone] = await db.select({ id: schema.user.id }).from(schema.user).limit(1);
      if (someone) {
        const password = adminPassword ?? (await knownSecret(config.dataDir, passwordFile));
        return { email: adminEmail, password };
      }
      const password =
        adminPassword ??
        (await keptSecret(config.dataDir, passwordFile, () => randomBytes(12).toString('base64url')));
      await auth.api.createUser({
        body: { email: adminEmail, password, name: 'Administrator', role: 'admin' },
      });
      log.info({ email: adminEmail }, 'administrator made');
      return { email: adminEmail, password };
    },
  };
}
