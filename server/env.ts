/** Every ROSTRUM_* variable: what it is for, its default, and the rule its text must obey. `--help` prints this table. */
import { cpus } from 'node:os';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { oidcProvidersSchema, partnersSchema } from './auth/outside-config.ts';
import { smsPurposes } from './messages/sms.ts';

export type Variable<T> = {
  readonly about: string;
  /** As text, the way it would be written; '' means unset. */
  readonly fallback: string;
  /** In words, for the refusal and the help. */
  readonly rule: string;
  readonly schema: z.ZodType<T, string>;
};

const variable = <T>(
  about: string,
  fallback: string,
  rule: string,
  schema: z.ZodType<T, string>,
): Variable<T> => ({ about, fallback, rule, schema });

const whole = (min: number, max: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().int().min(min).max(max));
const integer = (about: string, fallback: number, min: number, max: number, unit = '') =>
  variable(about, String(fallback), `a whole number${unit} from ${min} to ${max}`, whole(min, max));
const port = (about: string, fallback: number) =>
  variable(about, String(fallback), 'a port, 0 to 65535 (0: any free one)', whole(0, 65535));
const flag = (about: string, fallback: boolean) =>
  variable(
    about,
    fallback ? 'on' : 'off',
    'on or off',
    z.enum(['on', 'off', 'true', 'false', '1', '0']).transform((text) => ['on', 'true', '1'].includes(text)),
  );
const text = (
  about: string,
  fallback: string,
  rule: string,
  schema: z.ZodType<string, string> = z.string(),
) => variable(about, fallback, rule, schema);

/** Splits an optional list at commas; '' is the empty list. */
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const isCidr = (value: string) => ipaddr.isValidCIDR(value) || ipaddr.isValid(value);

const sizes: Record<string, number> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
const bytes = (about: string, fallback: string, min: number, max: number) =>
  variable(
    about,
    fallback,
    `a size such as 64K, 500M or 2G, from ${min} bytes`,
    z
      .string()
      .regex(/^\d+[KMGT]?$/)
      .transform((value) => {
        const unit = sizes[value.at(-1) ?? ''];
        return unit ? Number(value.slice(0, -1)) * unit : Number(value);
      })
      .pipe(z.number().min(min).max(max)),
  );

const httpUrl = z.union([
  z.literal(''),
  z
    .string()
    .url()
    .refine((value) => {
      const url = new URL(value);
      return /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.hash === '';
    }),
]);
const hostName = z.string().regex(/^[A-Za-z0-9._:-]{0,253}$/);

const appId = z.string().regex(/^[A-Za-z0-9_-]{0,60}$/);

/** A value written as JSON. */
const json = <T>(schema: z.ZodType<T>): z.ZodType<T, string> =>
  z
    .string()
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema) as z.ZodType<T, string>;

