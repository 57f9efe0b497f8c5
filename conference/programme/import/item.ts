/** What every kind of import is read into: talks as the sender planned them, not yet compared with what is there. */
import type { TalkType } from '#contracts/conference.ts';
import type { Speaker } from '#contracts/events.ts';

/** Chinese and English; `fatal`: the row cannot be written. */
export type Problem = { readonly zh: string; readonly en: string; readonly fatal: boolean };

export type ImportItem = {
  /** Name of the sheet; '' where there are none. */
  readonly sheet: string;
  /** 1-based line of the sheet, or index of the item. */
  readonly row: number;
  /** The sender's own name for it; null: it has none. */
  readonly code: string | null;
  /** '': not told. */
  readonly venue: string;
  /** Epoch ms. */
  readonly start: number | null;
  readonly minutes: number | null;
  readonly title: string;
  readonly type: TalkType;
  readonly speakers: readonly Speaker[];
  /** Null: the file says nothing of abstracts. */
  readonly abstract: string | null;
  /** Title of the session it belongs to; '': of none. */
  readonly session: string;
  readonly problems: readonly Problem[];
  /** Neither talk nor error: a total, a remark, a line that is there twice. */
  readonly skip?: true;
};

export type ImportSession = {
  readonly row: number;
  readonly code: string | null;
  readonly title: string;
  readonly venue: string;
  readonly chairs: readonly Speaker[];
  /** Epoch ms; null: from its talks. */
  readonly start: number | null;
  readonly minutes: number | null;
};

export type ImportFormat = 'xlsx' | 'ics' | 'pretalx' | 'indico';
export type ImportContent = {
  readonly format: ImportFormat;
  readonly items: readonly ImportItem[];
  readonly sessions: readonly ImportSession[];
};

/** What the file leaves open is taken from the conference. */
export type ImportContext = {
  readonly timeZone: string;
  /** `YYYY-MM-DD`, first and last day. */
  readonly startDate: string;
  readonly endDate: string;
  /** Titles of the venues there are. */
  readonly venues: readonly string[];
};

/** Items of one import at most. */
export const mostItems = 10_000;
/** Bytes of an uploaded programme. */
export const mostImportBytes = 20 * 1024 * 1024;
