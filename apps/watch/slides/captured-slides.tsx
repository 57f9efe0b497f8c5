/** Slides as captured video: a second, silent picture kept within 100 ms of the program. */
import { useEffect, useRef } from 'react';
import type { StagePlayer } from '../../follow/stage-player.ts';
import { loadHls } from '../player/load-hls.ts';
import { Playback } from '../player/playback.ts';
import type { Player, Snapshot } from '../player/player.ts';
import { type Source, sourceFor } from '../player/source.ts';
import { createVideo } from '../player/video-element.ts';
import { t } from '../texts.ts';
import { SyncControl } from './sync-control.ts';

const lookEvery = 100;

type Props = {
  readonly player: Player;
  readonly base: string;
  readonly seen: Snapshot;
  readonly stage: Pick<StagePlayer, 'momentOf' | 'dateOf'>;
};

export function CapturedSlides({ player, base, seen, stage }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const follower = useRef<Follower>(undefined);
  useEffect(() => {
    const made = new Follower(player, base, stage);
    follower.current = made;
    host.current?.append(made.video);
    return () => {
      follower.current = undefined;
      made.close();
    };
  }, [player, base, stage]);
  const source =
    seen.now && seen.mode !== 'idle'
      ? sourceFor(seen.now, { track: 'slides', soundOnly: false, clip: player.usesClip() })
      : undefined;
  const key = source?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: sources with the same key are the same.
  useEffect(() => follower.current?.open(source), [key]);
  return <div className="captured" ref={host} role="img" aria-label={t('track.slides')} />;
}

class Follower {
  readonly video = createVideo();
  private readonly player: Player;
  private readonly stage: Props['stage'];
  private readonly playback: Playback;
  private readonly control = new SyncControl();
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(player: Player, base: string, stage: Props['stage']) {
    this.player = player;
    this.stage = stage;
    this.video.muted = true;
    this.video.className = 'captured-video';
    this.video.disablePictureInPicture = true;
    const nothing = () => {};
    this.playback = new Playback(this.video, base, loadHls, 4e6, {
      changed: nothing,
      stalled: nothing,
      failed: nothing,
      incompatible: nothing,
      refused: nothing,
      log: (kind, detail) => player.log.add(`slides ${kind}`, detail),
    });
    this.playback.following = false;
    this.timer = setInterval(() => this.look(), lookEvery);
  }

  open(source: Source | undefined): void {
    if (source?.key === this.playback.source?.key) return;
    this.playback.open(source);
  }

  close(): void {
    clearInterval(this.timer);
    this.playback.close();
    this.video.remove();
  }

  private look(): void {
    const { video, playback } = this;
    const leader = this.player.video;
    const date = this.player.date();
    const own = playback.date();
    const playing = !leader.paused && leader.readyState >= 3;
    playback.expected = playing;
    if (!playback.source || date === undefined || own === undefined) {
      if (playing && video.paused) void video.play().catch(() => {}); // Refused or not ready: asked again.
      return;
    }
    const wanted = this.stage.dateOf('slides', this.stage.momentOf('program', date));
    video.dataset.ahead = String(Math.round(own - wanted));
    const decision = this.control.decide({
      now: performance.now(),
      ahead: (own - wanted) / 1000,
      rate: leader.playbackRate,
      buffer: playback.buffer(),
    });
    if (decision.jump !== undefined) playback.seekDate(wanted + (playing ? 100 : 0));
    if (playing && video.paused) void video.play().catch(() => {});
    if (!playing && !video.paused) video.pause();
    playback.speed = decision.rate;
    if (video.playbackRate !== decision.rate) video.playbackRate = decision.rate;
  }
}
