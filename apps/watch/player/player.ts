/**
 * The watch page's player: joins what the venue says (now.json), what the viewer wants and what the video does.
 * Framework-free; the page subscribes to snapshots. It starts before React does.
 */
import type { TrackName } from '#contracts/media-urls.ts';
import type { Now } from '#contracts/now.ts';
import { type Blocked, tryPlay } from './autoplay.ts';
import { EventLog } from './event-log.ts';
import { LastSecond } from './last-second.ts';
import { type AskNow, fetchNow, NowPoller, type NowResult } from './now-poller.ts';
import { PictureJudge } from './picture-judge.ts';
import { type HlsLoader, Playback } from './playback.ts';
import { type Preferences, readPreferences, storePreferences } from './preferences.ts';
import type { Mode, Quality, Snapshot, Times } from './snapshot.ts';
import { chosenTrack, isOpen, sourceFor } from './source.ts';

export type { Mode, Quality, Snapshot, Times } from './snapshot.ts';

/** A player of one published clip in place of a venue. */
export type ReplayOptions = {
  readonly ask: AskNow;
  /** PROGRAM-DATE-TIME of the first frame that belongs to it, epoch ms; before it lies what its keyframe needs. */
  start(): number | undefined;
  /** PROGRAM-DATE-TIME to begin at. */
  readonly resumeAt: number | undefined;
};

/** Nearer to live than this, ms, is live. */
const nearLive = 4000;

export class Player {
  readonly video: HTMLVideoElement;
  readonly playback: Playback;
  readonly log = new EventLog();
  /** Called when the media, or now.json, are refused: whoever keeps the pass asks again. */
  onRefused: (() => void) | undefined;
  private readonly poller: NowPoller;
  private readonly clipOnly: ReplayOptions | undefined;
  private readonly judge = new PictureJudge();
  private readonly lastSecond = new LastSecond();
  private readonly preferences: Preferences = readPreferences();
  private readonly listeners = new Set<() => void>();
  private readonly closing = new AbortController();
  private readonly slow: ReturnType<typeof setInterval>;
  private now: Now | undefined;
  private link: Snapshot['link'] = 'connecting';
  /** Server clock − our clock, ms; the largest seen, for a cached answer is only ever too old. */
  private clockOffset = Number.NEGATIVE_INFINITY;
  private wantPlaying = true;
  private blocked: Blocked = 'none';
  private track: TrackName = 'program';
  private quality: Quality = 'auto';
  private fallback = false;
  private voiceOnly = false;
  private clip = false;
  private replay = false;
  private everStarted = false;
  /** What is on may be watched by this viewer. */
  private admitted = true;
  /** This browser decodes none of the pictures offered: sound only, as long as others may not have come. */
  private undecodable = false;
  private finished = false;
  /** Epoch ms of the live edge on the axis minus the server's clock. */
  private edgeLag = -300;
  private current: Snapshot;

  constructor(
    video: HTMLVideoElement,
    base: string,
    loader: HlsLoader,
    first: Promise<NowResult>,
    clip?: ReplayOptions,
  ) {
    this.video = video;
    this.clipOnly = clip;
    this.clip = this.replay = clip !== undefined;
    video.volume = this.preferences.volume;
    video.muted = this.preferences.muted;
    this.playback = new Playback(video, base, loader, this.preferences.bandwidth, {
      changed: () => this.changed(),
      stalled: () => this.onStalled(),
      failed: () => this.onFailed(),
      incompatible: () => this.onIncompatible(),
      refused: () => this.onRefused?.(),
      log: (kind, detail) => this.log.add(kind, detail),
    });
    this.playback.lowestOnly = this.preferences.dataSaver;
    this.current = this.build();
    this.listen();
    this.poller = new NowPoller(
      clip?.ask ?? ((failures, signal) => fetchNow(`${base}/now.json`, failures, signal)),
      (result) => this.onNow(result),
    );
    this.poller.start(first);
    this.slow = setInterval(() => this.everySecond(), 1000);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): Snapshot => this.current;

  close(): void {
    clearInterval(this.slow);
    this.closing.abort();
    this.poller.close();
    this.playback.close();
  }

  // What the viewer does.

