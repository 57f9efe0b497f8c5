/** The converter of slides/ as decks see it. */
import type { Logger } from 'pino';
import type { Convert } from '#conference/deck/conversion.ts';
import { convertDeck } from '../../slides/convert.ts';
import type { FontStore } from '../../slides/font-store.ts';
import type { Config } from '../config.ts';

export const slidesConverter =
  (limits: Config['decks'], fonts: Pick<FontStore, 'paths'>, log: Logger): Convert =>
  (files, { outDir, signal, onPage }) =>
    convertDeck(files, { outDir, signal, onPage, limits, fonts: fonts.paths(), log });
