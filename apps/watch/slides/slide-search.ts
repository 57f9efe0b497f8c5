/** Search in the text of pages that were shown; the texts are fetched when somebody first searches. */
import { useEffect, useMemo, useState } from 'react';
import { eventPath } from '#contracts/event-paths.ts';
import type { PageText } from '#contracts/events.ts';
import type { StageState } from '#contracts/stage-state.ts';

export type ShownPage = StageState['shown'][number];
export type Found = { readonly page: ShownPage; readonly excerpt: string };

const plain = (text: string): string => text.normalize('NFKC').toLowerCase();
const around = 18;

/** Pages whose title or text has every word, with the place of the first. */
export function searchPages(
  pages: readonly ShownPage[],
  texts: ReadonlyMap<string, string>,
  query: string,
): readonly Found[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  const [first] = words;
  if (!first) return [];
  const found: Found[] = [];
  for (const page of pages) {
    const text = `${page.title} ${texts.get(page.image.id) ?? ''}`.normalize('NFKC').replace(/\s+/g, ' ');
    const lower = plain(text);
    if (!words.every((word) => lower.includes(word))) continue;
    const at = lower.indexOf(first);
    const from = Math.max(0, at - around);
    const to = at + first.length + around * 2;
    found.push({
      page,
      excerpt: `${from > 0 ? '…' : ''}${text.slice(from, to).trim()}${to < text.length ? '…' : ''}`,
    });
  }
  return found;
}

/** Texts fetched at the same time. */
const atOnce = 4;

export function useSlideSearch(
  base: string,
  pages: readonly ShownPage[],
  query: string,
): { found: readonly Found[]; loading: boolean } {
  const [texts, setTexts] = useState<ReadonlyMap<string, string>>(new Map());
  const searching = query.trim() !== '';
  const missing = searching
    ? pages.filter((page) => !texts.has(page.image.id)).map((page) => page.image.id)
    : [];
  const wanted = missing.slice(0, atOnce).join();
  useEffect(() => {
    if (wanted === '') return;
    const leaving = new AbortController();
    const load = async (id: string): Promise<[string, string]> => {
      try {
        const response = await fetch(`${base}/${eventPath.pageText(id)}`, { signal: leaving.signal });
        return [id, response.ok ? ((await response.json()) as PageText).text : ''];
      } catch {
        return [id, '']; // Its title is still searched.
      }
    };
    void Promise.all(wanted.split(',').map(load)).then((loaded) => {
      if (!leaving.signal.aborted) setTexts((before) => new Map([...before, ...loaded]));
    });
    return () => leaving.abort();
  }, [base, wanted]);
  const found = useMemo(() => searchPages(pages, texts, query), [pages, texts, query]);
  return { found, loading: missing.length > 0 };
}
