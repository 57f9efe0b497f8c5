/** Messages of an installation without a provider: each a line of JSON in a file that only its owner can read. */
import { chmod, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Turns } from '#conference/rows.ts';

/** Bytes; then the file is put aside as `<name>.1`, and the one before that is gone. */
const mostBytes = 1024 * 1024;

export class MessageFile {
  readonly path: string;
  readonly #turns = new Turns();

  constructor(folder: string, name: string) {
    this.path = join(folder, name);
  }

  append(message: Readonly<Record<string, string>>): Promise<void> {
    return this.#turns.take(async () => {
      const size = await stat(this.path).then(
        (found) => found.size,
        () => 0,
      );
      if (size > mostBytes) await rename(this.path, `${this.path}.1`);
      const file = await open(this.path, 'a', 0o600);
      try {
        if (size === 0) await chmod(this.path, 0o600);
        await file.writeFile(`${JSON.stringify({ at: new Date().toISOString(), ...message })}\n`);
      } finally {
        await file.close();
      }
    });
  }
}
