/** The converter of slides/ as decks see it. */
import type { Logger } from 'pino';
import type { Convert } from '#conference/deck/conversion.ts';
import { convertDeck } from '../../slides/convert.ts';
import type { Config } from '../config.ts';

export const slidesConverter =
  (limits: Config['decks'], log: Logger): Convert =>
  (files, { outDir, signal, onPage }) =>
    convertDeck(files, { outDir, signal, onPage, limits, log });
