/** What the parent and the two children of a conversion tell each other. */
import type { ErrorCode } from '#contracts/errors.ts';
import type { PageImage } from '#contracts/events.ts';
import type { OfficeFacts } from './office-facts.ts';
import type { OfficeKind } from './sniff.ts';

export type NamedFile = { readonly path: string; readonly name: string };

/** Turn an office file into a PDF. */
export type OfficeJob = {
  readonly file: NamedFile;
  readonly kind: OfficeKind;
  /** The PDF is written here. */
  readonly pdf: string;
  /** TTF or OTF files that the organiser gave. */
  readonly fonts: readonly string[];
  readonly maxPages: number;
};
export type OfficeMessage =
  | { readonly kind: 'facts'; readonly facts: OfficeFacts }
  | { readonly kind: 'done' };

/** Turn a PDF or pictures into page images. */
export type PagesJob = {
  /** Of pictures a PDF is made on the way, at `pdfTo`. */
  readonly source:
    | { readonly pdf: NamedFile }
    | { readonly pictures: readonly NamedFile[]; readonly pdfTo: string };
  readonly outDir: string;
  readonly maxPages: number;
  readonly avif: boolean;
  /** `page-0001-step-0001` instead of names that nobody can guess. */
  readonly readableNames: boolean;
};
export type PageMade = {
  readonly kind: 'page';
  /** 0-based. */
  readonly page: number;
  readonly image: PageImage;
  readonly text: string;
  readonly title: string;
};
export type PagesMessage =
  | { readonly kind: 'total'; readonly total: number }
  | PageMade
  | { readonly kind: 'done' };

/** Sent by either child instead of `done`. */
export type Failed = {
  readonly kind: 'failed';
  readonly code: ErrorCode;
  readonly detail: string | undefined;
};
