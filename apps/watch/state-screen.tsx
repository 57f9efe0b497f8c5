/** The screen that says in words and a picture why there is nothing to watch, and what happens next. */
import { Button } from '../ui/button.tsx';
import { PlayIcon, ReplayIcon } from '../ui/icons.tsx';
import { HeadphonesArt, SpinnerMark, StateArt } from './art.tsx';
import type { Player, Snapshot } from './player/player.ts';
import type { Screen } from './screen.ts';
import { t } from './texts.ts';

export function StateScreen({ screen, seen, player }: { screen: Screen; seen: Snapshot; player: Player }) {
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
  return (
    <div className={`screen screen-${screen}${over ? ' screen-over' : ''}`} data-screen={screen}>
      <StateArt screen={screen} />
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