  play(): void {
    this.wantPlaying = true;
    this.finished = false;
    if (this.now?.state === 'ended' && !this.playback.source) {
      this.startReplay();
      return;
    }
    if (this.mode() === 'shift' && this.behind() < nearLive) this.goLive();
    else if (this.mode() === 'shift') this.resumeShift();
    this.attempt();
  }
  pause(): void {
    this.wantPlaying = false;
    if (this.mode() === 'live') this.playback.following = false;
    this.expect();
    this.video.pause();
    this.changed();
  }
  toggle(): void {
    if (this.wantPlaying && this.blocked !== 'play') this.pause();
    else this.play();
  }
  /** The big tap: plays, with sound. */
  unblock(): void {
    this.video.muted = false;
    if (this.video.volume === 0) this.video.volume = 1;
    this.blocked = 'none';
    this.keep({ muted: false });
    this.play();
  }
  setMuted(muted: boolean): void {
    this.video.muted = muted;
    if (!muted && this.video.volume === 0) this.video.volume = 0.5;
    this.blocked = this.blocked === 'muted' ? 'none' : this.blocked;
    this.keep({ muted, volume: this.video.volume });
  }
  setVolume(volume: number): void {
    this.video.volume = Math.min(1, Math.max(0, volume));
    this.video.muted = this.video.volume === 0;
    if (this.blocked === 'muted' && !this.video.muted) this.blocked = 'none';
    this.keep({ volume: this.video.volume || this.preferences.volume, muted: this.video.muted });
  }
  setQuality(quality: Quality): void {
    this.quality = quality;
    this.fallback = false;
    this.judge.reset();
    const level = this.playback.engine?.levels().find((l) => l.height === quality);
    if (typeof quality === 'number' || quality === 'auto') this.playback.chooseLevel(level?.index ?? -1);
    this.reconcile();
    this.changed();
  }
  /** No picture is loaded while on: the viewer reads slides to the voice. */
  setVoiceOnly(on: boolean): void {
    if (this.voiceOnly === on) return;
    this.voiceOnly = on;
    this.reconcile();
    this.changed();
  }
  setDataSaver(on: boolean): void {
    this.playback.capLevel(on);
    this.keep({ dataSaver: on });
  }
  setTrack(track: TrackName): void {
    this.track = track;
    this.reconcile();
    this.changed();
  }
  setSpeed(speed: number): void {
    this.playback.speed = speed;
    this.changed();
  }
  /** False: what is on now is not for this viewer; nothing is loaded until it is true again, then it goes on live. */
  setAdmitted(on: boolean): void {
    if (this.admitted === on) return;
    this.admitted = on;
    this.log.add('admitted', String(on));
    if (on && !this.clipOnly) {
      this.clip = this.replay = false;
      this.playback.following = true;
    }
    if (!on) this.video.pause();
    this.reconcile();
    if (on && this.wantPlaying) this.attempt();
    this.changed();
  }
  goLive(): void {
    this.wantPlaying = true;
    this.clip = false;
    this.replay = false;
    this.playback.following = true;
    this.playback.speed = 1;
    if (this.playback.source?.kind === 'live') this.playback.toEdge('to live');
    this.reconcile();
    this.attempt();
    this.changed();
  }
  startReplay(): void {
    this.wantPlaying = true;
    this.finished = false;
    this.replay = true;
    this.clip = true;
    this.playback.following = false;
    this.reconcile();
    if (this.video.ended) this.video.currentTime = this.lead();
    this.attempt();
    this.changed();
  }
  /** To a place on the bar, in its unit. */
  seek(to: number): void {
    this.finished = false;
    if (!this.times().dates) {
      this.video.currentTime = to / 1000 + this.lead();
    } else if (to > this.liveDate() - nearLive) {
      this.goLive();
    } else {
      this.playback.following = false;
      if (!this.playback.seekDate(to)) this.openClip(to);
    }
    this.changed();
  }
  skip(seconds: number): void {
    const { at, from, to } = this.times();
    this.seek(Math.min(to, Math.max(from, at + seconds * 1000)));
  }

  // What the page shows.

