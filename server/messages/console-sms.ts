/** The sender of an installation without a provider: a line in the log without what is secret, and the whole text in a file only its owner can read. */
import { chmod, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { maskedPhone } from '#contracts/account.ts';
import type { Sms, SmsProvider } from './sms.ts';

/** Bytes; then the file is put aside as `sms.log.1`, and the one before that is gone. */
const mostBytes = 1024 * 1024;

export class ConsoleSms implements SmsProvider {
  readonly name = 'console';
  readonly #file: string;
  readonly #log: Logger;

  constructor(dataDir: string, log: Logger) {
    this.#file = join(dataDir, 'sms.log');
    this.#log = log;
  }

  can(): boolean {
    return true;
  }

  async deliver({ phone, purpose, values }: Sms): Promise<void> {
    const size = await stat(this.#file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > mostBytes) await rename(this.#file, `${this.#file}.1`);
    const file = await open(this.#file, 'a', 0o600);
    try {
      if (size === 0) await chmod(this.#file, 0o600);
      await file.writeFile(
        `${JSON.stringify({ at: new Date().toISOString(), phone, purpose, ...values })}\n`,
      );
    } finally {
      await file.close();
    }
    this.#log.info(
      { phone: maskedPhone(phone), purpose, file: this.#file },
      'text message written to the file',
    );
  }
}
