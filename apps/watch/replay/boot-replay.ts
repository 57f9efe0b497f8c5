/** The replay page's start: as the watch page's, with a clip in place of a venue. */
import { mediaBase } from '#contracts/media-urls.ts';
import { exposePlayer } from '../player/debug-handle.ts';
import { loadHls } from '../player/load-hls.ts';
import type { NowResult } from '../player/now-poller.ts';
import { Player } from '../player/player.ts';
import { ClipQuestion } from './clip-question.ts';
import { leftAt } from './position.ts';

export type Replay = {
  readonly player: Player;
  readonly question: ClipQuestion;
  readonly base: string;
  readonly venueId: string;
  readonly clipId: string;
  /** Moment gone on from, epoch ms; undefined: from the beginning. */
  readonly resumedAt: number | undefined;
  /** PROGRAM-DATE-TIME of its first frame, once the corrections of the delay are known. */
  readonly start: { date: number | undefined };
};

/** A clip, asked for with a pass. */
export type Asked = {
  readonly base: string;
  readonly question: ClipQuestion;
  readonly first: Promise<NowResult>;
};

export function askClip(venueId: string, clipId: string, pass: string): Asked {
  const base = mediaBase(pass, encodeURIComponent(venueId));
  const question = new ClipQuestion(base, venueId, clipId);
  return { base, question, first: question.ask(0, new AbortController().signal) };
}

export function startReplay(
  video: HTMLVideoElement,
  venueId: string,
  clipId: string,
  { base, question, first }: Asked,
): Replay {
  let resumedAt: number | undefined;
  try {
    resumedAt = leftAt(clipId, localStorage);
  } catch {
    // Storage refused: from the beginning.
  }
  const start: Replay['start'] = { date: undefined };
  const player = new Player(video, base, loadHls, first, {
    ask: question.ask,
    start: () => start.date ?? question.info?.ranges[0]?.from,
    resumeAt: resumedAt,
  });
  exposePlayer(player);
  return { player, question, base, venueId, clipId, resumedAt, start };
}