  times(): Times {
    const { now } = this;
    if (this.replay || !now || !isOpen(now)) {
      const { duration } = this.video;
      const end = Number.isFinite(duration) ? duration : 0;
      const lead = this.lead();
      const at = Math.max(0, this.video.currentTime - lead) * 1000;
      return { from: 0, to: Math.max(0, end - lead) * 1000, at, dates: false, behind: 0 };
    }
    const to = this.liveDate();
    const from = Math.min(now.runStart ?? to, to);
    const live = this.mode() === 'live';
    const at = live ? to : (this.playback.date() ?? to);
    return { from, to, at, dates: true, behind: live ? 0 : Math.max(0, to - at) };
  }
  /** To a PROGRAM-DATE-TIME of what is played. */
  seekDate(date: number): void {
    this.finished = false;
    this.playback.seekDate(date);
    this.changed();
  }
  /** The moment shown, epoch ms. */
  date(): number | undefined {
    return this.playback.date();
  }
  /** A clip is played, not the live playlist: what goes along with it plays the same. */
  usesClip(): boolean {
    return this.playback.source?.kind === 'clip';
  }
  mode(): Mode {
    if (!this.playback.source) return 'idle';
    if (this.replay) return 'replay';
    return this.playback.source.kind === 'live' && this.playback.following ? 'live' : 'shift';
  }

  // What happens.

  private onNow(result: NowResult): void {
    if (result.kind === 'lost') {
      this.control.forgive(performance.now());
      if (result.failures >= 3 && this.link !== 'unknownVenue') this.link = 'lost';
    } else if (result.kind === 'unknownVenue') {
      this.link = 'unknownVenue';
      this.onRefused?.();
    } else {
      if (this.link === 'lost') this.playback.wake('server answers again');
      this.link = 'ok';
      this.clockOffset = Math.max(this.clockOffset, result.now.at - result.receivedAt);
      this.takeNow(result.now);
    }
    this.changed();
  }

  private takeNow(now: Now): void {
    const before = this.now;
    this.now = now;
    if (before?.state !== now.state) this.log.add('state', now.state);
    if (before && before.run !== now.run) this.newRun();
    if (!before && this.clipOnly) this.playback.following = false;
    if (now.state === 'away') this.control.forgive(performance.now());
    if (before && isOpen(before) && now.state === 'ended') this.onEnd();
    if (before?.state === 'away' && now.state === 'live') this.onEncoderBack();
    if (before && this.offer(before) !== this.offer(now)) this.undecodable = false;
    this.reconcile();
  }

  /** Which pictures there are to choose from. */
  private offer(now: Now): string {
    return chosenTrack(now, this.track)?.[1].renditions.join() ?? '';
  }

  /** It may send another codec now. */
  private onEncoderBack(): void {
    const before = this.noPicture();
    this.undecodable = false;
    if (before === 'browser' && this.playback.source && !this.soundOnly)
      this.playback.reopen('encoder is back');
    else this.playback.wake('encoder is back');
  }

  private onIncompatible(): void {
    this.log.add('picture', 'of a codec this browser does not know');
    this.undecodable = true;
    this.reconcile();
    this.changed();
  }

  /** Why nothing but sound is played although nobody asked for that. */
  private noPicture(): Snapshot['noPicture'] {
    const { source, engine } = this.playback;
    if (this.undecodable) return 'browser';
    const levels = engine?.levels() ?? [];
    if (!source || source.soundOnly || levels.length === 0 || levels.some(({ height }) => height > 0))
      return undefined;
    const offered = this.now ? this.offer(this.now).split(',') : [];
    return offered.some((name) => name !== '' && name !== 'audio') ? 'browser' : 'venue';
  }

  private newRun(): void {
    this.clip = this.replay = this.clipOnly !== undefined;
    this.finished = false;
    this.fallback = false;
    this.undecodable = false;
    this.judge.reset();
    this.playback.following = true;
  }

  /** Who watched an earlier moment goes on from there in the replay; who was live sees the last second out. */
  private onEnd(): void {
    if (this.mode() === 'shift') {
      const date = this.playback.date();
      this.replay = true;
      if (!this.clip && date !== undefined) this.openClip(date);
      this.clip = true;
    }
  }

  /** Makes what is played agree with what the venue says and the viewer wants. */
  private reconcile(): void {
    this.expect();
    if (!this.now) return;
    const { soundOnly } = this;
    const source = this.admitted
      ? sourceFor(this.now, { track: this.track, soundOnly, clip: this.clip })
      : undefined;
    if (source?.key === this.playback.source?.key) return;
    if (this.admitted && !source && this.now.state === 'ended' && this.playback.source && !this.finished)
      return;
    const mode = this.mode();
    const first = this.playback.source ? undefined : this.clipOnly?.resumeAt;
    const date = first ?? (mode === 'shift' || mode === 'replay' ? this.playback.date() : undefined);
    if (date !== undefined) this.playback.open(source, this.at(date));
    else this.playback.open(source);
    this.expect();
    if (source) this.attempt();
  }

