/** Whether a media query holds, followed as it changes. */
import { useSyncExternalStore } from 'react';

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** A phone held upright: picture on top, tabs below. */
export const usePhone = (): boolean => useMedia('(max-width: 640px) and (orientation: portrait)');
/** A phone held across: no room for anything but the slide and the speaker. */
export const useFlat = (): boolean => useMedia('(max-height: 500px) and (orientation: landscape)');
