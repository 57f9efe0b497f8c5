/** The conferences everyone may see, page by page; the first page is asked again while somebody looks, for the live marks. */
import { useCallback, useEffect, useState } from 'react';
import type { PublicConferenceCard } from '#contracts/conference.ts';
import type { ListOf } from '#contracts/listing.ts';
import { api } from '../ui/api.ts';

/** Ms. */
const beat = 30_000;
const address = '/api/v1/public/conferences?limit=60';
type Page = ListOf<PublicConferenceCard>;

export type Conferences = {
  /** Undefined until the first answer. */
  readonly items: readonly PublicConferenceCard[] | undefined;
  /** Why nothing, or no more, could be shown. */
  readonly problem: string | undefined;
  readonly hasMore: boolean;
  again(): void;
  more(): void;
};

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Those known, with what the answer says of them; what is new comes first. */
export function merged(
  known: readonly PublicConferenceCard[],
  fresh: readonly PublicConferenceCard[],
): PublicConferenceCard[] {
  const ids = new Set(fresh.map(({ id }) => id));
  return [...fresh, ...known.filter(({ id }) => !ids.has(id))];
}

export function useConferences(): Conferences {
  const [items, setItems] = useState<readonly PublicConferenceCard[]>();
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState<string>();
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again.
  useEffect(() => {
    const leaving = new AbortController();
    let first = true;
    const look = async () => {
      try {
        const page = await api<Page>(address, { signal: leaving.signal });
        setProblem(undefined);
        // While there is but one page, what is gone from it is gone.
        setItems((known) => (page.next === null ? page.items : merged(known ?? [], page.items)));
        if (first) setNext(page.next);
        first = false;
      } catch (error) {
        // What is shown stays; only who sees nothing is told.
        if (!leaving.signal.aborted && first) setProblem(words(error));
      }
    };
    void look();
    const timer = setInterval(() => {
      if (!document.hidden) void look();
    }, beat);
    return () => {
      leaving.abort();
      clearInterval(timer);
    };
  }, [turn]);
  const more = useCallback(() => {
    if (next === null) return;
    api<Page>(`${address}&cursor=${encodeURIComponent(next)}`)
      .then((page) => {
        setProblem(undefined);
        setNext(page.next);
        setItems((known) => {
          const ids = new Set(known?.map(({ id }) => id));
          return [...(known ?? []), ...page.items.filter(({ id }) => !ids.has(id))];
        });
      })
      .catch((error: unknown) => setProblem(words(error)));
  }, [next]);
  return { items, problem, hasMore: next !== null, again: () => setTurn(turn + 1), more };
}
