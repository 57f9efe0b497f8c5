/** One slide over the whole screen, to be pinched, dragged and double-tapped: the phone's reading view. */
import { useEffect, useRef } from 'react';
import { IconButton } from '../../ui/button.tsx';
import { CloseIcon } from '../../ui/icons.tsx';
import { t as shared } from '../../ui/texts.ts';
import { t } from '../texts.ts';
import { SlideView, type SlideViewProps } from './slide-view.tsx';

type Orientation = ScreenOrientation & { lock?: (to: 'landscape') => Promise<void> };

export function SlideScreen(props: SlideViewProps & { onClose(): void }) {
  const { onClose, ...view } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    element.showModal();
    // A phone turns the slide by itself where the browser allows it; else the viewer turns the phone.
    let turned = false;
    const turn = async () => {
      await element.requestFullscreen?.({ navigationUI: 'hide' });
      turned = true;
      await (screen.orientation as Orientation | undefined)?.lock?.('landscape');
    };
    void turn().catch(() => {}); // Refused: it fills the window instead.
    return () => {
      if (turned && document.fullscreenElement) void document.exitFullscreen().catch(() => {});
      element.close();
    };
  }, []);
  return (
    <dialog ref={dialog} className="slide-screen" aria-label={t('slides.large')} onClose={onClose}>
      <SlideView {...view} zoomable />
      <IconButton className="slide-screen-close" label={shared('action.close')} onClick={onClose}>
        <CloseIcon />
      </IconButton>
    </dialog>
  );
}
