/**
 * One video element and the engine that feeds it: opens sources, keeps to the live edge, counts stalls, and
 * recovers by itself. Knows playlists, not venues: the Player says what to play and whether it should move.
 */
import type HlsClass from 'hls.js';
import type { Engine, EngineEvents } from './engine.ts';
import { FrameHold } from './frame-hold.ts';
import { HlsEngine } from './hls-engine.ts';
import { baseTarget, controlInterval, LatencyControl } from './latency-control.ts';
import { NativeEngine } from './native-engine.ts';
import type { Source } from './source.ts';
import { dateAt, dateRange, timeAt, timeWithin } from './time-map.ts';
import { backoff, Watchdog } from './watchdog.ts';

/** hls.js where there is a MediaSource, else undefined: the browser plays by itself. */
export type HlsLoader = () => Promise<typeof HlsClass | undefined>;

export type PlaybackEvents = {
  /** Anything worth showing changed (levels, buffering, first frame). */
  changed(): void;
  /** The picture stopped for want of data. */
  stalled(): void;
  /** The engine gave up; another try is already planned. */
  failed(): void;
  /** This browser decodes none of the pictures offered. */
  incompatible(): void;
  /** The media were refused (403, 404). */
  refused(): void;
  log(kind: string, detail?: string): void;
};

export class Playback {
  readonly control = new LatencyControl();
  readonly hold: FrameHold;
  engine: Engine | undefined;
  source: Source | undefined;
  /** Keep to the live edge; false while the viewer looks at an earlier moment. */
  following = true;
  /** Playback is wished and the venue sends: the playhead should move. */
  expected = false;
  lowestOnly = false;
  /** A level's index, −1: automatic. */
  chosenLevel = -1;
  /** Chosen speed of a replay. */
  speed = 1;
  bandwidth: number;
  /** Showing pictures (or playing sound) of the present source. */
  started = false;
  buffering = false;
  stalls = 0;

  private readonly video: HTMLVideoElement;
  private readonly base: string;
  private readonly loader: HlsLoader;
  private readonly events: PlaybackEvents;
  private readonly watchdog = new Watchdog();
  private readonly closing = new AbortController();
  private readonly timer: ReturnType<typeof setInterval>;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private opening = 0;
  private activeAt = 0;
  private tickedAt = 0;
  private startingUntil = 0;
  private wantedDate: number | undefined;

  constructor(
    video: HTMLVideoElement,
    base: string,
    loader: HlsLoader,
    bandwidth: number,
    events: PlaybackEvents,
  ) {
    this.video = video;
    this.base = base;
    this.loader = loader;
    this.bandwidth = bandwidth;
    this.events = events;
    this.hold = new FrameHold(video);
    this.timer = setInterval(() => this.tick(), controlInterval);
    const { signal } = this.closing;
    video.addEventListener('playing', () => this.onPlaying(), { signal });
    video.addEventListener('waiting', () => this.onWaiting(), { signal });
    video.addEventListener('loadeddata', () => this.onFirstData(), { signal });
  }

  /** Plays this source instead. `at`: a date (epoch ms) and the media time it probably has (seconds); else the live edge or the beginning. */
  open(source: Source | undefined, at?: { date: number; guess: number }): void {
    clearTimeout(this.retry);
    const turn = ++this.opening;
    this.hold.hold();
    this.bandwidth = this.engine?.bandwidth() || this.bandwidth;
    this.engine?.destroy();
    this.engine = undefined;
    this.source = source;
    this.started = false;
    this.wantedDate = at?.date;
    this.watchdog.restart(performance.now());
    this.events.changed();
    if (!source) {
      this.hold.release();
      return;
    }
    this.events.log('open', source.path);
    this.loader()
      .then((Hls) => {
        if (turn === this.opening && !this.closing.signal.aborted)
          this.engine = this.build(Hls, source, at?.guess);
      })
      .catch((error: unknown) => this.fail(`engine did not start: ${String(error)}`));
  }