  private openClip(date: number): void {
    if (!this.now || !this.admitted) return;
    this.clip = true;
    this.playback.following = false;
    const source = sourceFor(this.now, { track: this.track, soundOnly: this.soundOnly, clip: true });
    if (source?.key === this.playback.source?.key) return;
    this.playback.open(source, this.at(date));
    this.attempt();
  }

  /** Seconds of media before the first frame that belongs to a clip. */
  private lead(): number {
    const start = this.clipOnly?.start();
    return start === undefined ? 0 : (this.playback.timeOf(start) ?? 0);
  }

  private at(date: number): { date: number; guess: number } {
    return { date, guess: Math.max(0, (date - (this.now?.runStart ?? date)) / 1000) };
  }

  /** Paused for so long that the live playlist left the moment behind: the whole run still has it. */
  private resumeShift(): void {
    const date = this.playback.date();
    const range = this.playback.range();
    if (!this.clip && date !== undefined && range && date < range.from) this.openClip(date);
  }

  private expect(): void {
    const open = this.now?.state === 'live' || this.clip;
    this.playback.expected =
      this.wantPlaying && this.blocked !== 'play' && open && !this.finished && this.link !== 'unknownVenue';
  }

  private attempt(): void {
    this.expect();
    if (!this.wantPlaying || !this.playback.source) return;
    void tryPlay(this.video).then((blocked) => {
      if (blocked === undefined) return;
      // Muted although the viewer did not mute: the browser allowed no sound, in this attempt or an overlapping one.
      this.blocked = blocked === 'none' && this.silenced ? 'muted' : blocked;
      this.log.add('play', this.blocked);
      this.expect();
      this.changed();
    });
  }

  private get soundOnly(): boolean {
    return this.quality === 'sound' || this.fallback || this.voiceOnly || this.undecodable;
  }
  /** Muted, but not by the viewer. */
  private get silenced(): boolean {
    return this.video.muted && !this.preferences.muted;
  }
  private get control() {
    return this.playback.control;
  }

  private onStalled(): void {
    if (this.playback.following && this.playback.onLowestLevel()) this.judge.stalled(performance.now());
  }
  private onFailed(): void {
    this.poller.ask();
    if (this.video.paused && this.wantPlaying) this.attempt();
  }

  private everySecond(): void {
    const range = this.playback.source?.kind === 'live' ? this.playback.range() : undefined;
    if (range) this.edgeLag = range.to - this.serverNow();
    this.judgeNetwork();
    const nearEnd = this.clip && !this.replay && this.now && isOpen(this.now);
    if (nearEnd && this.wantPlaying && this.playback.started && this.behind() < nearLive) this.goLive();
    if (this.wantPlaying && this.video.paused && this.blocked === 'none' && !document.hidden) {
      if (this.playback.source && !this.finished) this.attempt();
    }
    const bandwidth = this.playback.engine?.bandwidth();
    if (bandwidth && Math.abs(bandwidth / this.preferences.bandwidth - 1) > 0.3) this.keep({ bandwidth });
    this.leaveEnded(this.isOver());
  }

  private judgeNetwork(): void {
    const offered = this.now && chosenTrack(this.now, this.track)?.[1].audioPlaylist !== undefined;
    const possible = !!offered && this.quality === 'auto' && this.mode() === 'live' && this.link === 'ok';
    const verdict = this.judge.judge(performance.now(), possible && this.playback.expected);
    if (verdict === 'stay') return;
    this.fallback = verdict === 'soundOnly';
    this.log.add('fallback', verdict);
    this.reconcile();
    this.changed();
  }

  /** After the end the last second is still played out; then the source goes and the replay is offered. */
  private leaveEnded(over: boolean): void {
    if (this.now?.state !== 'ended' || this.clip || !this.playback.source) return;
    if (!over && !this.video.ended && !this.video.paused) return;
    this.finished = true;
    this.reconcile();
    this.changed();
  }

  private isOver(): boolean {
    if (this.now?.state !== 'ended') return false;
    const end = this.playback.range()?.to;
    const date = this.playback.date();
    return this.lastSecond.over({
      since: this.serverNow() - this.now.since,
      waiting: this.playback.buffering,
      left: end === undefined || date === undefined ? undefined : (end - date) / 1000,
    });
  }

