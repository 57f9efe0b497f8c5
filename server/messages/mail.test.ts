import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startMailServer } from '#tests/harness/mail-server.ts';
import { ConsoleMail } from './console-mail.ts';
import { noticeSender } from './notice-sender.ts';
import type { SmsSender } from './sms.ts';
import { SmtpMail, smtpOptions } from './smtp-mail.ts';

const log = pino({ level: 'silent' });
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function mailServer(answers: Record<string, string> = {}) {
  const server = await startMailServer(answers);
  closers.push(() => server.close());
  return server;
}
const opened = (url: string): SmtpMail => {
  const mail = new SmtpMail({ url, from: '年会 <live@example.org>' }, log);
  closers.push(async () => mail.close());
  return mail;
};

describe('mail by SMTP', () => {
  it('is sent to one address, as text, with a subject of one line', async () => {
    const { url, taken, textOf } = await mailServer();
    const to = 'zhang@example.org';
    await opened(url).send({ to, subject: '邀请\r\nBcc: all@example.org', text: '打开链接' });
    const [mail = { from: '', to: [], data: '' }] = taken;
    const { from, to: rcpt, data } = mail;
    expect([from, rcpt]).toEqual(['<live@example.org>', ['<zhang@example.org>']]);
    expect(data).not.toMatch(/^Bcc:/im);
    expect(data).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(textOf(mail)).toContain('打开链接');
  });

  it('that is not taken is an error with the reason', async () => {
    const { url } = await mailServer({ RCPT: '550 no such mailbox' });
    const sent = opened(url).send({ to: 'nobody@example.org', subject: 's', text: 't' });
    await expect(sent).rejects.toMatchObject({
      code: 'mail.failed',
      detail: expect.stringContaining('no such mailbox'),
    });
  });

  it('never sends a password over a wire that is not encrypted', async () => {
    expect(smtpOptions('smtp://me%40x:p%3Aw@mail.example.org')).toEqual({
      ...{ host: 'mail.example.org', port: 587, secure: false, requireTLS: true },
      auth: { user: 'me@x', pass: 'p:w' },
    });
    expect(smtpOptions('smtps://me:pw@mail.example.org')).toMatchObject({ port: 465, secure: true });
    expect(smtpOptions('smtp://me:pw@localhost:1025').requireTLS).toBe(false);
    expect(smtpOptions('smtp://relay.example.org:25')).toMatchObject({ port: 25, requireTLS: false });
  });
});

describe('without a mail server', () => {
  it('messages are lines of a file of the owner, and the log holds neither link nor address', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-mail-'));
    closers.push(() => rm(folder, { recursive: true }));
    const lines: string[] = [];
    const mail = new ConsoleMail(folder, pino({}, { write: (line: string) => void lines.push(line) }));
    await Promise.all(
      ['one', 'two'].map((subject) =>
        mail.send({ to: 'zhang@example.org', subject, text: 'https://live/join#secret' }),
      ),
    );
    const file = join(folder, 'mail.log');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const sent = (await readFile(file, 'utf8')).trim().split('\n');
    expect(sent.map((line) => JSON.parse(line).subject).sort()).toEqual(['one', 'two']);
    expect(sent[0]).toContain('#secret');
    expect(lines).toHaveLength(2);
    expect(lines.join()).toContain('z…@example.org');
    expect(lines.join()).not.toMatch(/secret|zhang/);
  });
});

it('a notice goes by text message to a phone and by mail to an address', async () => {
  const sms = { send: vi.fn(async () => undefined), can: () => true } satisfies SmsSender;
  const mail = { send: vi.fn(async () => undefined), close: () => undefined };
  const sender = noticeSender(sms, mail);
  const notice = { purpose: 'consent', values: { talk: '报告\n一', url: 'https://live/consent#t' } } as const;
  await sender.send({ phone: '+8613800138000' }, notice);
  expect(sms.send).toHaveBeenCalledWith({
    phone: '+8613800138000',
    purpose: 'consent',
    values: notice.values,
  });
  await sender.send({ email: 'zhang@example.org' }, notice);
  expect(mail.send).toHaveBeenCalledWith({
    to: 'zhang@example.org',
    subject: '“报告 一”：回放授权 / Your replay',
    text: expect.stringContaining('https://live/consent#t'),
  });
});
