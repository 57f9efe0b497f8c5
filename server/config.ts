/** The server's settings, checked once at start; nothing else reads the environment. */
import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { OidcProvider, Partner, WeChatApp, WeChatConfig } from './auth/outside-config.ts';
import { ConfigError, type Environment, readEnv, type Values, wrongValue } from './env.ts';
import { aliyunUrl } from './messages/aliyun-sms.ts';
import type { SmtpConfig } from './messages/smtp-mail.ts';
import type { SmsConfig } from './messages/start-sms.ts';
import { tencentUrl } from './messages/tencent-sms.ts';

export type TlsConfig =
  | { readonly kind: 'off' }
  | { readonly kind: 'selfSigned' }
  | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string };

export type Config = {
  /** Absolute. */
  readonly dataDir: string;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug' | 'silent';
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly httpsPort: number;
    /** Origin without a trailing slash; undefined: the one each request came to. */
    readonly publicUrl: string | undefined;
    readonly trustedProxies: readonly string[];
    /** Origins of pages that embed ours. */
    readonly embedOrigins: readonly string[];
    /** Bytes. */
    readonly bodyLimit: number;
    readonly maxConnections: number;
  };
  /** What the server may ask on behalf of people: webhooks, imports. */
  readonly outside: { readonly plainHttp: boolean; readonly privateRanges: readonly string[] };
  readonly tls: TlsConfig;
  readonly rtmp: {
    readonly host: string;
    readonly port: number;
    readonly tlsPort: number;
    /** Name encoders are told; undefined: that of the public address. */
    readonly publicHost: string | undefined;
    readonly maxPublishers: number;
  };
  readonly database: { readonly url: string | undefined; readonly connections: number };
  readonly auth: {
    readonly adminEmail: string;
    readonly adminPassword: string | undefined;
    readonly secret: string | undefined;
    readonly sessionHours: number;
    readonly signUp: { readonly phone: boolean; readonly password: boolean };
    readonly staffTwoFactor: boolean;
    readonly oidc: readonly OidcProvider[];
    readonly partners: readonly Partner[];
    readonly wechat: WeChatConfig;
  };
  readonly sms: SmsConfig;
  /** Undefined: written to a file. */
  readonly smtp: SmtpConfig | undefined;
  /** Bytes kept free. */
  readonly disk: { readonly reserve: number };
  readonly transcode: { readonly on: boolean; readonly threads: number };
  /** `cpu`: share of one core, 0.5 is half of one. */
  readonly preview: { readonly on: boolean; readonly cpu: number };
  /** What conversion of a deck may cost. */
  readonly decks: {
    readonly bytes: number;
    readonly pages: number;
    readonly seconds: number;
    readonly memoryMiB: number;
  };
  readonly metrics: { readonly token: string | undefined };
};

const orUndefined = (value: string): string | undefined => (value === '' ? undefined : value);

/** Throws ConfigError naming each wrong variable. */
export function readConfig(env: Environment): Config {
  const v = readEnv(env);
  return {
    dataDir: resolve(v.ROSTRUM_DATA_DIR),
    logLevel: v.ROSTRUM_LOG_LEVEL,
    http: {
      host: v.ROSTRUM_HOST,
      port: v.ROSTRUM_HTTP_PORT,
      httpsPort: v.ROSTRUM_HTTPS_PORT,
      publicUrl: v.ROSTRUM_PUBLIC_URL === '' ? undefined : new URL(v.ROSTRUM_PUBLIC_URL).origin,
      trustedProxies: v.ROSTRUM_TRUSTED_PROXIES,
      embedOrigins: v.ROSTRUM_EMBED_ORIGINS,
      bodyLimit: v.ROSTRUM_BODY_LIMIT,
      maxConnections: v.ROSTRUM_MAX_CONNECTIONS,
    },
    outside: { plainHttp: v.ROSTRUM_OUTSIDE_HTTP, privateRanges: v.ROSTRUM_OUTSIDE_PRIVATE },
    tls: readTls(v.ROSTRUM_TLS_CERT, v.ROSTRUM_TLS_KEY, v.ROSTRUM_TLS_SELF_SIGNED),
    rtmp: {
      host: v.ROSTRUM_HOST,
      port: v.ROSTRUM_RTMP_PORT,
      tlsPort: v.ROSTRUM_RTMPS_PORT,
      publicHost: orUndefined(v.ROSTRUM_RTMP_HOST),
      maxPublishers: v.ROSTRUM_MAX_PUBLISHERS,
    },
    database: { url: orUndefined(v.ROSTRUM_DATABASE_URL), connections: v.ROSTRUM_DATABASE_CONNECTIONS },
    auth: {
      adminEmail: v.ROSTRUM_ADMIN_EMAIL,
      adminPassword: orUndefined(v.ROSTRUM_ADMIN_PASSWORD),
      secret: orUndefined(v.ROSTRUM_AUTH_SECRET),
      sessionHours: v.ROSTRUM_SESSION_HOURS,
      signUp: v.ROSTRUM_SIGN_UP,
      staffTwoFactor: v.ROSTRUM_STAFF_2FA === 'required',
      oidc: readOidc(v),
      partners: v.ROSTRUM_PARTNERS,
      wechat: readWeChat(v),
    },
    sms: readSms(v),
    smtp: readSmtp(v),
    disk: { reserve: v.ROSTRUM_DISK_RESERVE },
    transcode: { on: v.ROSTRUM_TRANSCODE, threads: v.ROSTRUM_TRANSCODE_THREADS },
    preview: { on: v.ROSTRUM_PREVIEW, cpu: v.ROSTRUM_PREVIEW_CPU / 100 },
    decks: {
      bytes: v.ROSTRUM_DECK_BYTES,
      pages: v.ROSTRUM_DECK_PAGES,
      seconds: v.ROSTRUM_DECK_SECONDS,
      memoryMiB: Math.floor(v.ROSTRUM_DECK_MEMORY / 2 ** 20),
    },
    metrics: { token: orUndefined(v.ROSTRUM_METRICS_TOKEN) },
  };
}

