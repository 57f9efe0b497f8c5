/** The conference's settings, asked until they came. */
import { useEffect, useState } from 'react';
import type { PublicConference } from '#contracts/conference.ts';
import { ApiError, api } from '../ui/api.ts';

export type Asked<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'is'; readonly value: T }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'failed'; readonly message: string };

export function useConference(base: string): [Asked<PublicConference>, () => void] {
  const [asked, setAsked] = useState<Asked<PublicConference>>({ kind: 'loading' });
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again.
  useEffect(() => {
    const leaving = new AbortController();
    api<PublicConference>(base, { signal: leaving.signal })
      .then((value) => setAsked({ kind: 'is', value }))
      .catch((error: unknown) => {
        if (leaving.signal.aborted) return;
        if (error instanceof ApiError && error.status === 404) setAsked({ kind: 'notFound' });
        else setAsked({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
      });
    return () => leaving.abort();
  }, [base, turn]);
  return [asked, () => setTurn(turn + 1)];
}

export type Me = { readonly name: string };
/** Who is logged in: undefined while unknown, null for nobody. */
export function useMe(): Me | null | undefined {
  const [me, setMe] = useState<Me | null>();
  useEffect(() => {
    const leaving = new AbortController();
    api<{ user?: { name?: string } } | null>('/api/v1/auth/get-session', { signal: leaving.signal })
      .then((session) => setMe(session?.user ? { name: session.user.name ?? '' } : null))
      .catch(() => {
        if (!leaving.signal.aborted) setMe(null); // The page is for everyone; what needs a log-in says so.
      });
    return () => leaving.abort();
  }, []);
  return me;
}
