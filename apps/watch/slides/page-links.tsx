/** The links of a page, as real ones over its picture: they open beside it, the keyboard reaches them, and fingers zoom through them. */
import { useEffect, useState } from 'react';
import { eventPath } from '#contracts/event-paths.ts';
import type { PageText } from '#contracts/events.ts';
import { t } from '../texts.ts';

export type PageLink = PageText['links'][number] & {
  /** What it is called: host, or mail address. */
  readonly name: string;
};

const most = 100;
const followed = new Set(['http:', 'https:', 'mailto:']);

/** Those a viewer may follow. A deck is a stranger's: no scripts, no files, nothing outside the page. */
export function followable(links: PageText['links']): readonly PageLink[] {
  const found: PageLink[] = [];
  for (const { href, x, y, w, h } of links) {
    const url = URL.parse(href);
    if (!url || !followed.has(url.protocol) || found.length === most) continue;
    const left = Math.max(0, x);
    const top = Math.max(0, y);
    const width = Math.min(1, x + w) - left;
    const height = Math.min(1, y + h) - top;
    if (!(width > 0 && height > 0)) continue;
    const name = url.protocol === 'mailto:' ? decoded(url.pathname) : url.host;
    found.push({ href: url.href, x: left, y: top, w: width, h: height, name });
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Ms a page is on the screen before its links are asked for: not for pages that are only passed by. */
const settled = 1000;

/** Of the page of this id; none while they are not known. */
function usePageLinks(base: string, id: string): readonly PageLink[] {
  const [known, setKnown] = useState<{ readonly id: string; readonly links: readonly PageLink[] }>();
  useEffect(() => {
    const leaving = new AbortController();
    const ask = async (): Promise<void> => {
      const response = await fetch(`${base}/${eventPath.pageText(id)}`, { signal: leaving.signal });
      if (response.ok) setKnown({ id, links: followable(((await response.json()) as PageText).links) });
    };
    // Without them the page is still there to be read.
    const timer = setTimeout(() => void ask().catch(() => {}), settled);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [base, id]);
  return known?.id === id ? known.links : [];
}

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

export function PageLinks({ base, id }: { readonly base: string; readonly id: string }) {
  return usePageLinks(base, id).map(({ href, name, x, y, w, h }) => (
    <a
      key={`${x} ${y} ${href}`}
      className="slide-link"
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      title={href}
      draggable={false}
      style={{ left: percent(x), top: percent(y), width: percent(w), height: percent(h) }}
    >
      <span className="r-hidden">{t('slides.link', { name })}</span>
    </a>
  ));
}
