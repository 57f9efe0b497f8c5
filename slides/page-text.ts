/** The words of a page with their places, for search, selection and links over the picture. */
import type { PageText } from '#contracts/events.ts';
import type { Box, Char, PdfLink } from './pdfium.ts';

/** Characters kept of a page. */
export const charsPerPage = 20_000;

type Word = { text: string; left: number; top: number; right: number; bottom: number };

/** Characters in reading order to text and words. A word ends at a space, a line's end, or a jump of more than a line. */
export function pageText(chars: Iterable<Char>, links: Iterable<PdfLink>): PageText {
  let text = '';
  const words: PageText['words'] = [];
  let word: Word | undefined;
  const end = (): void => {
    if (word) words.push({ text: word.text, ...rounded(boxOf(word)) });
    word = undefined;
  };
  for (const { code, box } of chars) {
    const char = readable(code);
    if (char === '') continue;
    text += char;
    if (char.trim() === '') {
      end();
      continue;
    }
    if (
      word &&
      Math.abs(middle(box) - (word.top + word.bottom) / 2) > Math.max(box.h, word.bottom - word.top)
    )
      end();
    if (!word) word = { text: '', left: box.x, top: box.y, right: box.x + box.w, bottom: box.y + box.h };
    word.text += char;
    word.left = Math.min(word.left, box.x);
    word.top = Math.min(word.top, box.y);
    word.right = Math.max(word.right, box.x + box.w);
    word.bottom = Math.max(word.bottom, box.y + box.h);
  }
  end();
  return {
    text: text
      .replace(/\r\n?/g, '\n')
      .replace(/[ \t]+\n/g, '\n')
      .trim(),
    words,
    links: [...links].map(({ href, box }) => ({ href, ...rounded(box) })),
  };
}

/** The first line, for pages without a title of their own. */
export const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').trim().slice(0, 200);

/** 0, U+FFFE and private bullets (Wingdings and the like) say nothing to a reader; halves of surrogate pairs are joined by appending. */
function readable(code: number): string {
  if (
    code === 0 ||
    code > 0x10ffff ||
    code === 0xfffe ||
    code === 0xffff ||
    (code >= 0xe000 && code <= 0xf8ff)
  )
    return '';
  if (code < 32 && code !== 9 && code !== 10 && code !== 13) return '';
  return String.fromCodePoint(code);
}

const middle = (box: Box): number => box.y + box.h / 2;
const boxOf = (word: Word): Box => ({
  x: word.left,
  y: word.top,
  w: word.right - word.left,
  h: word.bottom - word.top,
});
const unit = (value: number): number => Number(Math.min(1, Math.max(0, value)).toFixed(4));
const rounded = ({ x, y, w, h }: Box): Box => ({ x: unit(x), y: unit(y), w: unit(w), h: unit(h) });
