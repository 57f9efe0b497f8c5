/** A speaker's device for tests: opens a presenter link, uploads a deck, turns pages. */
import { randomUUID } from 'node:crypto';
import type { Deck, Upload } from '#contracts/deck.ts';
import type { PresenterAnswer, PresenterCommand, PresenterTalk } from '#contracts/presenter.ts';
import type { Api } from './api.ts';

export class PresenterDevice {
  readonly #apiBase: string;
  readonly #cookie: string;
  readonly talkId: string;

  static async open(
    apiBase: string,
    api: Pick<Api, 'request'>,
    talkId: string,
    name = 'Dr. Wang',
  ): Promise<PresenterDevice> {
    const { url } = await api.request<{ url: string }>('POST', `/talks/${talkId}/presenter-links`, {});
    const answer = await fetch(`${apiBase}/presenter/open`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: new URL(url).hash.slice(1), name }),
    });
    if (!answer.ok) throw new Error(`presenter link: ${answer.status} ${await answer.text()}`);
    const [cookie = ''] = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
    return new PresenterDevice(apiBase, cookie, talkId);
  }

  private constructor(apiBase: string, cookie: string, talkId: string) {
    this.#apiBase = apiBase;
    this.#cookie = cookie;
    this.talkId = talkId;
  }

  async ask<T>(method: string, path: string, body?: object | Uint8Array<ArrayBuffer>): Promise<T> {
    const raw = body instanceof Uint8Array;
    const answer = await fetch(`${this.#apiBase}${path}`, {
      method,
      headers: {
        cookie: this.#cookie,
        ...(body === undefined
          ? {}
          : { 'content-type': raw ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as T;
  }

  async upload(name: string, content: Buffer): Promise<Deck> {
    const files = [{ name, bytes: content.length }];
    const { id, chunkBytes } = await this.ask<Upload>('POST', `/talks/${this.talkId}/uploads`, { files });
    for (let at = 0; at < content.length; at += chunkBytes)
      await this.ask(
        'PUT',
        `/uploads/${id}/files/0?offset=${at}`,
        new Uint8Array(content.subarray(at, at + chunkBytes)),
      );
    return this.ask('POST', `/uploads/${id}/complete`, {});
  }

  deck(id: string): Promise<Deck> {
    return this.ask('GET', `/decks/${id}`);
  }

  talk(): Promise<PresenterTalk> {
    return this.ask('GET', `/presenter/talk?talk=${this.talkId}`);
  }

  send(...what: PresenterCommand['do'][]): Promise<PresenterAnswer> {
    const commands = what.map((one) => ({ id: randomUUID(), t: Date.now(), do: one }));
    return this.ask('POST', `/presenter/commands?talk=${this.talkId}`, { commands });
  }
}

/** A PDF of so many pages with a line of text and a link each (ISO 32000-1). */
export function plainPdf(pages: number): Buffer {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>'];
  const numbers = Array.from({ length: pages }, (_, k) => k);
  const kids = numbers.map((k) => `${4 + 2 * k} 0 R`).join(' ');
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`);
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  for (const k of numbers) {
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 960 540] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * k} 0 R /Annots [<< /Type /Annot /Subtype /Link /Rect [80 240 560 330] /Border [0 0 0] /A << /S /URI /URI (https://example.org/${k + 1}) >> >>] >>`,
    );
    const content = `BT /F1 64 Tf 80 260 Td (Page number ${k + 1}) Tj ET`;
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  return Buffer.from(
    `${body}xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`,
  );
}
