/** Asks before unsaved changes are left behind, inside the console and when the page is closed. */
import { useEffect } from 'react';
import { guardLeaving } from '../router.ts';

export function useLeaveGuard(dirty: boolean, question: string): void {
  useEffect(() => {
    if (!dirty) return;
    const release = guardLeaving(() => confirm(question));
    const closing = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', closing);
    return () => {
      release();
      removeEventListener('beforeunload', closing);
    };
  }, [dirty, question]);
}
