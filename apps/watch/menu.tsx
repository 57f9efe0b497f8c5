/** Settings: quality, data saver, speed of a replay, playback details. */
import { useEffect, useRef } from 'react';
import { IconButton } from '../ui/button.tsx';
import { CheckIcon, CloseIcon, HeadphonesIcon } from '../ui/icons.tsx';
import { t as shared } from '../ui/texts.ts';
import type { Player, Quality, Snapshot } from './player/player.ts';
import { t } from './texts.ts';

export type MenuProps = {
  readonly player: Player;
  readonly seen: Snapshot;
  onClose(): void;
  onInfo(): void;
};

const speeds = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

/** Heights offered, highest first, each once. */
export const heightsOf = (seen: Pick<Snapshot, 'levels'>): number[] =>
  [...new Set(seen.levels.map((level) => level.height))].filter((h) => h > 0).sort((a, b) => b - a);

export function Menu({ player, seen, onClose, onInfo }: MenuProps) {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    panel.current?.querySelector<HTMLElement>('button')?.focus();
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && onClose();
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onClose]);
  const heights = heightsOf(seen);
  const auto = seen.level?.height ? t('menu.autoNow', { level: `${seen.level.height}p` }) : t('menu.auto');
  const quality = (value: Quality, text: string) => (
    <Choice key={value} on={seen.quality === value} onChoose={() => player.setQuality(value)}>
      {value === 'sound' && <HeadphonesIcon size={20} />}
      {text}
    </Choice>
  );
  const replayLike = seen.mode === 'replay' || seen.mode === 'shift';
  return (
    <div className="menu" role="dialog" aria-label={t('control.settings')} ref={panel}>
      <div className="menu-head">
        <h2>{t('menu.quality')}</h2>
        <IconButton label={shared('action.close')} onClick={onClose}>
          <CloseIcon />
        </IconButton>
      </div>
      {quality('auto', auto)}
      {heights.length > 1 && heights.map((height) => quality(height, `${height}p`))}
      {seen.soundOffered && seen.mode !== 'replay' && quality('sound', t('menu.sound'))}
      <hr />
      {heights.length > 1 && (
        <Choice on={seen.dataSaver} onChoose={() => player.setDataSaver(!seen.dataSaver)}>
          {t('menu.dataSaver')}
        </Choice>
      )}
      {replayLike && (
        <>
          <h2>{t('menu.speed')}</h2>
          <div className="speeds">
            {speeds.map((speed) => (
              <button
                key={speed}
                type="button"
                className="r-button"
                aria-pressed={seen.speed === speed}
                onClick={() => player.setSpeed(speed)}
              >
                {speed === 1 ? t('menu.normalSpeed') : `${speed}×`}
              </button>
            ))}
          </div>
          <hr />
        </>
      )}
      <Choice on={false} onChoose={onInfo}>
        {t('menu.latency')}
      </Choice>
    </div>
  );
}

function Choice({ on, onChoose, children }: { on: boolean; onChoose(): void; children: React.ReactNode }) {
  return (
    <button type="button" className="choice" aria-pressed={on} onClick={onChoose}>
      <span className="choice-mark">{on && <CheckIcon size={20} />}</span>
      {children}
    </button>
  );
}
