/** Texts of one section: each key with its Chinese (first) and its English beside it, so that neither is forgotten. */
import { fill, language, type Values } from '../../ui/i18n.ts';

export type Pair = readonly [zh: string, en: string];
export type Translate<K extends string> = (key: K, values?: Values) => string;

export function pairs<const T extends Readonly<Record<string, Pair>>>(table: T): Translate<keyof T & string> {
  return (key, values) => fill(table[key]?.[language() === 'en' ? 1 : 0] ?? key, values);
}
