/** E-mail: what features ask for, and the sender that is built in. */
import type { Logger } from 'pino';

export type Mail = {
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
};

export interface MailSender {
  /** Throws `mail.failed` when the message was not taken, `mail.off` when no server is configured. */
  send(mail: Mail): Promise<void>;
}

/** Writes messages to the log: for trying out, where no mail server is configured. */
export const createConsoleMail = (log: Logger): MailSender => ({
  async send({ to, subject, text }) {
    log.info({ to, subject, text }, 'e-mail (not sent: no mail server is configured)');
  },
});
