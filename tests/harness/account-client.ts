/** A browser as accounts see one: keeps cookies, follows no redirect by itself; and what the file of text messages holds. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, ask } from '#tests/faults/server-double.ts';

export class AccountClient {
  readonly #base: string;
  readonly cookies = new Map<string, string>();

  constructor(base: string) {
    this.#base = base;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await ask(this.#base, method, path, body, { cookie: this.cookie });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      const gone = /max-age=0/i.test(line) || /expires=Thu, 01 Jan 1970/i.test(line) || pair.endsWith('=');
      if (gone) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }
  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.call('POST', path, body);
  }

  me(): Promise<Answer> {
    return this.get('/api/v1/me');
  }
}

/** The last code sent to a number. */
export async function lastCode(dataDir: string, phone: string): Promise<string> {
  const text = await readFile(join(dataDir, 'sms.log'), 'utf8');
  const sent = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { phone: string; code?: string })
    .findLast((one) => one.phone === phone);
  if (sent?.code === undefined) throw new Error(`no code was sent to ${phone}`);
  return sent.code;
}

/** Logs in by phone; the account is made when it is new. */
export async function logInByPhone(base: string, dataDir: string, phone: string): Promise<AccountClient> {
  const client = new AccountClient(base);
  const asked = await client.post('/api/v1/auth/phone/code', { phone });
  if (asked.status !== 200) throw new Error(`code: ${asked.status} ${JSON.stringify(asked.body)}`);
  const done = await client.post('/api/v1/auth/phone/log-in', {
    phone,
    code: await lastCode(dataDir, phone),
  });
  if (done.status !== 200) throw new Error(`log-in: ${done.status} ${JSON.stringify(done.body)}`);
  return client;
}
