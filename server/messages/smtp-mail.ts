/** E-mail by SMTP. With a password the connection must be encrypted, unless the server is on this machine. */
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import { CodedError } from '#contracts/errors.ts';
import { type Mail, type MailSender, maskedEmail, oneLine } from './mail.ts';

export type SmtpConfig = {
  /** `smtp://` (STARTTLS where offered) or `smtps://`, with user and password, host and port. */
  readonly url: string;
  /** An address, or `Name <address>`. */
  readonly from: string;
};

/** Ms to connect, to be greeted, and without a word from the server. */
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };
const isHere = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host);

/** For nodemailer. */
export function smtpOptions(address: string) {
  const { protocol, hostname, port, username, password } = new URL(address);
  const secure = protocol === 'smtps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const user = decodeURIComponent(username);
  return {
    ...{ host, secure, port: Number(port) || (secure ? 465 : 587) },
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(password) } }),
    // A password never goes over the wire in plain, whatever somebody in between leaves out of the greeting.
    requireTLS: !secure && user !== '' && !isHere(host),
  };
}

export class SmtpMail implements MailSender {
  readonly #transport: ReturnType<typeof createTransport>;
  readonly #from: string;
  readonly #log: Logger;

  constructor({ url, from }: SmtpConfig, log: Logger) {
    this.#from = from;
    this.#log = log;
    this.#transport = createTransport({
      ...{ ...smtpOptions(url), ...timeouts },
      // What is sent is text of ours: nothing is fetched or read to be attached.
      ...{ disableFileAccess: true, disableUrlAccess: true },
    });
  }

  async send({ to, subject, text }: Mail): Promise<void> {
    try {
      await this.#transport.sendMail({
        ...{ from: this.#from, subject: oneLine(subject), text },
        // As one address, whatever commas are in it.
        to: { name: '', address: to },
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch (error) {
      this.#log.warn({ err: error, to: maskedEmail(to) }, 'e-mail not taken by the mail server');
      throw new CodedError('mail.failed', error instanceof Error ? error.message.slice(0, 200) : undefined);
    }
    this.#log.info({ to: maskedEmail(to) }, 'e-mail sent');
  }

  close(): void {
    this.#transport.close();
  }
}
