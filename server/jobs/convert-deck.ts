/** The converter of slides/ as decks see it; loaded at the first deck, for LibreOffice and its kin are large. */
import type { Convert, ConvertedPages } from '#conference/deck/conversion.ts';
import type { DeckPage } from '#contracts/deck.ts';
import type { Config } from '../config.ts';

type ConvertDeck = (
  input: { readonly files: readonly { readonly path: string; readonly name: string }[] },
  options: {
    outDir: string;
    signal: AbortSignal;
    onPage: (index: number, page: DeckPage, total: number) => void | Promise<void>;
    limits: Config['decks'];
  },
) => Promise<ConvertedPages>;

export function slidesConverter(limits: Config['decks']): Convert {
  return async (files, { outDir, signal, onPage }) => {
    const { href } = new URL('../../slides/convert.ts', import.meta.url);
    const { convertDeck } = (await import(href)) as { convertDeck: ConvertDeck };
    return convertDeck({ files }, { outDir, signal, onPage, limits });
  };
}
