/** 腾讯云短信: SendSms 2021-01-11, signed as TC3-HMAC-SHA256 (cloud.tencent.com, 《签名方法 v3》). */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import {
  orderedValues,
  type ProviderOptions,
  providerTimeout,
  type Sms,
  type SmsProvider,
  type SmsPurpose,
} from './sms.ts';

export const tencentUrl = 'https://sms.tencentcloudapi.com';
const contentType = 'application/json; charset=utf-8';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export type TencentRequest = {
  readonly service: string;
  readonly host: string;
  readonly body: string;
  /** Epoch seconds. */
  readonly time: number;
};

/** The Authorization header. */
export function signTencent(
  { service, host, body, time }: TencentRequest,
  keyId: string,
  keySecret: string,
): string {
  const date = new Date(time * 1000).toISOString().slice(0, 10);
  const canonical = [
    'POST',
    '/',
    '',
    `content-type:${contentType}`,
    `host:${host}`,
    '',
    'content-type;host',
    sha256(body),
  ].join('\n');
  const scope = `${date}/${service}/tc3_request`;
  const text = `TC3-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`;
  const key = hmac(hmac(hmac(`TC3${keySecret}`, date), service), 'tc3_request');
  const signature = hmac(key, text).toString('hex');
  return `TC3-HMAC-SHA256 Credential=${keyId}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`;
}

const answerSchema = z.object({
  Response: z.object({
    Error: z.object({ Code: z.string(), Message: z.string() }).optional(),
    SendStatusSet: z.array(z.object({ Code: z.string(), Message: z.string() })).optional(),
  }),
});

export class TencentSms implements SmsProvider {
  readonly name = 'tencent';
  readonly #options: ProviderOptions;
  readonly #appId: string;

  constructor(options: ProviderOptions, appId: string) {
    this.#options = options;
    this.#appId = appId;
  }

  can(purpose: SmsPurpose): boolean {
    return this.#options.account.templates[purpose] !== undefined;
  }

  async deliver(sms: Sms): Promise<void> {
    const { account, now = Date.now } = this.#options;
    const { host } = new URL(account.url);
    const body = JSON.stringify({
      PhoneNumberSet: [sms.phone],
      SmsSdkAppId: this.#appId,
      SignName: account.sign,
      TemplateId: account.templates[sms.purpose],
      TemplateParamSet: orderedValues(sms),
    });
    const time = Math.floor(now() / 1000);
    const response = await fetch(account.url, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        'x-tc-action': 'SendSms',
        'x-tc-version': '2021-01-11',
        'x-tc-region': 'ap-guangzhou',
        'x-tc-timestamp': String(time),
        authorization: signTencent({ service: 'sms', host, body, time }, account.keyId, account.keySecret),
      },
      body,
      signal: AbortSignal.timeout(providerTimeout),
    });
    const { data } = answerSchema.safeParse(await response.json().catch(() => undefined));
    const [status] = data?.Response.SendStatusSet ?? [];
    const problem = data?.Response.Error ?? (status?.Code === 'Ok' ? undefined : status);
    if (problem) throw new Error(`tencent: ${problem.Code} ${problem.Message}`);
    if (!status) throw new Error(`tencent: status ${response.status}`);
  }
}
