/** Who is logged in, as the pages below the gate see it. */
import { createContext, useContext, useEffect } from 'react';
import { ApiError } from '../ui/api.ts';
import type { SessionUser } from './api.ts';

export type Session = { user: SessionUser; signOut(): Promise<void>; expired(): void };

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession is only for pages behind the log-in');
  return session;
}

/** Back to the log-in page (and from there to here) when a request says that the session has ended. */
export function useExpiry(error: unknown): void {
  const { expired } = useSession();
  const ended = error instanceof ApiError && error.status === 401;
  useEffect(() => {
    if (ended) expired();
  }, [ended, expired]);
}