  /** Opens the same source again, at the same moment if the viewer was not at the edge. */
  reopen(why: string): void {
    this.events.log('reload', why);
    const date = this.following ? undefined : this.date();
    this.open(this.source, date === undefined ? undefined : { date, guess: this.video.currentTime });
  }

  close(): void {
    clearInterval(this.timer);
    clearTimeout(this.retry);
    this.closing.abort();
    this.engine?.destroy();
    this.engine = undefined;
  }

  /** Seconds from the picture shown to the live edge. */
  latency(): number | undefined {
    const edge = this.engine?.edge();
    return edge === undefined || !this.started ? undefined : edge - this.video.currentTime;
  }
  /** Seconds buffered ahead. */
  buffer(): number {
    const { buffered, currentTime } = this.video;
    for (let i = 0; i < buffered.length; i++) {
      // A tenth of a second of tolerance: at the start the first sample may lie a frame after the playhead.
      if (buffered.start(i) - 0.1 <= currentTime && currentTime < buffered.end(i))
        return buffered.end(i) - currentTime;
    }
    return 0;
  }
  /** The moment shown, epoch ms. */
  date(): number | undefined {
    return this.engine ? dateAt(this.engine.spans(), this.video.currentTime) : undefined;
  }
  /** Media time of a PROGRAM-DATE-TIME, seconds; undefined while what is played does not have it. */
  timeOf(date: number): number | undefined {
    return this.engine ? timeWithin(this.engine.spans(), date) : undefined;
  }
  range(): { from: number; to: number } | undefined {
    return this.engine ? dateRange(this.engine.spans()) : undefined;
  }

  /** Shows a moment of the present playlist. False when it reaches less far back. */
  seekDate(date: number): boolean {
    const spans = this.engine?.spans() ?? [];
    const range = dateRange(spans);
    const within = timeWithin(spans, date);
    if (within === undefined && (!range || date < range.from - 1000)) return false;
    const time = within ?? timeAt(spans, date);
    if (time === undefined) return false;
    this.video.currentTime = time;
    return true;
  }

  /** To the live edge of the present playlist, and stay there. */
  toEdge(why: string): void {
    this.following = true;
    const edge = this.engine?.edge();
    if (edge === undefined) return;
    const to = edge - this.control.target;
    if (Math.abs(to - this.video.currentTime) < 0.3) return;
    this.events.log('jump', `${why} ${(to - this.video.currentTime).toFixed(2)} s`);
    this.video.currentTime = Math.max(0, to);
  }

  chooseLevel(level: number): void {
    this.chosenLevel = level;
    this.engine?.choose(level);
  }
  capLevel(lowest: boolean): void {
    this.lowestOnly = lowest;
    this.engine?.cap(lowest);
  }
  onLowestLevel(): boolean {
    const levels = this.engine?.levels() ?? [];
    const least = levels.reduce((low, level) => Math.min(low, level.bitrate), Number.POSITIVE_INFINITY);
    const present = levels.find((level) => level.index === this.engine?.level());
    return levels.length <= 1 || present?.bitrate === least;
  }
  /** Online again, or the page woke: do not wait for the next timer. */
  wake(why: string): void {
    this.events.log('wake', why);
    this.watchdog.restart(performance.now());
    if (this.retry !== undefined) this.reopen(why);
    else if (!this.started || this.buffer() < 0.1) this.engine?.startLoad();
  }

  private build(Hls: typeof HlsClass | undefined, source: Source, startAt: number | undefined): Engine {
    const events: EngineEvents = {
      failed: (reason) => this.fail(reason),
      incompatible: () => this.events.incompatible(),
      refused: () => this.events.refused(),
      levels: () => {
        if (this.lowestOnly) this.engine?.cap(true);
        this.events.changed();
      },
      activity: () => {
        this.activeAt = performance.now();
      },
      timeline: () => {
        if (!this.engine) return;
        const { partTarget, longestSegment } = this.engine.pace();
        this.control.setBase(baseTarget(partTarget, longestSegment));
      },
    };
    const options = {
      url: `${this.base}/${source.path}`,
      lowLatency: source.lowLatency,
      live: source.kind === 'live',
      bandwidth: this.bandwidth,
      ...(startAt === undefined ? {} : { startAt }),
    };
    if (!Hls) return new NativeEngine(this.video, options, events);
    const engine = new HlsEngine(Hls, this.video, options, events);
    if (this.chosenLevel >= 0) engine.choose(this.chosenLevel);
    return engine;
  }

