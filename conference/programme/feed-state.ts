/**
 * What everyone may see of one conference, as rendered pieces under a revision that only grows. Two renderings of the same are the
 * same bytes, made once and given to everyone who asks.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export type Piece = {
  readonly kind: 'venue' | 'session' | 'talk';
  readonly id: string;
  /** The venue it belongs to. */
  readonly venueId: string;
  readonly json: string;
};
/** The same object for everyone who is given it. */
export type Rendered = { readonly rev: number; readonly body: Buffer; gzip(): Promise<Buffer> };

const zip = promisify(gzip);
/** Revisions that can be answered with what changed since; older ones get the whole. */
const mostRevisions = 300;

export class FeedState {
  #rev: number;
  readonly #pieces = new Map<string, { readonly rev: number; readonly piece: Piece }>();
  readonly #gone = new Map<string, number>();
  /** Revisions there were, ascending. */
  readonly #revisions: number[];
  /** Older ones get the whole. */
  #floor: number;
  #order: readonly string[] = [];
  #rendered = new Map<number | 'all' | 'venues', Rendered>();

  /** `start`: a number no earlier process has given: the time, epoch ms. */
  constructor(start: number) {
    this.#rev = start;
    this.#floor = start;
    this.#revisions = [start];
  }

  get rev(): number {
    return this.#rev;
  }

  /**
   * Takes the pieces of one part of the conference as they are now; `part` tells which of the known ones belong to it, so that
   * those no longer among them are gone. True when something is other than before.
   */
  take(pieces: readonly Piece[], part: (piece: Piece) => boolean): boolean {
    const rev = this.#rev + 1;
    const seen = new Set<string>();
    let changed = false;
    for (const piece of pieces) {
      seen.add(piece.id);
      if (this.#pieces.get(piece.id)?.piece.json === piece.json) continue;
      this.#pieces.set(piece.id, { rev, piece });
      this.#gone.delete(piece.id);
      changed = true;
    }
    for (const { piece } of this.#pieces.values()) {
      if (seen.has(piece.id) || !part(piece)) continue;
      this.#pieces.delete(piece.id);
      this.#gone.set(piece.id, rev);
      changed = true;
    }
    if (changed) this.#advance(rev);
    return changed;
  }

  /** The order venues are shown in; another one is told to everyone as the whole. */
  arrange(order: readonly string[]): boolean {
    if (order.length === this.#order.length && order.every((id, i) => id === this.#order[i])) return false;
    const first = this.#order.length === 0;
    this.#order = [...order];
    if (first) return false;
    this.#advance(this.#rev + 1);
    this.#floor = this.#rev;
    return true;
  }

  #advance(rev: number): void {
    this.#rev = rev;
    this.#rendered = new Map();
    this.#revisions.push(rev);
    if (this.#revisions.length > mostRevisions) this.#revisions.shift();
    this.#floor = Math.max(this.#floor, this.#revisions[0] ?? 0);
    for (const [id, at] of this.#gone) if (at <= this.#floor) this.#gone.delete(id);
  }

  /** `after`: a revision somebody has; undefined or one that cannot be gone on from: the whole. */
  since(after: number | undefined, now: number): Rendered {
    const known =
      after === undefined || after > this.#rev || after < this.#floor ? 'all' : this.#known(after);
    let rendered = this.#rendered.get(known);
    if (!rendered) {
      rendered = this.#render(known === 'all' ? undefined : known, now);
      this.#rendered.set(known, rendered);
    }
    return rendered;
  }

  /** The venues alone: for pages that only ask which are on. */
  venues(now: number): Rendered {
    let rendered = this.#rendered.get('venues');
    if (!rendered) {
      rendered = this.#render(undefined, now, true);
      this.#rendered.set('venues', rendered);
    }
    return rendered;
  }

  /** The last revision up to this number: so many different answers there are at most, whatever is asked. */
  #known(after: number): number {
    return this.#revisions.findLast((rev) => rev <= after) ?? this.#floor;
  }

  #render(after: number | undefined, now: number, onlyVenues = false): Rendered {
    const of = { venue: [] as string[], session: [] as string[], talk: [] as string[] };
    const ids = new Map(this.#order.map((id, i) => [id, i]));
    const venues: Piece[] = [];
    for (const { rev, piece } of this.#pieces.values()) {
      if (after !== undefined && rev <= after) continue;
      if (piece.kind === 'venue') venues.push(piece);
      else if (!onlyVenues) of[piece.kind].push(piece.json);
    }
    const place = ({ id }: Piece): number => ids.get(id) ?? ids.size;
    of.venue = venues.sort((a, b) => place(a) - place(b)).map(({ json }) => json);
    const gone = after === undefined ? [] : [...this.#gone].flatMap(([id, rev]) => (rev > after ? [id] : []));
    const text = `{"rev":${this.#rev},"full":${after === undefined},"venues":[${of.venue}],"sessions":[${of.session}],"talks":[${of.talk}],"gone":${JSON.stringify(gone)},"at":${now}}`;
    const body = Buffer.from(text, 'utf8');
    let zipped: Promise<Buffer> | undefined;
    return {
      rev: this.#rev,
      body,
      gzip: () => {
        zipped ??= zip(body, { level: 5 });
        return zipped;
      },
    };
  }
}
