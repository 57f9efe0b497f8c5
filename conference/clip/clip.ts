/** A clip as the server holds it: a published stretch of a venue's timeline, and how it changes. */
import type { Speaker } from '#contracts/events.ts';

/** Epoch ms on the timeline; `to` null: to wherever the timeline is. */
export type Range = { readonly from: number; readonly to: number | null };

export type ClipRecord = {
  readonly id: string;
  readonly venueId: string;
  readonly talkId: string | null;
  readonly title: string;
  readonly speakers: readonly Speaker[];
  /** Goes up with every change; only this one answers. */
  readonly version: number;
  readonly state: 'published' | 'hidden';
  /** Its recording was deleted. */
  readonly empty: boolean;
  /** More than one when clips were joined, in the order they are played. */
  readonly ranges: readonly Range[];
  /** Epoch ms. */
  readonly createdAt: number;
};

/** Every clip, in memory: what serves media asks this and never the database. */
export interface ClipDirectory {
  get(id: string): ClipRecord | undefined;
  /** Newest first. */
  list(venueId: string): readonly ClipRecord[];
  /** The replay of a talk: its newest clip. */
  ofTalk(talkId: string): ClipRecord | undefined;
}

type Content = Pick<ClipRecord, 'title' | 'speakers' | 'state' | 'empty' | 'ranges'>;

/** The next version; the clip itself when nothing changes. */
export function changed(clip: ClipRecord, change: Partial<Content>): ClipRecord {
  const next: ClipRecord = { ...clip, ...change };
  const same = (Object.keys(change) as (keyof Content)[]).every(
    (key) => JSON.stringify(next[key]) === JSON.stringify(clip[key]),
  );
  return same ? clip : { ...next, version: clip.version + 1 };
}

/** What is wrong with ranges somebody asks for; undefined when nothing is. `now`: of the timeline. */
export function rangesProblem(ranges: readonly Range[], now: number): string | undefined {
  for (const [i, { from, to }] of ranges.entries()) {
    if (to === null && i < ranges.length - 1) return 'only the last range may have an open end';
    if (from >= now)
      return `a range must begin in the past (got ${Math.round(from)}, it is ${Math.round(now)})`;
    if (to !== null && to <= from) return `a range must end after its beginning (got ${from} to ${to})`;
    if (to !== null && to > now) return `a range must end in the past (got ${to}, it is ${Math.round(now)})`;
  }
  return undefined;
}
