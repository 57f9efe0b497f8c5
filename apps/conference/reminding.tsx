/** 预约: what the person asked to be reminded of, for every card of the page; and the dialog in which they ask. */
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import type { z } from 'zod';
import type { PublicTalk } from '#contracts/conference.ts';
import type { remindersSchema } from '#contracts/reminder.ts';
import { ApiError, api } from '../ui/api.ts';

const Remind = lazy(() => import('./remind.tsx').then((module) => ({ default: module.Remind })));

export type Reminders = z.infer<typeof remindersSchema>;
/** `anonymous`: nobody is logged in. */
export type Known = Reminders | 'anonymous' | 'failed' | undefined;
/** Null: the conference itself. */
export type Reminded = Pick<PublicTalk, 'id' | 'title'> | null;

export type Reminding = {
  isAsked(talkId: string): boolean;
  open(about: Reminded): void;
};
const Context = createContext<Reminding>({ isAsked: () => false, open: () => {} });
export const useReminding = (): Reminding => useContext(Context);

export function RemindingProvider({
  base,
  loggedIn,
  begun,
  children,
}: {
  /** `/api/v1/public/conferences/<slug>` */
  base: string;
  loggedIn: boolean;
  /** The conference has: only single talks are still ahead. */
  begun: boolean;
  children: ReactNode;
}) {
  const [known, setKnown] = useState<Known>();
  const [about, setAbout] = useState<Reminded>();
  useEffect(() => {
    if (!loggedIn) {
      setKnown('anonymous');
      return;
    }
    setKnown(undefined);
    const leaving = new AbortController();
    api<Reminders>(`${base}/reminder`, { signal: leaving.signal })
      .then(setKnown)
      .catch((error: unknown) => {
        if (leaving.signal.aborted) return;
        setKnown(error instanceof ApiError && error.status === 401 ? 'anonymous' : 'failed');
      });
    return () => leaving.abort();
  }, [base, loggedIn]);
  const asked = useMemo(
    () => new Set(typeof known === 'object' ? known.reminders.map(({ talkId }) => talkId) : []),
    [known],
  );
  const isAsked = useCallback((talkId: string) => asked.has(talkId), [asked]);
  const reminding = useMemo(() => ({ isAsked, open: setAbout }), [isAsked]);
  return (
    <Context value={reminding}>
      {children}
      <Suspense fallback={null}>
        {about !== undefined && (
          <Remind
            base={base}
            about={about}
            known={known}
            begun={about === null && begun}
            asked={asked.has(about?.id ?? null)}
            onKnown={setKnown}
            onClose={() => setAbout(undefined)}
          />
        )}
      </Suspense>
    </Context>
  );
}
