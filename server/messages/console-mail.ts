/** The sender of an installation without a mail server: a line in the log without what is secret, and the message in a file only its owner can read. */
import type { Logger } from 'pino';
import { type Mail, type MailSender, maskedEmail } from './mail.ts';
import { MessageFile } from './message-file.ts';

export class ConsoleMail implements MailSender {
  readonly #file: MessageFile;
  readonly #log: Logger;

  constructor(dataDir: string, log: Logger) {
    this.#file = new MessageFile(dataDir, 'mail.log');
    this.#log = log;
  }

  async send({ to, subject, text }: Mail): Promise<void> {
    await this.#file.append({ to, subject, text });
    // No subject: it may hold what somebody typed; no text: it holds links that are secrets.
    this.#log.info({ to: maskedEmail(to), file: this.#file.path }, 'e-mail written to the file');
  }

  close(): void {}
}
