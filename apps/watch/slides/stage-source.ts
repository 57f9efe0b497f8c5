/** The stage as the picture on screen has it: what the slide panes read, live and in replay alike. */
import type { StageState } from '#contracts/stage-state.ts';
import type { VenueFeed } from '../../follow/venue-feed.ts';
import type { Player } from '../player/player.ts';

export type StageSource = {
  /** `/media/<pass>/<venue>` */
  readonly base: string;
  /** Moment in the room of the picture shown, epoch ms; Infinity when there is no picture to go by: the newest. */
  moment(): number;
  at(moment: number): StageState;
};

export function liveSource(player: Player, feed: VenueFeed, base: string): StageSource {
  return {
    base,
    moment: () => {
      const { now, mode, track } = player.snapshot();
      const waiting = mode === 'idle' || (mode === 'live' && now?.state === 'break');
      const date = waiting ? undefined : player.date();
      return date === undefined ? Number.POSITIVE_INFINITY : feed.stage.momentOf(track, date);
    },
    at: (moment) => feed.stage.at(moment),
  };
}
