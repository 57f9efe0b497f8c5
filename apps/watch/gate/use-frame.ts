/** What the conference around the venue gives the page: pictures for the waiting, thanks, and the other venues that are live. Asked when the picture is there. */
import { useEffect, useState } from 'react';
import type { ConferenceProgramme, PublicConference, PublicVenue } from '#contracts/conference.ts';
import { api } from '../../ui/api.ts';

/** Ms after the page is there: the picture comes first. */
const patience = 1500;
/** Ms between two looks at the other venues; spread out so that a crowd does not ask together. */
const beat = 45_000;

export function useConference(slug: string | undefined): PublicConference | undefined {
  const [conference, setConference] = useState<PublicConference>();
  useEffect(() => {
    if (!slug) return;
    const leaving = new AbortController();
    api<PublicConference>(`/api/v1/public/conferences/${encodeURIComponent(slug)}`, {
      signal: leaving.signal,
    })
      .then(setConference)
      .catch(() => {}); // The page does without its pictures.
    return () => leaving.abort();
  }, [slug]);
  return conference;
}

/** The other venues that are on now. */
export function useOthers(slug: string | undefined, venueId: string): readonly PublicVenue[] {
  const [others, setOthers] = useState<readonly PublicVenue[]>([]);
  useEffect(() => {
    if (!slug) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      if (!document.hidden) {
        try {
          // `part=venues` leaves the talks out where the server knows it.
          const url = `/api/v1/public/conferences/${encodeURIComponent(slug)}/programme?part=venues`;
          const { venues } = await api<Pick<ConferenceProgramme, 'venues'>>(url, { signal });
          const on = venues.filter(
            (one) => one.id !== venueId && (one.state === 'live' || one.state === 'break'),
          );
          setOthers(on);
        } catch {
          if (signal.aborted) return;
        }
      }
      timer = setTimeout(() => void look(), beat * (0.7 + 0.6 * Math.random()));
    };
    timer = setTimeout(() => void look(), patience);
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [slug, venueId]);
  return others;
}
