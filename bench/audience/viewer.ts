/** What one client does on one connection, live or beside nginx; both sides run the same loop over the same lines. */
import { setTimeout as wait } from 'node:timers/promises';
import type { HttpLine } from './http-line.ts';

/** Everything counted in one window. */
export class Tally {
  requests = 0;
  bytes = 0;
  parts = 0;
  errors = 0;
  /** Times a client was so far behind that parts were left out, or a beat was missed. */
  skips = 0;
  /** Ms from the part's announcement to the first of all clients, to its last byte at this one. */
  readonly delays: number[] = [];
  /** Ms from the end of the part on the wall-clock axis to its last byte here; live only. */
  readonly ages: number[] = [];
}

/** When each part was first announced to anyone, performance.now(); the oldest are forgotten. */
export class Announcements {
  readonly #first = new Map<string, number>();
  at(name: string): number {
    const known = this.#first.get(name);
    if (known !== undefined) return known;
    const now = performance.now();
    this.#first.set(name, now);
    if (this.#first.size > 4096)
      for (const oldest of [...this.#first.keys()].slice(0, 2048)) this.#first.delete(oldest);
    return now;
  }
}

export type Watch = { readonly announcements: Announcements; readonly tally: () => Tally };

/** Ms before a client whose connection broke tries again. */
const retryMs = 100;

const hintLine = /#EXT-X-PRELOAD-HINT:[^\n]*URI="(\d+)\.(\d+)\.m4s"/;
const partLines = /#EXT-X-PART:[^\n]*URI="(\d+\.\d+)\.m4s"/g;

/** The newest parts, oldest first, where they end, and what to ask for next. */
type Edge = { readonly parts: readonly string[]; readonly endsAt: number; readonly next: string };
/** A client further behind than this many parts leaves the rest out, which is counted. */
const mostBehind = 6;
/** The same playlist bytes come to every client: read once. By rendition. */
const newest = new Map<string, { readonly text: Buffer; readonly edge: Edge | undefined }>();

function edgeOf(folder: string, body: Buffer): Edge | undefined {
  const known = newest.get(folder);
  if (known?.text.equals(body)) return known.edge;
  const text = body.toString('latin1');
  const [, msn, part] = hintLine.exec(text) ?? [];
  const parts = [...text.matchAll(partLines)].map(([, name = '']) => name).slice(-mostBehind);
  const edge =
    msn === undefined
      ? undefined
      : { parts, endsAt: endOf(text), next: `?_HLS_msn=${msn}&_HLS_part=${part}&_HLS_skip=YES` };
  newest.set(folder, { text: body, edge });
  return edge;
}

/** Epoch ms where the newest media ends: the last PROGRAM-DATE-TIME and what follows it. */
function endOf(text: string): number {
  const at = text.lastIndexOf('#EXT-X-PROGRAM-DATE-TIME:');
  if (at < 0) return Number.NaN;
  const tail = text.slice(at);
  const start = Date.parse(tail.slice(25, tail.indexOf('\n')));
  let seconds = 0;
  for (const [, duration] of tail.matchAll(/#EXT-X-PART:DURATION=([\d.]+)/g)) seconds += Number(duration);
  return start + seconds * 1000;
}

/** Held playlist, its new part, next held playlist; `folder` is the rendition's path with a slash at the end. */
export async function watchLive(
  line: HttpLine,
  folder: string,
  { announcements, tally }: Watch,
): Promise<void> {
  let directives = '';
  let last: string | undefined;
  for (;;) {
    try {
      const answer = await line.get(`${folder}live.m3u8${directives}`, true);
      const edge = answer.status === 200 && answer.body ? edgeOf(folder, answer.body) : undefined;
      const now = tally();
      now.requests++;
      now.bytes += answer.bytes;
      if (!edge) {
        now.errors++;
        directives = '';
        await wait(retryMs);
        continue;
      }
      // The first answer has no wait before it: its parts are old.
      const known = last === undefined ? edge.parts.length : edge.parts.indexOf(last) + 1;
      if (known === 0) now.skips++;
      const fresh = edge.parts
        .slice(known)
        .map((name) => ({ name, announced: announcements.at(folder + name) }));
      for (const { name, announced } of fresh) {
        const part = await line.get(`${folder}${name}.m4s`, false);
        const then = tally();
        then.requests++;
        then.bytes += part.bytes;
        if (part.status !== 200) {
          then.errors++;
          continue;
        }
        then.parts++;
        then.delays.push(performance.now() - announced);
        if (name === edge.parts.at(-1))
          then.ages.push(performance.timeOrigin + performance.now() - edge.endsAt);
      }
      last = edge.parts.at(-1);
      directives = edge.next;
    } catch {
      tally().errors++;
      directives = '';
      await wait(retryMs);
    }
  }
}

export type Beat = {
  /** Ms between parts. */
  readonly everyMs: number;
  /** Path of the file that stands for the k-th playlist, and for its part. */
  readonly playlist: (k: number) => string;
  readonly part: (k: number) => string;
};

const nextTick = (everyMs: number): number => Math.ceil(performance.now() / everyMs);
let ticking: { readonly k: number; readonly done: Promise<void> } | undefined;
/** One timer for all clients. */
function tick(k: number, everyMs: number): Promise<void> {
  if (ticking?.k !== k) ticking = { k, done: wait(Math.max(0, k * everyMs - performance.now())) };
  return ticking.done;
}

/** The same, where nothing holds a request: all clients are told at once by the clock. */
export async function watchStatic(
  line: HttpLine,
  beat: Beat,
  { announcements, tally }: Watch,
): Promise<void> {
  for (let k = nextTick(beat.everyMs); ; k++) {
    try {
      if (nextTick(beat.everyMs) > k + mostBehind) {
        k = nextTick(beat.everyMs);
        tally().skips++;
      }
      await tick(k, beat.everyMs);
      const answer = await line.get(beat.playlist(k), true);
      const now = tally();
      now.requests++;
      now.bytes += answer.bytes;
      if (answer.status !== 200) now.errors++;
      const announced = announcements.at(`${k}${beat.part(k)}`);
      const part = await line.get(beat.part(k), false);
      const then = tally();
      then.requests++;
      then.bytes += part.bytes;
      if (part.status === 200) {
        then.parts++;
        then.delays.push(performance.now() - announced);
      } else then.errors++;
    } catch {
      tally().errors++;
      await wait(retryMs);
    }
  }
}
