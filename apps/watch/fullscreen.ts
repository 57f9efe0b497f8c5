/** Full screen of the whole player. An iPhone has none for elements: there the page itself is turned and filled. */
import { type RefObject, useEffect, useState } from 'react';

export type Fullscreen = {
  readonly on: boolean;
  /** The page fills the window (and is turned in portrait) in place of the browser's full screen. */
  readonly rotated: boolean;
  toggle(): void;
};

type Prefixed = HTMLElement & { webkitRequestFullscreen?: () => void };
type PrefixedDocument = Document & {
  webkitFullscreenElement?: Element | null;
  webkitExitFullscreen?: () => void;
};
type Orientation = ScreenOrientation & { lock?: (to: 'landscape') => Promise<void> };

const shown = (): Element | null =>
  document.fullscreenElement ?? (document as PrefixedDocument).webkitFullscreenElement ?? null;

/** False where the browser has none or refuses. */
async function request(element: Prefixed): Promise<boolean> {
  try {
    if (element.requestFullscreen) await element.requestFullscreen({ navigationUI: 'hide' });
    else if (element.webkitRequestFullscreen) element.webkitRequestFullscreen();
    else return false;
    // Phones only; elsewhere it is refused, which is fine.
    await (screen.orientation as Orientation | undefined)?.lock?.('landscape').catch(() => {});
    return true;
  } catch {
    return false;
  }
}

function leave(): void {
  if (document.exitFullscreen)
    void document.exitFullscreen().catch(() => {}); // Left already.
  else (document as PrefixedDocument).webkitExitFullscreen?.();
}

export function useFullscreen(box: RefObject<HTMLElement | null>): Fullscreen {
  const [native, setNative] = useState(false);
  const [rotated, setRotated] = useState(false);
  useEffect(() => {
    const changed = () => setNative(shown() === box.current && box.current !== null);
    document.addEventListener('fullscreenchange', changed);
    document.addEventListener('webkitfullscreenchange', changed);
    return () => {
      document.removeEventListener('fullscreenchange', changed);
      document.removeEventListener('webkitfullscreenchange', changed);
    };
  }, [box]);
  useEffect(() => {
    document.documentElement.classList.toggle('page-filled', rotated);
    if (!rotated) return;
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && setRotated(false);
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [rotated]);
  const toggle = () => {
    if (rotated) setRotated(false);
    else if (native) leave();
    else if (box.current) void request(box.current).then((done) => !done && setRotated(true));
  };
  return { on: native || rotated, rotated, toggle };
}
