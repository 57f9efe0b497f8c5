/** The sender of an installation without a provider: a line in the log without what is secret, and the whole text in a file only its owner can read. */
import type { Logger } from 'pino';
import { maskedPhone } from '#contracts/account.ts';
import { MessageFile } from './message-file.ts';
import type { Sms, SmsProvider } from './sms.ts';

export class ConsoleSms implements SmsProvider {
  readonly name = 'console';
  readonly #file: MessageFile;
  readonly #log: Logger;

  constructor(dataDir: string, log: Logger) {
    this.#file = new MessageFile(dataDir, 'sms.log');
    this.#log = log;
  }

  can(): boolean {
    return true;
  }

  async deliver({ phone, purpose, values }: Sms): Promise<void> {
    await this.#file.append({ phone, purpose, ...values });
    this.#log.info(
      { phone: maskedPhone(phone), purpose, file: this.#file.path },
      'text message written to the file',
    );
  }
}
