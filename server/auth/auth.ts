/** Accounts and sessions (better-auth): e-mail and password, no sign-up, roles of the platform (contracts/roles.ts). */
import { randomBytes } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { admin } from 'better-auth/plugins';
import { adminAc, userAc } from 'better-auth/plugins/admin/access';
import type { Logger } from 'pino';
import { type PlatformRole, platformRoles } from '#contracts/roles.ts';
import type { Config } from '../config.ts';
import { type Db, databaseGone, isDatabaseGone } from '../db/database.ts';
import * as schema from '../db/schema.ts';
import { keptSecret, knownSecret } from '../secrets.ts';
import type { Hashing } from './hashing.ts';

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  /** Null: one of the public, or staff of single conferences. */
  readonly platform: PlatformRole | null;
};

export type Auth = {
  /** A request under /api/v1/auth/, already limited and checked for its origin. */
  handle(request: Request): Promise<Response>;
  /** The person of a session; undefined without one. Throws `server.unavailable` while the database is down. */
  personOf(headers: Headers): Promise<Person | undefined>;
  /** Makes the administrator if there is no account yet. `password` is that of the first start if it is still known. */
  ensureAdmin(): Promise<{ readonly email: string; readonly password: string | undefined }>;
};

/** Beside the other secrets: the password made at the first start, until someone changes it. */
const passwordFile = 'admin-password';

export type AuthOptions = {
  readonly db: Db;
  readonly config: Config;
  readonly hashing: Hashing;
  readonly log: Logger;
};

export async function createAuth({ db, config, hashing, log }: AuthOptions): Promise<Auth> {
  const auth = betterAuth({
    appName: 'Rostrum',
    basePath: '/api/v1/auth',
    baseURL: config.http.publicUrl ?? 'http://localhost',
    // Redirects may only go to the origin the request came to; the request's origin itself was checked before.
    trustedOrigins: (request) => (request ? [new URL(request.url).origin] : []),
    secret: config.auth.secret ?? (await keptSecret(config.dataDir, 'auth')),
    database: drizzleAdapter(db, { provider: 'pg', schema }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 10,
      maxPasswordLength: 128,
      revokeSessionsOnPasswordReset: true,
      password: { hash: hashing.hash, verify: hashing.verify },
    },
    session: { expiresIn: config.auth.sessionHours * 3600, updateAge: 3600 },
    plugins: [
      admin({
        adminRoles: ['admin'],
        roles: { admin: adminAc, support: userAc, organiser: userAc, user: userAc },
      }),
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

  return {
    handle: (request) => auth.handler(request),

    async personOf(headers) {
      if (!headers.has('cookie')) return undefined;
      try {
        const found = await auth.api.getSession({ headers });
        if (!found) return undefined;
        const { id, name, email, role, banned } = found.user;
        if (banned) return undefined;
        const known = (role ?? '').split(',');
        const platform = platformRoles.find((one) => known.includes(one)) ?? null;
        return { id, name, email, phone: null, platform };
      } catch (error) {
        if (isDatabaseGone(error) || (error as { status?: unknown }).status === 'INTERNAL_SERVER_ERROR')
          throw databaseGone();
        throw error;
      }
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
