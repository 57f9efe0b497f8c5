/** The player's keys: space or k, m, f, arrows, l for live, i for details. */
import { useEffect, useRef } from 'react';
import type { Player } from './player/player.ts';

export type KeyActions = { fullscreen(): void; info(): void; stir(): void };

/** True where the element itself needs the key: typing, sliders' arrows, a focused button's space. */
function taken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'range' || key.startsWith('Arrow');
  if (target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement) return key === ' ';
  return target.isContentEditable;
}

export function useKeys(player: Player, actions: KeyActions): void {
  const newest = useRef(actions);
  newest.current = actions;
  useEffect(() => {
    const bound: Readonly<Record<string, () => void>> = {
      ' ': () => player.toggle(),
      k: () => player.toggle(),
      m: () => player.setMuted(!player.video.muted),
      f: () => newest.current.fullscreen(),
      l: () => player.goLive(),
      i: () => newest.current.info(),
      ArrowLeft: () => player.skip(-10),
      ArrowRight: () => player.skip(10),
      ArrowUp: () => player.setVolume(player.video.volume + 0.05),
      ArrowDown: () => player.setVolume(player.video.volume - 0.05),
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || taken(event.target, event.key)) return;
      const action = bound[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action || player.mode() === 'idle') return;
      event.preventDefault();
      newest.current.stir();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [player]);
}
