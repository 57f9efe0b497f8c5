/** Pictures of the pages around the current one, fetched before they are wanted: a turn shows its page without a network too. */
import { useEffect, useRef } from 'react';

/** The page before, and as many on as are turned while a network is away. */
export const around = (current: number, total: number): number[] =>
  [1, 2, 3, -1, 4, 5].map((step) => current + step).filter((page) => page >= 0 && page < total);

export type PageSource = { readonly src: string; readonly srcSet: string };
/** As the board shows them, or another width is fetched. */
export const boardSizes = '(min-width: 900px) 66vw, 100vw';

/** `sources`: nearest first. Fetched again when a fetch failed and any of them changes. */
export function useAhead(sources: readonly PageSource[]): void {
  const kept = useRef(new Map<string, HTMLImageElement>());
  const names = sources.map(({ src }) => src).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names say it all, the list is made at every drawing.
  useEffect(() => {
    for (const { src, srcSet } of sources) {
      if (kept.current.has(src)) continue;
      const image = new Image();
      image.onerror = () => kept.current.delete(src);
      image.sizes = boardSizes;
      image.srcset = srcSet;
      image.src = src;
      kept.current.set(src, image);
    }
    const wanted = new Set(sources.map(({ src }) => src));
    for (const src of kept.current.keys()) if (!wanted.has(src)) kept.current.delete(src);
  }, [names]);
}
