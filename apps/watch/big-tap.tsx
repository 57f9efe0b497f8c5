/** The large tap when the browser starts muted or refuses to start (PRODUCT, detail 7). */

import { Button } from '../ui/button.tsx';
import { MutedIcon, PlayIcon } from '../ui/icons.tsx';
import type { Player, Snapshot } from './player/player.ts';
import { t } from './texts.ts';

export function BigTap({ player, seen }: { player: Player; seen: Snapshot }) {
  if (seen.blocked === 'none') return null;
  const play = seen.blocked === 'play';
  return (
    <div className={play ? 'big-tap big-tap-play' : 'big-tap'}>
      <Button
        kind="primary"
        size="large"
        icon={play ? <PlayIcon size={32} /> : <MutedIcon size={32} />}
        onClick={() => player.unblock()}
      >
        {t(play ? 'tap.play' : 'tap.sound')}
      </Button>
    </div>
  );
}
