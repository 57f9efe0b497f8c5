/** Thumbnails of the pages shown so far, with a search in their text; picking one looks at it. */
import { useEffect, useRef, useState } from 'react';
import { eventPath } from '#contracts/event-paths.ts';
import { t } from '../texts.ts';
import { type ShownPage, useSlideSearch } from './slide-search.ts';

export type PagesListProps = {
  readonly base: string;
  readonly pages: readonly ShownPage[];
  /** Image of the speaker's page. */
  readonly now: string | undefined;
  /** Image of the page looked at, if another. */
  readonly lookingAt: string | undefined;
  /** Words under a page, such as when it was shown. */
  readonly note?: (page: ShownPage) => string;
  onPick(page: ShownPage): void;
};

export function PagesList({ base, pages, now, lookingAt, note, onPick }: PagesListProps) {
  const [query, setQuery] = useState('');
  const { found, loading } = useSlideSearch(base, pages, query);
  const list = useRef<HTMLUListElement>(null);
  // The newest page is brought into sight, within the list only: the page itself must not jump.
  useEffect(() => {
    const at = now === undefined ? null : list.current?.querySelector<HTMLElement>(`[data-thumb="${now}"]`);
    const scroller = list.current?.closest<HTMLElement>('.tab-panel');
    if (!at || !scroller || scroller.scrollHeight <= scroller.clientHeight) return;
    const { top, bottom } = at.getBoundingClientRect();
    const view = scroller.getBoundingClientRect();
    if (top < view.top || bottom > view.bottom) scroller.scrollTop += top - view.top - view.height / 3;
  }, [now]);
  if (pages.length === 0) return <p className="panel-empty">{t('slides.noneYet')}</p>;
  const searching = query.trim() !== '';
  const excerpts = new Map(found.map((one) => [one.page.image.id, one.excerpt]));
  const listed = searching ? found.map((one) => one.page) : pages;
  return (
    <>
      <input
        className="page-search"
        type="search"
        value={query}
        placeholder={t('slides.search')}
        aria-label={t('slides.search')}
        onChange={(event) => setQuery(event.target.value)}
      />
      {searching && (
        <p className="panel-note" role="status">
          {loading ? t('slides.searching') : t('slides.found', { n: found.length })}
        </p>
      )}
      <ul className="thumbs" ref={list}>
        {listed.map((page) => {
          const { image } = page;
          const present = image.id === (lookingAt ?? now);
          const name = t('slides.pageN', { n: page.page + 1 });
          return (
            <li key={image.id}>
              <button
                type="button"
                className="thumb"
                data-thumb={image.id}
                aria-current={present ? 'true' : undefined}
                onClick={() => onPick(page)}
              >
                <img
                  src={`${base}/${eventPath.page(image.id, image.widths[0] ?? 0, 'webp')}`}
                  alt=""
                  loading="lazy"
                  width={image.width}
                  height={image.height}
                />
                <span className="thumb-name">
                  <b>{name}</b> {excerpts.get(image.id) ?? page.title}
                </span>
                {image.id === now && <span className="thumb-now">{t('slides.speakerHere')}</span>}
                {note && <span className="thumb-note">{note(page)}</span>}
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
