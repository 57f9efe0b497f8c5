/** 阿里云短信服务: SendSms of Dysmsapi 2017-05-25, signed as ACS3-HMAC-SHA256 (help.aliyun.com, 《V3版本请求体&签名机制》). */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  type ProviderOptions,
  providerTimeout,
  type Sms,
  type SmsProvider,
  type SmsPurpose,
  smsValues,
} from './sms.ts';

export const aliyunUrl = 'https://dysmsapi.aliyuncs.com';

export type AliyunRequest = {
  readonly method: 'GET' | 'POST';
  readonly host: string;
  readonly action: string;
  readonly version: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  /** ISO 8601 in seconds, UTC. */
  readonly date: string;
  readonly nonce: string;
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** RFC 3986: encodeURIComponent leaves !'()* as they are. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
export const aliyunQuery = (query: Readonly<Record<string, string>>): string =>
  Object.keys(query)
    .sort()
    .map((name) => `${encode(name)}=${encode(query[name] ?? '')}`)
    .join('&');

/** All headers of the request, Authorization last. */
export function signAliyun(request: AliyunRequest, keyId: string, keySecret: string): Record<string, string> {
  const headers: Record<string, string> = {
    host: request.host,
    'x-acs-action': request.action,
    'x-acs-content-sha256': sha256(request.body),
    'x-acs-date': request.date,
    'x-acs-signature-nonce': request.nonce,
    'x-acs-version': request.version,
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    request.method,
    '/',
    aliyunQuery(request.query),
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(request.body),
  ].join('\n');
  const signature = createHmac('sha256', keySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  return {
    ...headers,
    authorization: `ACS3-HMAC-SHA256 Credential=${keyId},SignedHeaders=${names.join(';')},Signature=${signature}`,
  };
}

const answerSchema = z.object({ Code: z.string(), Message: z.string().default('') });

export class AliyunSms implements SmsProvider {
  readonly name = 'aliyun';
  readonly #options: ProviderOptions;

  constructor(options: ProviderOptions) {
    this.#options = options;
  }

  can(purpose: SmsPurpose): boolean {
    return this.#options.account.templates[purpose] !== undefined;
  }

  async deliver(sms: Sms): Promise<void> {
    const { account, now = Date.now } = this.#options;
    const values = sms.values as Readonly<Record<string, string>>;
    const query = {
      // Numbers of the mainland without, others with their country code and no plus.
      PhoneNumbers: sms.phone.replace(/^\+86/, '').replace(/^\+/, ''),
      SignName: account.sign,
      TemplateCode: account.templates[sms.purpose] ?? '',
      TemplateParam: JSON.stringify(
        Object.fromEntries(smsValues[sms.purpose].map((name) => [name, values[name] ?? ''])),
      ),
    };
    const headers = signAliyun(
      {
        method: 'POST',
        host: new URL(account.url).host,
        action: 'SendSms',
        version: '2017-05-25',
        query,
        body: '',
        date: new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
        nonce: randomBytes(16).toString('hex'),
      },
      account.keyId,
      account.keySecret,
    );
    const response = await fetch(`${account.url}/?${aliyunQuery(query)}`, {
      method: 'POST',
      headers,
      signal: AbortSignal.timeout(providerTimeout),
    });
    const { data } = answerSchema.safeParse(await response.json().catch(() => undefined));
    if (data?.Code !== 'OK')
      throw new Error(`aliyun: ${data ? `${data.Code} ${data.Message}` : `status ${response.status}`}`);
  }
}