  private fail(reason: string): void {
    if (this.retry !== undefined) return;
    const wait = backoff(this.failures++, Math.random(), 8000);
    this.events.log('failed', `${reason}; again in ${wait} ms`);
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.reopen('after failure');
    }, wait);
    this.events.failed();
  }

  private onPlaying(): void {
    const now = performance.now();
    if (!this.started) this.events.log('playing');
    if (!this.started || this.buffering) this.startingUntil = now + 1500;
    this.failures = 0;
    this.started = true;
    this.buffering = false;
    this.hold.release();
    this.events.changed();
  }

  private onWaiting(): void {
    this.buffering = true;
    // After a jump data is awaited too; a stall is when it was there and ran out.
    if (this.started && this.expected && !this.video.seeking) {
      this.stalls++;
      this.events.log('stall', `latency ${this.latency()?.toFixed(2) ?? '?'} s`);
      if (this.following) this.control.stalled(performance.now());
      this.events.stalled();
    }
    this.events.changed();
  }

  /** The first picture is there although the browser may refuse to play; and a guessed start can be put right. */
  private onFirstData(): void {
    this.hold.release();
    const date = this.wantedDate;
    this.wantedDate = undefined;
    const shown = this.date();
    if (date !== undefined && shown !== undefined && Math.abs(shown - date) > 1500) this.seekDate(date);
  }

  private tick(): void {
    if (!this.engine || !this.source) return;
    const now = performance.now();
    // The page slept, or its computer did: what ran dry meanwhile says nothing of the network.
    if (now - this.tickedAt > 2000) this.control.forgive(now);
    this.tickedAt = now;
    const buffer = this.buffer();
    this.keepToEdge(now, buffer);
    const rescue = this.watchdog.look({
      now,
      expected: this.expected && this.retry === undefined && navigator.onLine !== false,
      time: this.video.currentTime,
      buffer,
      gap: buffer > 0 ? undefined : this.gap(),
      activeAt: this.activeAt,
    });
    if (rescue !== 'none') this.rescue(rescue, buffer);
  }

  private keepToEdge(now: number, buffer: number): void {
    const { video } = this;
    if (this.engine?.kind === 'native') return;
    if (!this.following || this.source?.kind !== 'live') {
      if (video.playbackRate !== this.speed) video.playbackRate = this.speed;
      return;
    }
    const latency = this.latency();
    if (latency === undefined || video.paused || video.seeking || !this.expected) return;
    const decision = this.control.decide({ now, latency, buffer, starting: now < this.startingUntil });
    if ('jump' in decision) {
      this.events.log('jump', `${decision.jump.toFixed(2)} s`);
      video.currentTime += decision.jump;
    }
    const rate = Math.round(decision.rate * 200) / 200;
    if (video.playbackRate !== rate) video.playbackRate = rate;
  }

  private gap(): number | undefined {
    const { buffered, currentTime } = this.video;
    for (let i = 0; i < buffered.length; i++) {
      if (buffered.start(i) > currentTime) return buffered.start(i) - currentTime;
    }
    return undefined;
  }

  private rescue(rescue: 'nudge' | 'startLoad' | 'recover' | 'reload', buffer: number): void {
    this.events.log('rescue', rescue);
    switch (rescue) {
      case 'nudge':
        this.video.currentTime += (buffer > 0 ? 0 : (this.gap() ?? 0)) + 0.1;
        if (this.video.paused) this.events.failed();
        return;
      case 'startLoad':
        this.engine?.startLoad();
        return;
      case 'recover':
        this.engine?.recover();
        return;
      case 'reload':
        this.reopen('watchdog');
    }
  }
}
