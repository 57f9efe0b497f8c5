/**
 * Fonts of a deck: which are there, which stand in. Names are replaced in the file before conversion, so what is
 * reported is what was used, and no name from a deck ever becomes a file name (FAULTS 61).
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Deck } from '#contracts/deck.ts';

const require = createRequire(import.meta.url);
const cjkFiles = [
  ['noto-sans-sc', '400Regular/NotoSansSC_400Regular.ttf'],
  ['noto-sans-sc', '700Bold/NotoSansSC_700Bold.ttf'],
  ['noto-serif-sc', '400Regular/NotoSerifSC_400Regular.ttf'],
  ['noto-serif-sc', '700Bold/NotoSerifSC_700Bold.ttf'],
] as const;

/** Paths of TTF files: WOFF2 of the usual font packages is not read by the converter. */
export const bundledFonts = (): string[] =>
  cjkFiles.map(([family, file]) =>
    join(dirname(require.resolve(`@expo-google-fonts/${family}/package.json`)), file),
  );

const sansCjk = 'Noto Sans SC';
const serifCjk = 'Noto Serif SC';

/** What the converter brings, and what is given to it. */
const present = new Set(
  [
    sansCjk,
    serifCjk,
    'Liberation Sans',
    'Liberation Serif',
    'Liberation Mono',
    'Liberation Sans Narrow',
    'Carlito',
    'Caladea',
    'DejaVu Sans',
    'DejaVu Serif',
    'DejaVu Sans Mono',
    'DejaVu Sans Condensed',
    'Gentium Basic',
    'Gentium Book Basic',
    'Linux Libertine G',
    'Linux Biolinum G',
    'Noto Sans',
    'Noto Serif',
    'OpenSymbol',
    'Rubik',
    'Amiri',
    'Alef',
  ].map((name) => name.toLowerCase()),
);

/** Same widths as the original, so lines break where they did. */
const sameWidths: Record<string, string> = {
  arial: 'Liberation Sans',
  helvetica: 'Liberation Sans',
  'helvetica neue': 'Liberation Sans',
  'arial narrow': 'Liberation Sans Narrow',
  'times new roman': 'Liberation Serif',
  times: 'Liberation Serif',
  'courier new': 'Liberation Mono',
  courier: 'Liberation Mono',
  calibri: 'Carlito',
  'calibri light': 'Carlito',
  cambria: 'Caladea',
  'cambria math': 'Caladea',
  symbol: 'OpenSymbol',
  wingdings: 'OpenSymbol',
  'wingdings 2': 'OpenSymbol',
  'wingdings 3': 'OpenSymbol',
  webdings: 'OpenSymbol',
  verdana: 'DejaVu Sans',
};

/** 宋体, 仿宋, 楷体, 明朝 and the like have serifs; 黑体, 雅黑, 等线, 圆体, ゴシック, 고딕 have not. */
const serifNames =
  /宋|仿|楷|明體|明体|明朝|바탕|simsun|fangsong|kaiti|simkai|stsong|stkaiti|mingliu|pmingliu|ms ?p?mincho|mincho|batang|songti|serif sc|serif cjk|serif tc|serif jp|source han serif/i;
const cjkNames =
  /[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]|yahei|simhei|dengxian|heiti|pingfang|hiragino|stxihei|youyuan|jhenghei|ms ?p?gothic|meiryo|yu ?gothic|malgun|gulim|dotum|source han|noto sans (sc|tc|cjk|jp|kr|hk)|harmonyos|misans|alibaba puhuiti|microsoft ya/i;
const latinSerif =
  /serif(?! ?sans)|roman|garamond|georgia|book antiqua|palatino|bodoni|century(?! gothic)|didot|baskerville|minion|constantia/i;
const mono = /mono|courier|consolas|menlo|code|typewriter|terminal|fixed/i;

export class DeckFonts {
  readonly #own: ReadonlySet<string>;
  readonly #used = new Map<string, string | null>();

  /** `own`: families that came with the deck or were uploaded. */
  constructor(own: Iterable<string>) {
    this.#own = new Set([...own].map((name) => name.toLowerCase()));
  }

  /** The family to write in place of this one. */
  resolve(name: string): string {
    const key = name.trim().toLowerCase();
    if (this.#own.has(key) || present.has(key)) return name;
    const metric = sameWidths[key];
    if (metric) return metric;
    if (serifNames.test(name)) return serifCjk;
    if (cjkNames.test(name)) return sansCjk;
    if (mono.test(name)) return 'Liberation Mono';
    return latinSerif.test(name) && !/sans/i.test(name) ? 'Liberation Serif' : 'Liberation Sans';
  }

  /** The same, and the deck is said to use it. */
  use(name: string): string {
    const family = this.resolve(name);
    if (this.#used.size < 200) this.#used.set(name.slice(0, 100), family === name ? null : family);
    return family;
  }

  report(): Deck['fonts'] {
    return [...this.#used]
      .map(([name, substitute]) => ({ name, substitute }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