function readOidc(v: Values): readonly OidcProvider[] {
  const providers = v.ROSTRUM_OIDC_PROVIDERS;
  if (providers.length > 0 && v.ROSTRUM_PUBLIC_URL === '')
    throw new ConfigError([
      wrongValue(
        'ROSTRUM_PUBLIC_URL',
        'set when ROSTRUM_OIDC_PROVIDERS is: providers send people back to it',
        '',
      ),
    ]);
  return providers;
}

function readWeChat(v: Values): WeChatConfig {
  const app = (id: 'ROSTRUM_WECHAT_APP' | 'ROSTRUM_WECHAT_QR_APP'): WeChatApp | undefined => {
    const [appId, secret] = [v[`${id}_ID`], v[`${id}_SECRET`]];
    if ((appId === '') !== (secret === ''))
      throw new ConfigError([wrongValue(`${id}_SECRET`, `set together with ${id}_ID`, secret)]);
    return appId === '' ? undefined : { appId, secret };
  };
  return {
    inside: app('ROSTRUM_WECHAT_APP'),
    qr: app('ROSTRUM_WECHAT_QR_APP'),
    openUrl: new URL(v.ROSTRUM_WECHAT_OPEN_URL).origin,
    apiUrl: new URL(v.ROSTRUM_WECHAT_API_URL).origin,
  };
}

function readSmtp(v: Values): SmtpConfig | undefined {
  const { ROSTRUM_SMTP_URL: url, ROSTRUM_SMTP_FROM: from } = v;
  if ((url === '') !== (from === ''))
    throw new ConfigError([wrongValue('ROSTRUM_SMTP_FROM', 'set together with ROSTRUM_SMTP_URL', from)]);
  return url === '' ? undefined : { url, from };
}

function readSms(v: Values): SmsConfig {
  const sender = v.ROSTRUM_SMS_SENDER;
  const needed = [
    'ROSTRUM_SMS_KEY_ID',
    'ROSTRUM_SMS_KEY_SECRET',
    'ROSTRUM_SMS_SIGN',
    ...(sender === 'tencent' ? (['ROSTRUM_SMS_APP_ID'] as const) : []),
  ] as const;
  const problems = sender === 'console' ? [] : needed.filter((name) => v[name] === '');
  if (problems.length > 0)
    throw new ConfigError(problems.map((name) => wrongValue(name, `set for the sender ${sender}`, '')));
  const url = v.ROSTRUM_SMS_URL === '' ? undefined : new URL(v.ROSTRUM_SMS_URL).origin;
  return {
    sender,
    appId: v.ROSTRUM_SMS_APP_ID,
    account: {
      keyId: v.ROSTRUM_SMS_KEY_ID,
      keySecret: v.ROSTRUM_SMS_KEY_SECRET,
      sign: v.ROSTRUM_SMS_SIGN,
      templates: v.ROSTRUM_SMS_TEMPLATES,
      url: url ?? (sender === 'tencent' ? tencentUrl : aliyunUrl),
    },
    budget: {
      spacing: v.ROSTRUM_SMS_SPACING,
      perPhone: v.ROSTRUM_SMS_PER_PHONE,
      perClient: v.ROSTRUM_SMS_PER_ADDRESS,
      perDay: v.ROSTRUM_SMS_PER_DAY,
    },
  };
}

function readTls(cert: string, key: string, selfSigned: boolean): TlsConfig {
  if (cert === '' && key === '') return { kind: selfSigned ? 'selfSigned' : 'off' };
  if (selfSigned)
    throw new ConfigError([wrongValue('ROSTRUM_TLS_SELF_SIGNED', 'off when ROSTRUM_TLS_CERT is set', 'on')]);
  const problems = [];
  for (const [name, file] of [
    ['ROSTRUM_TLS_CERT', cert],
    ['ROSTRUM_TLS_KEY', key],
  ] as const) {
    try {
      if (file === '') throw new Error('unset');
      accessSync(file, constants.R_OK);
    } catch {
      problems.push(wrongValue(name, 'a file that can be read, and both must be set', file));
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { kind: 'files', certFile: resolve(cert), keyFile: resolve(key) };
}
