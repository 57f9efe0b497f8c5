/** What viewers may download of a talk (PRODUCT C15), and under which name. */
import type { Talk } from '#contracts/talk.ts';
import type { DeckRecord } from './deck.ts';

export type CoursewareForm = 'original' | 'pdf';
export type Courseware = {
  /** Which file on disk: an uploaded one by its index, or the PDF made of it. */
  readonly file: number | 'pdf';
  readonly form: CoursewareForm;
  readonly name: string;
  readonly bytes: number;
};

/** Undefined when the talk does not allow it or there is no such file. */
export function coursewareOf(
  { download }: Pick<Talk, 'download'>,
  deck: DeckRecord | undefined,
): Courseware | undefined {
  if (deck?.state !== 'ready' || download === 'no') return undefined;
  const [only] = deck.files.length === 1 ? deck.files : [];
  // Pictures are many files; all of them in one are the PDF.
  if (download === 'original' && only)
    return { file: 0, form: 'original', name: only.name, bytes: only.bytes };
  if (deck.pdfBytes !== null) {
    const name = `${withoutKind(deck.files[0]?.name ?? 'deck')}.pdf`;
    return { file: 'pdf', form: 'pdf', name, bytes: deck.pdfBytes };
  }
  if (only && /\.pdf$/i.test(only.name)) return { file: 0, form: 'pdf', name: only.name, bytes: only.bytes };
  return undefined;
}

export const coursewarePath = (talkId: string, form: CoursewareForm): string =>
  `/api/v1/public/courseware/${talkId}/${form}`;

const withoutKind = (name: string): string => name.replace(/\.[A-Za-z0-9]{1,5}$/, '');

/** `Content-Disposition` (RFC 6266, names by RFC 8187): never shown in our origin, any name is safe in the header (FAULTS 55). */
export function attachment(name: string): string {
  const ascii = name.replaceAll(/[^A-Za-z0-9 ._()-]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
