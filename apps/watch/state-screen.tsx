/** The screen that says in words and a picture why there is nothing to watch, and what happens next. */
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { PlayIcon, ReplayIcon } from '../ui/icons.tsx';
import { HeadphonesArt, SpinnerMark, StateArt } from './art.tsx';
import type { Player, Snapshot } from './player/player.ts';
import type { Screen } from './screen.ts';
import { t } from './texts.ts';

export type StateScreenProps = {
  readonly screen: Screen;
  readonly seen: Snapshot;
  readonly player: Player;
  /** A picture or film behind the words, where the conference gave one. */
  readonly backdrop?: ReactNode;
};

/** Screens that are a state of the conference, not a fault: only these carry its picture. */
const withBackdrop: readonly Screen[] = ['off', 'preparing', 'break', 'ended'];

export function StateScreen({ screen, seen, player, backdrop }: StateScreenProps) {
  if (screen === 'connecting')
    return (
      <div className="screen screen-connecting" role="status">
        <SpinnerMark />
        <p>{t('screen.connecting')}</p>
      </div>
    );
  const replay = screen === 'ended' && seen.tracks.length > 0;
  // The last picture stays behind the words while the venue's signal is away.
  const over = screen === 'away' && seen.everStarted;
  const behind = withBackdrop.includes(screen) ? backdrop : undefined;
  const classes = ['screen', `screen-${screen}`, over ? 'screen-over' : '', behind ? 'screen-behind' : ''];
  return (
    <div className={classes.filter(Boolean).join(' ')} data-screen={screen}>
      {behind ?? <StateArt screen={screen} />}
      <div role="status">
        <p className="screen-title">{t(`screen.${screen}.title`)}</p>
        <p className="screen-text">
          {t(screen === 'ended' && !replay ? 'screen.ended.noReplay' : `screen.${screen}.text`)}
        </p>
      </div>
      {replay && (
        <Button kind="primary" size="large" icon={<PlayIcon />} onClick={() => player.startReplay()}>
          {t('screen.replay')}
        </Button>
      )}
      {screen === 'finished' && (
        <Button kind="primary" size="large" icon={<ReplayIcon />} onClick={() => player.startReplay()}>
          {t('screen.again')}
        </Button>
      )}
    </div>
  );
}

export function SoundArt() {
  return (
    <div className="screen screen-sound">
      <HeadphonesArt />
    </div>
  );
}
