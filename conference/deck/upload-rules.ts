/** What may be uploaded as a deck, by names and sizes; what is inside is judged by the conversion. */
import { deckKinds, deckLimits } from '#contracts/deck.ts';
import { CodedError } from '#contracts/errors.ts';
import type { DeckFile } from './deck.ts';

export const imageKinds = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'avif', 'tif', 'tiff'] as const;
const documents = deckKinds.filter((kind) => kind !== 'images') as readonly string[];

/** Bytes of one chunk at most; and what we advise: on 700 kbit/s it arrives before a request times out. */
export const mostChunkBytes = 8 * 1024 * 1024;
export const chunkBytes = 2 * 1024 * 1024;
/** Of all uploads and versions of one talk together, in decks of full size. */
const mostPerTalk = 5;
/** Uploads of one talk that are not complete. */
export const mostOpenUploads = 5;

/** Names as people may see them: no folders, no control or bidi characters (FAULTS 55, 57). */
export function shownName(name: string): string {
  const base = name.split(/[\\/]/).at(-1) ?? '';
  const plain = base.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  return plain === '' || /^\.+$/.test(plain) ? 'deck' : plain.slice(-200);
}

const kindOf = (name: string): string => /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';

export type UploadLimits = { readonly bytes: number };

/** The files with names cleaned. `stored`: bytes the talk already has. Throws `deck.kind`, `deck.tooLarge`. */
export function checkUpload(
  files: readonly DeckFile[],
  stored: number,
  { bytes: limit }: UploadLimits = deckLimits,
): DeckFile[] {
  const named = files.map(({ name, bytes }) => ({ name: shownName(name), bytes }));
  for (const { name } of named) {
    const kind = kindOf(name);
    const isImage = (imageKinds as readonly string[]).includes(kind);
    if (!isImage && !documents.includes(kind)) throw new CodedError('deck.kind', name);
    if (!isImage && named.length > 1)
      throw new CodedError('deck.kind', `${name}: several files must be pictures`);
  }
  const total = named.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > limit) throw new CodedError('deck.tooLarge', `${total} bytes; at most ${limit}`);
  if (stored + total > limit * mostPerTalk)
    throw new CodedError(
      'deck.tooLarge',
      `all versions of a talk together: at most ${limit * mostPerTalk} bytes`,
    );
  return named;
}

/** A deck's name is its file's; of pictures the first one's and how many. */
export const deckName = (files: readonly DeckFile[]): string => {
  const [first] = files;
  return files.length > 1 ? `${first?.name} (+${files.length - 1})` : (first?.name ?? 'deck');
};
