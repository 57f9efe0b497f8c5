/** A viewer that remembers: follows one low-latency playlist by held requests and keeps a digest of every part it was given. */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

/** `msn.part` as in its file name. */
export type GivenPart = {
  readonly name: string;
  readonly digest: string;
  readonly bytes: number;
  /** performance.now() when its last byte had arrived. */
  readonly at: number;
};

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const retryMs = 15;
const partLine = /#EXT-X-PART:[^\n]*URI="(\d+\.\d+)\.m4s"/g;
const hintLine = /#EXT-X-PRELOAD-HINT:[^\n]*URI="(\d+)\.(\d+)\.m4s"/;

export class PartLog {
  /** Address of the rendition's folder, with a slash at the end. */
  readonly base: string;
  readonly given = new Map<string, GivenPart>();
  /** The newest playlist without directives that skip. */
  playlist = '';
  /** Answers that were neither 200 nor a closed connection, as `status path`. */
  readonly refusals: string[] = [];
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(base: string) {
    this.base = base;
    this.#done = this.#follow();
  }

  /** May be called twice. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    let directives = '';
    while (!signal.aborted) {
      try {
        const text = (await this.#get(`live.m3u8${directives}`))?.toString();
        if (text === undefined) {
          directives = '';
          await wait(retryMs, undefined, { signal });
          continue;
        }
        this.playlist = text;
        for (const [, name = ''] of text.matchAll(partLine))
          if (!this.given.has(name)) await this.#take(name);
        const [, msn, part] = hintLine.exec(text) ?? [];
        directives = msn === undefined ? '' : `?_HLS_msn=${msn}&_HLS_part=${part}`;
      } catch {
        // The server is gone: ask again without directives, as a player does.
        directives = '';
        await wait(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #take(name: string): Promise<void> {
    const bytes = await this.#get(`${name}.m4s`);
    if (bytes)
      this.given.set(name, { name, digest: digestOf(bytes), bytes: bytes.length, at: performance.now() });
  }

  async #get(path: string): Promise<Buffer | undefined> {
    const answer = await fetch(`${this.base}${path}`, { signal: this.#stop.signal });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (answer.ok) return bytes;
    this.refusals.push(`${answer.status} ${path}`);
    return undefined;
  }
}
