/** What the device is told while something plays: keep the screen on, and what the lock screen's buttons do. */
import { useEffect } from 'react';
import type { Player } from './player/player.ts';

export function useWakeLock(on: boolean): void {
  useEffect(() => {
    if (!on || !('wakeLock' in navigator)) return;
    let held: WakeLockSentinel | undefined;
    let over = false;
    const take = () => {
      if (document.hidden || over) return;
      navigator.wakeLock.request('screen').then(
        (lock) => {
          if (over) void lock.release();
          else held = lock;
        },
        () => {}, // Refused on low battery; the screen then dims as usual.
      );
    };
    take();
    // The system takes it back whenever the page is hidden.
    document.addEventListener('visibilitychange', take);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', take);
      void held?.release();
    };
  }, [on]);
}

export function useMediaSession(player: Player, title: string): void {
  useEffect(() => {
    if (!('mediaSession' in navigator)) return;
    const session = navigator.mediaSession;
    if ('MediaMetadata' in window) session.metadata = new MediaMetadata({ title });
    const handlers: [MediaSessionAction, () => void][] = [
      ['play', () => player.play()],
      ['pause', () => player.pause()],
      ['seekbackward', () => player.skip(-10)],
      ['seekforward', () => player.skip(10)],
    ];
    for (const [action, handler] of handlers) session.setActionHandler(action, handler);
    return () => {
      for (const [action] of handlers) session.setActionHandler(action, null);
    };
  }, [player, title]);
}
