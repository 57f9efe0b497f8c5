import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { AliyunSms, signAliyun } from './aliyun-sms.ts';
import { ConsoleSms } from './console-sms.ts';
import type { SmsAccount } from './sms.ts';
import { signTencent, TencentSms } from './tencent-sms.ts';

const log = pino({ level: 'silent' });
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Seen = { url: URL; headers: IncomingMessage['headers']; body: string };

/** Answers every request with `answer` and keeps what it saw. */
async function provider(answer: (seen: Seen) => unknown): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const one = { url: new URL(request.url ?? '/', 'http://x'), headers: request.headers, body };
    seen.push(one);
    response.end(JSON.stringify(answer(one)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const account = (url: string): SmsAccount => ({
  url,
  keyId: 'KEYID',
  keySecret: 'not so secret',
  sign: '某某学会',
  templates: { code: 'T1' },
});
const sms = {
  phone: '+8613800138000',
  purpose: 'code',
  values: { code: '123456', minutes: '5' },
} as const;
const hex = (text: string) => createHash('sha256').update(text).digest('hex');

describe('Aliyun', () => {
  it("signs the example of the provider's documentation as printed there", () => {
    const headers = signAliyun(
      {
        method: 'POST',
        host: 'ecs.cn-shanghai.aliyuncs.com',
        action: 'RunInstances',
        version: '2014-05-26',
        query: {
          RegionId: 'cn-shanghai',
          ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
        },
        body: '',
        date: '2023-10-26T10:22:32Z',
        nonce: '3156853299f313e23d1673dc12e1703d',
      },
      'YourAccessKeyId',
      'YourAccessKeySecret',
    );
    expect(headers.authorization).toContain(
      'Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });

  it('sends what a server that computes the signature from the wire takes', async () => {
    const right: boolean[] = [];
    const { url, seen } = await provider(({ url, headers, body }) => {
      const [, names = '', given] =
        /SignedHeaders=([^,]+),Signature=(\w+)/.exec(headers.authorization ?? '') ?? [];
      const canonical = `POST\n/\n${url.search.slice(1)}\n${names
        .split(';')
        .map((name) => `${name}:${headers[name]}\n`)
        .join('')}\n${names}\n${hex(body)}`;
      const expected = createHmac('sha256', 'not so secret')
        .update(`ACS3-HMAC-SHA256\n${hex(canonical)}`)
        .digest('hex');
      right.push(given === expected && names.includes('host') && names.includes('x-acs-action'));
      return { Code: 'OK', Message: 'OK' };
    });
    await new AliyunSms({ account: account(url), log }).deliver(sms);
    expect(right).toEqual([true]);
    expect(Object.fromEntries(seen[0]!.url.searchParams)).toEqual({
      PhoneNumbers: '13800138000',
      SignName: '某某学会',
      TemplateCode: 'T1',
      TemplateParam: '{"code":"123456","minutes":"5"}',
    });
    expect(seen[0]!.headers['x-acs-action']).toBe('SendSms');
  });

  it("fails with the provider's reason", async () => {
    const { url } = await provider(() => ({ Code: 'isv.BUSINESS_LIMIT_CONTROL', Message: '触发分钟级流控' }));
    await expect(new AliyunSms({ account: account(url), log }).deliver(sms)).rejects.toThrow(
      'isv.BUSINESS_LIMIT_CONTROL',
    );
  });
});

describe('Tencent Cloud', () => {
  it("signs the example of the provider's documentation as printed there", () => {
    const body = '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}';
    expect(
      signTencent(
        { service: 'cvm', host: 'cvm.tencentcloudapi.com', time: 1551113065, body },
        'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE',
        'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE',
      ),
    ).toMatch(/Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168$/);
  });

  it('sends what a server that computes the signature from the wire takes', async () => {
    const right: boolean[] = [];
    const { url, seen } = await provider(({ headers, body }) => {
      const time = Number(headers['x-tc-timestamp']);
      const date = new Date(time * 1000).toISOString().slice(0, 10);
      const canonical = `POST\n/\n\ncontent-type:${headers['content-type']}\nhost:${headers.host}\n\ncontent-type;host\n${hex(body)}`;
      const text = `TC3-HMAC-SHA256\n${time}\n${date}/sms/tc3_request\n${hex(canonical)}`;
      const key = ['sms', 'tc3_request'].reduce(
        (last, part) => createHmac('sha256', last).update(part).digest(),
        createHmac('sha256', 'TC3not so secret').update(date).digest(),
      );
      const expected = createHmac('sha256', key).update(text).digest('hex');
      right.push(headers.authorization?.endsWith(`Signature=${expected}`) === true);
      return { Response: { SendStatusSet: [{ Code: 'Ok', Message: 'send success' }], RequestId: 'r' } };
    });
    await new TencentSms({ account: account(url), log }, '1400000000').deliver(sms);
    expect(right).toEqual([true]);
    expect(JSON.parse(seen[0]!.body)).toEqual({
      PhoneNumberSet: ['+8613800138000'],
      SmsSdkAppId: '1400000000',
      SignName: '某某学会',
      TemplateId: 'T1',
      TemplateParamSet: ['123456', '5'],
    });
  });

  it("fails with the provider's reason, of the request or of the number", async () => {
    const wrong = await provider(() => ({
      Response: { Error: { Code: 'AuthFailure.SignatureFailure', Message: 'no' }, RequestId: 'r' },
    }));
    const limited = await provider(() => ({
      Response: {
        SendStatusSet: [{ Code: 'LimitExceeded.PhoneNumberDailyLimit', Message: 'no' }],
        RequestId: 'r',
      },
    }));
    const send = (url: string) => new TencentSms({ account: account(url), log }, '1').deliver(sms);
    await expect(send(wrong.url)).rejects.toThrow('AuthFailure.SignatureFailure');
    await expect(send(limited.url)).rejects.toThrow('LimitExceeded.PhoneNumberDailyLimit');
  });
});

describe('without a provider', () => {
  it('the text goes to a file only its owner can read, and the code not to the log', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-sms-'));
    closers.push(() => rm(folder, { recursive: true }));
    const lines: string[] = [];
    const sender = new ConsoleSms(folder, pino({ level: 'info' }, { write: (line) => lines.push(line) }));
    await sender.deliver(sms);
    const file = join(folder, 'sms.log');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ phone: sms.phone, code: '123456' });
    expect(lines.join('')).toContain('138****8000');
    expect(lines.join('')).not.toContain('123456');
  });
});
