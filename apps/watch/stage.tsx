/** The player's box: video, what stands in front of it, controls that hide themselves, keyboard, full screen. */
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { SpinnerMark } from './art.tsx';
import { BigTap } from './big-tap.tsx';
import { Controls } from './controls.tsx';
import { useFullscreen } from './fullscreen.ts';
import { InfoPanel } from './info-panel.tsx';
import { useKeys } from './keys.ts';
import { useOnline } from './online.ts';
import type { Player, Snapshot } from './player/player.ts';
import { useMediaSession, useWakeLock } from './presence.ts';
import { bannerFor, screenFor } from './screen.ts';
import { SoundArt, StateScreen } from './state-screen.tsx';
import { t } from './texts.ts';

/** Ms without a movement after which the controls leave a playing picture. */
const idleAfter = 3000;

function useActive(pinned: boolean): { active: boolean; stir: () => void; hide: () => void } {
  const [active, setActive] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stir = () => {
    setActive(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setActive(false), idleAfter);
  };
  const hide = () => {
    clearTimeout(timer.current);
    setActive(false);
  };
  useEffect(() => {
    timer.current = setTimeout(() => setActive(false), idleAfter);
    return () => clearTimeout(timer.current);
  }, []);
  return { active: active || pinned, stir, hide };
}

export type StageProps = {
  readonly player: Player;
  readonly seen: Snapshot;
  readonly title: string;
  /** Further classes: how the panes lie. The picture itself never moves in the document, or it would stop. */
  readonly classes?: readonly string[];
  readonly style?: React.CSSProperties;
  /** Beside the picture: slides. */
  readonly panes?: ReactNode;
  /** In place of the picture: what is on is not for this viewer. */
  readonly gate?: ReactNode;
  /** Behind the words while there is no picture: warm-up, slate, cover. */
  readonly backdrop?: ReactNode;
  /** Further buttons of the controls. */
  readonly buttons?: ReactNode;
  /** Below or beside all that: the panel. */
  readonly children?: ReactNode;
};

export function Stage(props: StageProps) {
  const { player, seen, title, classes = [], style, panes, buttons, gate, backdrop, children } = props;
  const box = useRef<HTMLElement>(null);
  const picture = useRef<HTMLDivElement>(null);
  const [menuOpen, setMenuOpen] = useState(false);
  const [info, setInfo] = useState(false);
  const online = useOnline();
  const fullscreen = useFullscreen(box);
  const screen = screenFor(seen, online);
  const told = screen || gate ? undefined : bannerFor(seen, online);
  // Pages with the voice only are what was asked for.
  const banner = told === 'sound' && seen.voiceOnly ? undefined : told;
  const { active, stir, hide } = useActive(menuOpen || !seen.playing || screen !== undefined);
  useKeys(player, { fullscreen: fullscreen.toggle, info: () => setInfo((shown) => !shown), stir });
  useWakeLock(seen.playing && screen === undefined);
  useMediaSession(player, title);

  // In the same task as React's first rendering: a video that is out of the document any longer stops.
  useLayoutEffect(() => {
    const host = picture.current;
    if (host && player.video.parentNode !== host) host.append(player.video, player.playback.hold.canvas);
  }, [player]);

  const onPicture = (event: React.PointerEvent) => {
    if (event.pointerType !== 'mouse') {
      // A tap shows or hides the controls; it must not pause a picture somebody only wants to see better.
      if (active && seen.playing) hide();
      else stir();
      return;
    }
    if (event.button === 0 && !menuOpen && screen === undefined) player.toggle();
    setMenuOpen(false);
  };
  const idle = !active && seen.playing;
  const playable = seen.mode !== 'idle' && screen !== 'break' && !gate;
  const all = ['stage', idle ? 'stage-idle' : '', fullscreen.rotated ? 'stage-rotated' : '', ...classes];
  return (
    <section
      ref={box}
      className={all.filter(Boolean).join(' ')}
      style={style}
      aria-label={t('page.player')}
      onPointerMove={(event) => event.pointerType === 'mouse' && stir()}
      onFocus={stir}
    >
      <div className="stage-main">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for pointers; the buttons and the keys do the same. */}
        <div
          className="stage-picture"
          ref={picture}
          onPointerUp={onPicture}
          onDoubleClick={fullscreen.toggle}
        />
        {panes}
        {(seen.soundOnly || seen.noPicture) && !seen.voiceOnly && !screen && <SoundArt />}
        {gate ?? (screen && <StateScreen screen={screen} seen={seen} player={player} backdrop={backdrop} />)}
        {banner && (
          <p className="banner" role="status">
            {banner === 'buffering' && <SpinnerMark />}
            {t(`banner.${banner}`)}
          </p>
        )}
        {playable && !screen && !gate && <BigTap player={player} seen={seen} />}
        {info && <InfoPanel player={player} onClose={() => setInfo(false)} />}
        {playable && (
          <Controls
            player={player}
            seen={seen}
            fullscreen={fullscreen}
            menuOpen={menuOpen}
            onMenu={setMenuOpen}
            onInfo={() => setInfo((shown) => !shown)}
            buttons={buttons}
          />
        )}
      </div>
      {children}
    </section>
  );
}