  private listen(): void {
    const { signal } = this.closing;
    const on = (target: EventTarget, types: string[], handler: () => void) => {
      for (const type of types) target.addEventListener(type, handler, { signal });
    };
    on(this.video, ['playing'], () => {
      this.everStarted = true;
      this.judge.playing();
      // It plays, whatever an earlier attempt was told.
      if (this.blocked === 'play') this.blocked = this.silenced ? 'muted' : 'none';
      this.expect();
    });
    on(this.video, ['canplay'], () => this.video.paused && this.attempt());
    on(this.video, ['ended'], () => {
      this.finished = this.clip;
      this.expect();
      this.leaveEnded(false);
      this.changed();
    });
    on(this.video, ['pause'], () => this.onPause());
    on(this.video, ['volumechange', 'play', 'seeked', 'durationchange'], () => this.changed());
    on(window, ['online'], () => this.onReturn('online'));
    on(window, ['focus'], () => this.onReturn('page focused'));
    // Out of the back-forward cache; the first showing needs nothing.
    window.addEventListener('pageshow', (event) => event.persisted && this.onReturn('page shown'), {
      signal,
    });
    on(document, ['visibilitychange', 'resume'], () => !document.hidden && this.onReturn('page visible'));
    // WeChat allows playing from the moment its bridge is there.
    on(document, ['WeixinJSBridgeReady'], () => this.attempt());
  }

  /** A pause nobody here asked for: a phone call, another app, a picture-in-picture window's button. */
  private onPause(): void {
    const video = this.video as HTMLVideoElement & { webkitDisplayingFullscreen?: boolean };
    const byWindow = document.pictureInPictureElement === video || video.webkitDisplayingFullscreen === true;
    if (this.wantPlaying && byWindow && !document.hidden && !video.ended) this.pause();
    else this.log.add('paused', this.wantPlaying ? 'by the system' : 'by the viewer');
    this.changed();
  }

  /** Back from a call, a tunnel or sleep: live again without a tap. */
  private onReturn(why: string): void {
    this.poller.ask();
    if (!this.wantPlaying) return;
    if (this.mode() === 'live' && (this.video.paused || (this.playback.latency() ?? 0) > 3)) {
      this.playback.toEdge(why);
      this.playback.wake(why);
    } else if (why === 'online') this.playback.wake(why);
    if (this.video.paused && this.blocked !== 'play') this.attempt();
  }

  private keep(change: Partial<Preferences>): void {
    Object.assign(this.preferences, change);
    storePreferences(this.preferences);
    this.changed();
  }

  private offset(): number {
    return Number.isFinite(this.clockOffset) ? this.clockOffset : 0;
  }
  private serverNow(): number {
    return Date.now() + this.offset();
  }
  /** The moment a viewer who is live sees. */
  private liveDate(): number {
    const range = this.playback.source?.kind === 'live' ? this.playback.range() : undefined;
    const edge = range?.to ?? this.serverNow() + this.edgeLag;
    return edge - this.control.target * 1000;
  }
  private behind(): number {
    const date = this.playback.date();
    return date === undefined ? Number.POSITIVE_INFINITY : this.liveDate() - date;
  }

  private changed(): void {
    this.current = this.build();
    for (const listener of this.listeners) listener();
  }

  private build(): Snapshot {
    const { engine } = this.playback;
    const levels = engine?.levels() ?? [];
    const chosen = this.now && chosenTrack(this.now, this.track);
    const tracks = (['program', 'slides'] as const).filter((name) => this.now?.tracks[name]);
    return {
      now: this.now,
      link: this.link,
      mode: this.mode(),
      track: chosen?.[0] ?? this.track,
      tracks,
      playing: this.wantPlaying && this.blocked !== 'play' && !this.finished,
      buffering: this.playback.buffering || (!this.playback.started && this.playback.source !== undefined),
      everStarted: this.everStarted,
      blocked: this.blocked,
      muted: this.video.muted,
      volume: this.video.volume,
      quality: this.quality,
      soundOnly: this.playback.source?.soundOnly ?? false,
      voiceOnly: this.voiceOnly,
      fallback: this.fallback,
      noPicture: this.noPicture(),
      soundOffered: chosen?.[1].audioPlaylist !== undefined,
      dataSaver: this.preferences.dataSaver,
      levels,
      level: levels.find((level) => level.index === engine?.level()),
      speed: this.playback.speed,
      finished: this.finished,
    };
  }
}