export const variables = {
  ROSTRUM_DATA_DIR: text(
    'Folder for everything kept: database, recordings, secrets',
    './data',
    'a path',
    z.string().min(1),
  ),
  ROSTRUM_HOST: text('Address to listen on', '0.0.0.0', 'an IP address or host name', hostName.min(1)),
  ROSTRUM_HTTP_PORT: port('Port of HTTP', 8080),
  ROSTRUM_HTTPS_PORT: port('Port of HTTPS (HTTP/2), used when a certificate is set or self-signed', 8443),
  ROSTRUM_PUBLIC_URL: text(
    'Address people open, e.g. https://live.example.org; unset: the one they used',
    '',
    'http(s)://host[:port] without a path',
    httpUrl,
  ),
  ROSTRUM_RTMP_HOST: text(
    'Host name encoders push to; unset: that of the public address',
    '',
    'a host name',
    hostName,
  ),
  ROSTRUM_RTMP_PORT: port('Port of RTMP', 1935),
  ROSTRUM_RTMPS_PORT: port('Port of RTMPS, used when a certificate is set or self-signed', 1936),
  ROSTRUM_TLS_CERT: text('PEM file with the certificate and its chain', '', 'a file that can be read'),
  ROSTRUM_TLS_KEY: text('PEM file with the private key', '', 'a file that can be read'),
  ROSTRUM_TLS_SELF_SIGNED: flag('Make a certificate of our own, to try phones in the same network', false),
  ROSTRUM_TRUSTED_PROXIES: variable(
    'Reverse proxies whose X-Forwarded-* headers are believed, comma-separated',
    '',
    'IP addresses or CIDRs such as 10.0.0.0/8,::1',
    list.pipe(z.array(z.string().refine(isCidr))),
  ),
  ROSTRUM_EMBED_ORIGINS: variable(
    'Origins of pages that embed ours and may open the live socket, comma-separated',
    '',
    'origins such as https://www.example.org',
    list.pipe(z.array(z.string().refine((value) => URL.canParse(value) && new URL(value).origin === value))),
  ),
  ROSTRUM_OUTSIDE_HTTP: flag('Webhooks and imports may use http:// addresses too', false),
  ROSTRUM_OUTSIDE_PRIVATE: variable(
    'Private addresses that webhooks and imports may ask, comma-separated; all others are refused',
    '',
    'IP addresses or CIDRs',
    list.pipe(z.array(z.string().refine(isCidr))),
  ),
  ROSTRUM_DATABASE_URL: text(
    'PostgreSQL 18 of your own; unset: the one that comes with the install',
    '',
    'postgres://user:password@host:port/name',
    z.string().regex(/^$|^postgres(ql)?:\/\/.+/),
  ),
  ROSTRUM_DATABASE_CONNECTIONS: integer('Connections to the database at most', 10, 2, 100),
  ROSTRUM_ADMIN_EMAIL: text(
    'Log-in of the administrator made at the first start',
    'admin@rostrum.local',
    'an e-mail address',
    z.email(),
  ),
  ROSTRUM_ADMIN_PASSWORD: text(
    'Password of that administrator; unset: a random one, written to the data folder',
    '',
    'at least 10 characters',
    z.union([z.literal(''), z.string().min(10).max(128)]),
  ),
  ROSTRUM_AUTH_SECRET: text(
    'Signs sessions; unset: made once and kept in the data folder',
    '',
    'at least 32 characters',
    z.union([z.literal(''), z.string().min(32)]),
  ),
  ROSTRUM_SESSION_HOURS: integer('How long a log-in lasts without use', 72, 1, 2160, ' of hours'),
  ROSTRUM_SIGN_UP: variable(
    'Who may make an account: by a code sent to the phone, by user name or e-mail with a password, comma-separated',
    'phone',
    'phone, password, both or none',
    list
      .pipe(z.array(z.enum(['phone', 'password', 'none'])))
      .transform((ways) => ({ phone: ways.includes('phone'), password: ways.includes('password') })),
  ),
  ROSTRUM_STAFF_2FA: variable(
    'Whether staff must have a second step (TOTP) to work',
    'optional',
    'optional or required',
    z.enum(['optional', 'required']),
  ),
  ROSTRUM_OIDC_PROVIDERS: variable(
    'OpenID Connect providers people may log in with',
    '[]',
    'JSON such as [{"id":"hospital","name":"…","issuer":"https://…","clientId":"…","clientSecret":"…"}] (docs/accounts.md)',
    json(oidcProvidersSchema),
  ),
  ROSTRUM_PARTNERS: variable(
    "Sites that log their members in here by a signed call, such as a society's",
    '[]',
    'JSON such as [{"id":"society","name":"…","secret":"…","logInUrl":"https://…"}] (docs/accounts.md)',
    json(partnersSchema),
  ),
  ROSTRUM_WECHAT_APP_ID: text(
    'AppID of the WeChat official account, for log-in inside WeChat',
    '',
    'an AppID',
    appId,
  ),
  ROSTRUM_WECHAT_APP_SECRET: text('Its AppSecret', '', 'a secret'),
  ROSTRUM_WECHAT_QR_APP_ID: text(
    'AppID of the WeChat website application, for log-in by QR code',
    '',
    'an AppID',
    appId,
  ),
  ROSTRUM_WECHAT_QR_APP_SECRET: text('Its AppSecret', '', 'a secret'),
  ROSTRUM_WECHAT_OPEN_URL: text(
    'Where people are sent to agree in WeChat',
    'https://open.weixin.qq.com',
    'http(s)://host[:port] without a path',
    httpUrl,
  ),
  ROSTRUM_WECHAT_API_URL: text(
    "WeChat's API",
    'https://api.weixin.qq.com',
    'http(s)://host[:port] without a path',
    httpUrl,
  ),
  ROSTRUM_SMS_SENDER: variable(
    'Who sends text messages; console: written to sms.log in the data folder',
    'console',
    'console, aliyun or tencent',
    z.enum(['console', 'aliyun', 'tencent']),
  ),
  ROSTRUM_SMS_KEY_ID: text('AccessKey ID (Aliyun) or SecretId (Tencent Cloud)', '', 'a key id'),
  ROSTRUM_SMS_KEY_SECRET: text('AccessKey Secret or SecretKey', '', 'a secret'),
  ROSTRUM_SMS_SIGN: text('Signature (短信签名) approved by the provider, without brackets', '', 'a text'),
  ROSTRUM_SMS_APP_ID: text('SdkAppId of Tencent Cloud SMS', '', 'digits', z.string().regex(/^\d*$/)),
  ROSTRUM_SMS_TEMPLATES: variable(
    'Templates approved by the provider',
    '',
    `a list such as code=SMS_123,invitation=SMS_456; kinds: ${smsPurposes.join(', ')}`,
    list
      .transform((items) => Object.fromEntries(items.map((item) => item.split('='))))
      .pipe(z.partialRecord(z.enum(smsPurposes), z.string().min(1))),
  ),
  ROSTRUM_SMS_URL: text(
    "The provider's address; unset: its public one",
    '',
    'http(s)://host[:port] without a path',
    httpUrl,
  ),
  ROSTRUM_SMS_SPACING: integer(
    'Time between two messages of one kind to one number',
    60,
    0,
    3600,
    ' of seconds',
  ),
  ROSTRUM_SMS_PER_PHONE: integer('Messages to one number in a day', 10, 1, 1000),
  ROSTRUM_SMS_PER_ADDRESS: integer(
    'Messages asked for from one address in a day; a hall may share one',
    500,
    1,
    1_000_000,
  ),
  ROSTRUM_SMS_PER_DAY: integer('Messages in a day over all', 10_000, 1, 100_000_000),
  ROSTRUM_SMTP_URL: text(
    'Mail server with user and password; unset: messages are written to mail.log in the data folder',
    '',
    'smtp://user:password@host:587 or smtps://…:465, with special characters percent-encoded',
    z.union([
      z.literal(''),
      z
        .string()
        .refine((value) => /^smtps?:$/.test(URL.parse(value)?.protocol ?? ''))
        .refine((value) => (URL.parse(value)?.hostname ?? '') !== ''),
    ]),
  ),
  ROSTRUM_SMTP_FROM: text(
    'Sender of e-mail',
    '',
    'an address, or Name <address>',
    z.string().regex(/^$|^[^<>\r\n"]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/),
  ),
  ROSTRUM_LOG_LEVEL: variable(
    'Least level that is logged',
    'info',
    'error, warn, info, debug or silent',
    z.enum(['error', 'warn', 'info', 'debug', 'silent']),
  ),
  ROSTRUM_BODY_LIMIT: bytes('Largest request body', '64K', 1024, 2 ** 24),
  ROSTRUM_MAX_CONNECTIONS: integer('HTTP connections at once', 20_000, 10, 1_000_000),
  ROSTRUM_MAX_PUBLISHERS: integer('Encoders connected at once', 200, 1, 10_000),
  ROSTRUM_DISK_RESERVE: bytes('Recording stops when less than this is free', '1G', 0, 2 ** 50),
  ROSTRUM_TRANSCODE: flag('Make the renditions a venue asks for besides the source', true),
  ROSTRUM_TRANSCODE_THREADS: integer(
    'Threads all transcoding together may use',
    Math.max(1, cpus().length - 1),
    1,
    256,
  ),
  ROSTRUM_PREVIEW: flag('Decode a little for preview pictures, loudness and black-picture warnings', true),
  ROSTRUM_PREVIEW_CPU: integer(
    'Part of one core the preview of all venues may use',
    50,
    1,
    1600,
    ' of percent',
  ),
  ROSTRUM_DECK_BYTES: bytes('Largest deck that may be uploaded', '200M', 1024, 2 ** 32),
  ROSTRUM_DECK_PAGES: integer('Pages of a deck at most', 1000, 1, 10_000),
  ROSTRUM_DECK_SECONDS: integer('Longest conversion of a deck', 300, 10, 7200, ' of seconds'),
  ROSTRUM_DECK_MEMORY: bytes('Memory a conversion may use', '3G', 2 ** 28, 2 ** 36),
  ROSTRUM_METRICS_TOKEN: text(
    'Bearer token for /metrics; unset: loopback only',
    '',
    'at least 16 characters',
    z.union([z.literal(''), z.string().min(16)]),
  ),
} as const;

export type VariableName = keyof typeof variables;
export type Values = { readonly [K in VariableName]: z.output<(typeof variables)[K]['schema']> };
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables whose value is never repeated in a message. */
const secretNames = /PASSWORD|SECRET|TOKEN|DATABASE_URL|SMTP_URL|OIDC|PARTNERS/;

/** Thrown with one line for each wrong variable: its name, the rule and the value. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export function wrongValue(name: string, rule: string, value: string): string {
  const shown = secretNames.test(name) ? `${value.length} characters, not shown` : JSON.stringify(value);
  return `${name} must be ${rule} (got ${shown})`;
}

/** Reads and checks all variables at once; a ROSTRUM_* name that does not exist is refused too, for it is a typing error. */
export function readEnv(env: Environment): Values {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, fallback, rule }] of Object.entries(variables)) {
    const raw = env[name]?.trim() ?? '';
    const result = schema.safeParse(raw === '' ? fallback : raw);
    if (result.success) values[name] = result.data;
    else problems.push(wrongValue(name, rule, raw));
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('ROSTRUM_') && !(name in variables))
      problems.push(`${name} is not a variable of Rostrum (--help lists them)`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return values as Values;
}

/** The table as text for `--help`. */
export function describeVariables(): string {
  return Object.entries(variables)
    .map(
      ([name, { about, fallback, rule }]) =>
        `  ${name}\n      ${about}.\n      ${rule}; default: ${fallback === '' ? '(unset)' : fallback}`,
    )
    .join('\n');
}
