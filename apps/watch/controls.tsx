/** The row under the picture: play, sound, where we are, back to live, settings, picture-in-picture, full screen. */
import type { ReactNode } from 'react';
import { IconButton } from '../ui/button.tsx';
import {
  ExitFullscreenIcon,
  FullscreenIcon,
  MutedIcon,
  PauseIcon,
  PictureInPictureIcon,
  PlayIcon,
  SettingsIcon,
  ToLiveIcon,
  VolumeIcon,
} from '../ui/icons.tsx';
import type { Fullscreen } from './fullscreen.ts';
import { Menu } from './menu.tsx';
import { hasPictureInPicture, togglePictureInPicture } from './picture-in-picture.ts';
import type { Player, Snapshot } from './player/player.ts';
import { t } from './texts.ts';
import { TimeBar, useTimes, WhereText } from './time-bar.tsx';

export type ControlsProps = {
  readonly player: Player;
  readonly seen: Snapshot;
  readonly fullscreen: Fullscreen;
  readonly menuOpen: boolean;
  onMenu(open: boolean): void;
  onInfo(): void;
  readonly buttons?: ReactNode;
};

export function Controls({ player, seen, fullscreen, menuOpen, onMenu, onInfo, buttons }: ControlsProps) {
  const times = useTimes(player);
  return (
    <div className="controls">
      <TimeBar player={player} times={times} />
      <div className="controls-row">
        <IconButton
          label={t(seen.playing ? 'control.pause' : 'control.play')}
          onClick={() => player.toggle()}
        >
          {seen.playing ? <PauseIcon /> : <PlayIcon />}
        </IconButton>
        <Volume player={player} seen={seen} />
        <LiveButton player={player} seen={seen} />
        <WhereText times={times} />
        <span className="spring" />
        {buttons}
        <IconButton
          label={t('control.settings')}
          aria-expanded={menuOpen}
          aria-haspopup="dialog"
          onClick={() => onMenu(!menuOpen)}
        >
          <SettingsIcon />
        </IconButton>
        {hasPictureInPicture(player.video) && (
          <IconButton
            className="pip"
            label={t('control.pictureInPicture')}
            onClick={() => togglePictureInPicture(player.video)}
          >
            <PictureInPictureIcon />
          </IconButton>
        )}
        <IconButton
          label={t(fullscreen.on ? 'control.exitFullscreen' : 'control.fullscreen')}
          onClick={fullscreen.toggle}
        >
          {fullscreen.on ? <ExitFullscreenIcon /> : <FullscreenIcon />}
        </IconButton>
      </div>
      {menuOpen && <Menu player={player} seen={seen} onClose={() => onMenu(false)} onInfo={onInfo} />}
    </div>
  );
}

function Volume({ player, seen }: { player: Player; seen: Snapshot }) {
  const silent = seen.muted || seen.volume === 0;
  const percent = silent ? 0 : Math.round(seen.volume * 100);
  return (
    <>
      <IconButton
        label={t(silent ? 'control.unmute' : 'control.mute')}
        onClick={() => player.setMuted(!silent)}
      >
        {silent ? <MutedIcon /> : <VolumeIcon />}
      </IconButton>
      <input
        className="slider volume"
        type="range"
        min={0}
        max={100}
        step={5}
        value={percent}
        aria-label={t('control.volume')}
        aria-valuetext={t('control.volumeValue', { percent })}
        style={{ '--filled': `${percent}%` } as React.CSSProperties}
        onChange={(event) => player.setVolume(Number(event.target.value) / 100)}
      />
    </>
  );
}

/** Tells that this is live, or takes back there. */
function LiveButton({ player, seen }: { player: Player; seen: Snapshot }) {
  if (seen.mode === 'live')
    return (
      <span className="live-mark" title={t('control.liveNow')}>
        {t('control.live')}
      </span>
    );
  if (seen.mode !== 'shift') return null;
  return (
    <button type="button" className="r-button to-live" onClick={() => player.goLive()}>
      <ToLiveIcon size={20} />
      <span>{t('control.toLive')}</span>
    </button>
  );
}
