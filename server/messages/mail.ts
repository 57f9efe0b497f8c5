/** E-mail: what features ask for. */

export type Mail = {
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
};

export interface MailSender {
  /** Throws `mail.failed` when the message was not taken. */
  send(mail: Mail): Promise<void>;
  /** Connections that are kept open end. */
  close(): void;
}

/** No line of a message begins anew by what somebody typed (FAULTS 55). */
export const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim();

/** For the log: enough for who wrote it to know it again. */
export const maskedEmail = (address: string): string => {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, 1)}…${address.slice(at)}`;
};
