/**
 * One rendition of one run: takes parts from a segmenter or ladder, has them recorded, makes them visible in order,
 * and serves playlists, segments and parts. A part becomes visible when it is recorded, or after 120 ms: a slow disk
 * must not stall viewers (fault 93).
 */
import type { Logger } from 'pino';
import type { Tier } from '#contracts/media-urls.ts';
import type { RenditionReport } from '../formats/m3u8.ts';
import type { RecordedRendition, RenditionRecording } from '../recording/recording.ts';
import type { MediaSpan, PlaylistAnswer, PlaylistRequest, ServedRendition } from './catalog.ts';
import { Bandwidth } from './playlist-bandwidth.ts';
import { judge, type PlaylistState, reached } from './playlist-directives.ts';
import { isGap, type SegmentRecord, Segments } from './playlist-segments.ts';
import { PlaylistView } from './playlist-view.ts';
import { Waiters } from './playlist-waiters.ts';
import type { Init, Part, RenditionSink, SegmentStart } from './segment.ts';

export type RenditionOptions = {
  /** Whole seconds, fixed for the run. */
  readonly targetDuration: number;
  readonly recording: RenditionRecording;
  /** What the recording holds already (crash restart, ended run). */
  readonly recorded?: RecordedRendition;
  /** Seconds of media kept in memory although stored; three target durations unless told. */
  readonly memorySeconds?: number;
  /** Hard bound of bytes in memory, stored or not; 48 MiB unless told. */
  readonly memoryBytes?: number;
  /** Seconds listed by the live playlist; 30 min unless told. */
  readonly windowSeconds?: number;
  /** Held requests at most; 20,000 unless told. */
  readonly maxWaiters?: number;
  /** Told once a finished segment is on disk, or will never be. */
  readonly onStored?: (msn: number, stored: boolean) => void;
  readonly log: Logger;
};

/** Reads a rendition as it is published. Calls as in `RenditionSink`; must not block. */
export type RenditionTap = RenditionSink & { ended(): void };

/** The last segment and part of a playlist (RFC 8216bis 4.4.5.4). */
export type LastPosition = { readonly msn: number; readonly part: number | undefined };

type Step = { readonly apply: () => void; ready: boolean };
/** Answers of the recording still to come for one segment. */
type Tally = { waiting: number; failed: boolean; record: SegmentRecord | undefined };

/** Ms by which a border may lie beside a part's end and still be it. */
const borderSlack = 20;
/** Ms a part waits for the disk before viewers get it all the same. */
const publishWithin = 120;

export class Rendition implements RenditionSink, ServedRendition {
  readonly targetDuration: number;
  readonly #recording: RenditionRecording;
  readonly #segments: Segments;
  readonly #view: PlaylistView;
  readonly #waiters: Waiters;
  readonly #bandwidth: Bandwidth;
  readonly #onStored: ((msn: number, stored: boolean) => void) | undefined;
  readonly #log: Logger;
  readonly #queue: Step[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #tallies = new Map<number, Tally>();
  readonly #taps = new Map<RenditionTap, { live: boolean }>();
  #reports: (tier: Tier) => readonly RenditionReport[] = () => [];
  #discontinuitiesBefore: (msn: number) => number = () => 0;
  /** The segment being written (not yet necessarily visible). */
  #writing: { readonly msn: number; parts: number } | undefined;
  #nextMsn: number | undefined;
  #closed = false;
  #withdrawn = false;
  #visible = false;
  #rewrites = 0;
  #changed: 'no' | 'parts' | 'segments' = 'no';
  #state: 'live' | 'ending' | 'ended' | 'closed' = 'live';

  constructor(options: RenditionOptions) {
    const { targetDuration, recording, recorded } = options;
    this.targetDuration = targetDuration;
    this.#recording = recording;
    this.#log = options.log;
    this.#onStored = options.onStored;
    this.#segments = new Segments(
      {
        recording,
        memorySeconds: options.memorySeconds ?? 3 * targetDuration,
        memoryBytes: options.memoryBytes ?? 48 * 1024 * 1024,
        windowSeconds: options.windowSeconds ?? 1800,
      },
      recorded,
    );
    this.#waiters = new Waiters(options.maxWaiters ?? 20_000);
    this.#bandwidth = new Bandwidth(targetDuration);
    for (const segment of this.#segments.records)
      if (!isGap(segment)) this.#bandwidth.add(segment.length, segment.duration);
    this.#view = new PlaylistView({
      segments: this.#segments,
      targetDuration,
      ended: () => this.ended,
      openMsn: () => this.#openMsn,
      discontinuityBase: () => this.discontinuityBase,
      reports: (tier) => this.#reports(tier),
    });
    const { last } = this.#segments;
    if (last) {
      this.#nextMsn = last.msn + 1;
      this.#visible = true;
    }
    if (recorded?.ended) this.#state = 'ended';
  }

  // What others read of it.

  get ended(): boolean {
    return this.#state === 'ended';
  }
  /** Something can be played. */
  get visible(): boolean {
    return this.#visible;
  }
  /** Number of the segment that may be started next; undefined while any may be. */
  get nextMsn(): number | undefined {
    return this.#nextMsn;
  }
  /** Number of the init that may be given next. */
  get nextInit(): number {
    return this.#segments.nextInit;
  }
  /** The newest init: codecs, size, frame rate. */
  get format(): Init | undefined {
    return this.#segments.newestInit;
  }
  /** Bit/s over finished segments; before the first, over the parts so far; 0 before those. */
  get bandwidth(): { readonly peak: number; readonly average: number } {
    const { peak, average } = this.#bandwidth;
    const { open } = this.#segments;
    if (average > 0 || !open || open.duration === 0) return { peak, average };
    const sofar = (open.length * 8) / open.duration;
    return { peak: sofar, average: sofar };
  }
  /** Every segment so far starts with an IDR. */
  get independent(): boolean {
    return this.#segments.independent;
  }
  /** Records of the whole run, for clips. */
  get segments(): Segments {
    return this.#segments;
  }
  get waiting(): number {
    return this.#waiters.size;
  }
  get last(): LastPosition | undefined {
    const { last, records } = this.#segments;
    const shown = last && !last.complete && last.parts.length === 0 ? records.at(-2) : last;
    if (!shown) return undefined;
    return { msn: shown.msn, part: shown.parts.length > 0 ? shown.parts.length - 1 : undefined };
  }
  /** The last finished segment, as the standard tier reports it. */
  get lastSegmentPosition(): LastPosition | undefined {
    const { open, records, last } = this.#segments;
    const finished = open ? records.at(-2) : last;
    return finished && { msn: finished.msn, part: undefined };
  }

  /** How many DISCONTINUITY tags of its own stand before a segment, which it need not have yet. */
  discontinuitiesBefore(msn: number): number {
    const { last } = this.#segments;
    const found = this.#segments.find(msn);
    if (found) return found.discontinuities;
    if (!last || msn <= last.msn) return 0;
    return last.discontinuities + (last.discontinuity ? 1 : 0);
  }

  /** Number of its first segment; undefined before it. */
  get firstMsn(): number | undefined {
    return this.#segments.records[0]?.msn;
  }

  /** Discontinuities of the run before its first segment. */
  get discontinuityBase(): number {
    const { firstMsn } = this;
    return firstMsn === undefined ? 0 : this.#discontinuitiesBefore(firstMsn);
  }

  /**
   * Where a rendition that begins in the middle of a run learns the discontinuities before it, so that the numbers
   * of all renditions stay comparable (RFC 8216bis 6.2.4).
   */
  alignWith(discontinuitiesBefore: (msn: number) => number): void {
    this.#discontinuitiesBefore = discontinuitiesBefore;
  }

  /** A rung that was given up: its playlists are gone at once, so that players change over; its media stays readable. */
  withdraw(): void {
    this.#withdrawn = true;
    this.#waiters.wake();
  }
  get withdrawn(): boolean {
    return this.#withdrawn;
  }

  /** Where the EXT-X-RENDITION-REPORTs of its playlists come from. */
  reportOn(reports: (tier: Tier) => readonly RenditionReport[]): void {
    this.#reports = reports;
  }

  /**
   * Reads what is published from the next segment on, after the init in force. Returns what ends it.
   * A tap that throws is removed: it must never harm the source.
   */
  tap(tap: RenditionTap): () => void {
    this.#taps.set(tap, { live: false });
    const { format } = this;
    if (format) this.#tell(tap, () => tap.init(format));
    if (this.ended) this.#tell(tap, () => tap.ended());
    return () => void this.#taps.delete(tap);
  }

  // RenditionSink: what a segmenter or ladder writes.

  init(init: Init): void {
    if (!this.#open('init')) return;
    void this.#recording.init(init);
    this.#enqueue(() => {
      this.#segments.addInit(init);
      this.#tellAll((tap) => tap.init(init), false);
    });
  }

  startSegment(start: SegmentStart): void {
    if (!this.#open('startSegment') || !this.#inOrder(start.msn)) return;
    this.#finishWriting();
    this.#writing = { msn: start.msn, parts: 0 };
    this.#nextMsn = start.msn + 1;
    this.#tallies.set(start.msn, { waiting: 0, failed: false, record: undefined });
    this.#count(start.msn, this.#recording.startSegment(start));
    this.#enqueue(() => {
      this.#segments.start(start);
      this.#tellAll((tap) => tap.startSegment(start), true);
    });
  }

  part(part: Part): void {
    if (!this.#open('part')) return;
    const writing = this.#writing;
    if (writing?.msn !== part.msn || writing.parts !== part.index) {
      this.#log.error(
        { msn: part.msn, part: part.index, expected: writing ?? null },
        'part out of order, dropped',
      );
      return;
    }
    writing.parts++;
    const stored = this.#recording.part(part);
    this.#count(part.msn, stored);
    this.#enqueue(() => {
      const segment = this.#segments.open;
      if (!segment) return;
      this.#segments.addPart(segment, part);
      this.#visible = true;
      if (this.#changed === 'no') this.#changed = 'parts';
      this.#tellAll((tap) => tap.part(part));
    }, stored);
  }

  endSegment(msn: number): void {
    if (this.#open('endSegment') && this.#writing?.msn === msn) this.#finishWriting();
  }

  gap(start: SegmentStart, duration: number): void {
    if (!this.#open('gap') || !this.#inOrder(start.msn)) return;
    this.#finishWriting();
    this.#nextMsn = start.msn + 1;
    void this.#recording.gap(start, duration);
    this.#enqueue(() => {
      this.#segments.gap(start, duration);
      this.#visible = true;
      this.#changed = 'segments';
      this.#tellAll((tap) => tap.gap(start, duration), true);
    });
  }

  /** The run is over: ENDLIST once all parts are visible. Resolves when the recording has its end. */
  async end(): Promise<void> {
    if (this.#state !== 'live') return;
    this.#finishWriting();
    this.#state = 'ending';
    this.#enqueue(() => {
      if (this.#state !== 'ending') return;
      this.#state = 'ended';
      this.#changed = 'segments';
      this.#tellAll((tap) => tap.ended(), false);
    });
    await this.#recording.end();
  }

  /** The process is about to stop: whoever is held is answered now (503), and so is whoever asks to be. What is recorded goes on. */
  dismiss(): void {
    this.#waiters.close();
  }

  /** The process stops, the run goes on later: lets go of everyone waiting. May be called twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#state !== 'ended') this.#state = 'closed';
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#taps.clear();
    this.#waiters.close();
    await this.#recording.close();
  }

  // ServedRendition: what viewers ask.

  async playlist(request: PlaylistRequest, signal: AbortSignal): Promise<PlaylistAnswer> {
    const { tier } = request;
    if (this.#withdrawn) return { kind: 'gone' };
    const verdict = judge(this.#playlistState(tier), request);
    if (typeof verdict === 'object') return { kind: 'badDirective', detail: verdict.refused };
    if (verdict === 'wait') {
      const isReached = () => this.#withdrawn || reached(this.#playlistState(tier), request);
      const end = await this.#waiters.wait(isReached, signal, this.#patience);
      if (this.#withdrawn) return { kind: 'gone' };
      if (end !== 'reached') return { kind: 'timeout' };
    }
    return { kind: 'playlist', rendered: this.#view.get(tier, request.skip), ended: this.ended };
  }

  span(msn: number, index?: number): MediaSpan | undefined {
    const segments = this.#segments;
    const segment = segments.find(msn);
    if (!segment || segment.missing) return undefined;
    const start = segment.programDateTime;
    if (index === undefined) {
      if (!segment.complete) return undefined;
      const upTo = (until: number): number => {
        const ends = segments
          .partEnds(segment)
          .filter(({ seconds }) => start + seconds * 1000 <= until + borderSlack);
        return ends.at(-1)?.bytes ?? 0;
      };
      return { from: start, to: start + segment.duration * 1000, bytes: segment.length, upTo };
    }
    const end = segments.partEnd(segment, index);
    if (!end) return undefined;
    const before = segments.partEnd(segment, index - 1);
    const bytes = end.bytes - (before?.bytes ?? 0);
    // A part is given whole or not at all.
    return {
      from: start + (before?.seconds ?? 0) * 1000,
      to: start + end.seconds * 1000,
      bytes,
      upTo: () => bytes,
    };
  }

  readInit(k: number): Promise<Buffer | undefined> {
    return this.#segments.init(k);
  }

  async readSegment(msn: number, signal?: AbortSignal): Promise<Buffer | undefined> {
    const open = () => this.#state === 'live' && this.#segments.find(msn)?.complete === false;
    if (signal && open()) await this.#waiters.wait(() => !open(), signal, this.#patience);
    return this.#segments.segment(msn);
  }

  async readPart(msn: number, index: number, signal: AbortSignal): Promise<Buffer | undefined> {
    const exists = () => index < (this.#segments.find(msn)?.parts.length ?? 0);
    const hinted = () =>
      !this.ended && msn === this.#openMsn && index === (this.#segments.open?.parts.length ?? 0);
    if (!exists() && hinted()) await this.#waiters.wait(() => exists() || !hinted(), signal, this.#patience);
    const segment = this.#segments.find(msn);
    return segment && this.#segments.part(segment, index);
  }

  // Within.

  get #openMsn(): number {
    const { last } = this.#segments;
    if (!last) return 0;
    return last.complete ? last.msn + 1 : last.msn;
  }

  /** Ms a request is held at most (DESIGN 4, rule 4). */
  get #patience(): number {
    return 3 * this.targetDuration * 1000;
  }

  #playlistState(tier: Tier): PlaylistState {
    const { open, records, last } = this.#segments;
    const finished = open ? records.at(-2) : last;
    const noParts = !finished || isGap(finished) || finished.parts.length === 0;
    return {
      ended: this.ended,
      empty: tier === 'standard' ? !finished : !this.#visible,
      lastSegment: this.#openMsn - 1,
      lastSegmentParts: noParts ? Number.POSITIVE_INFINITY : finished.parts.length,
      openParts: open?.parts.length ?? 0,
    };
  }

  #open(call: string): boolean {
    if (this.#state === 'live') return true;
    this.#log.warn({ call, state: this.#state }, 'rendition takes no more media, dropped');
    return false;
  }

  /** Media sequence numbers go up by one, never back (DESIGN 4, rule 5). */
  #inOrder(msn: number): boolean {
    if (this.#nextMsn === undefined || msn === this.#nextMsn) return true;
    this.#log.error({ msn, expected: this.#nextMsn }, 'segment out of order, dropped');
    return false;
  }

  /** Ends the segment being written, as it stands. */
  #finishWriting(): void {
    const writing = this.#writing;
    if (!writing) return;
    this.#writing = undefined;
    this.#count(writing.msn, this.#recording.endSegment(writing.msn));
    this.#enqueue(() => {
      const segment = this.#segments.open;
      if (!segment) return;
      this.#segments.complete(segment);
      this.#bandwidth.add(segment.length, segment.duration);
      this.#changed = 'segments';
      const tally = this.#tallies.get(segment.msn);
      if (tally) this.#settle(tally, segment);
      this.#tellAll((tap) => tap.endSegment(segment.msn));
    });
  }

  /** Gathers what the recording says of one segment's records. */
  #count(msn: number, stored: Promise<boolean>): void {
    const tally = this.#tallies.get(msn);
    if (!tally) return;
    tally.waiting++;
    const done = (ok: boolean) => {
      tally.waiting--;
      if (!ok) tally.failed = true;
      if (tally.record) this.#settle(tally, tally.record);
    };
    stored.then(done, () => done(false));
  }

  #settle(tally: Tally, record: SegmentRecord): void {
    tally.record = record;
    if (tally.waiting > 0 || !this.#tallies.delete(record.msn)) return;
    this.#segments.settle(record, !tally.failed);
    if (this.#segments.rewrites !== this.#rewrites) this.#view.changed(true);
    this.#rewrites = this.#segments.rewrites;
    this.#onStored?.(record.msn, !tally.failed);
  }

  /** Steps become visible in order; one with a promise when it resolves, or after `publishWithin`. */
  #enqueue(apply: () => void, stored?: Promise<unknown>): void {
    const step: Step = { apply, ready: stored === undefined };
    this.#queue.push(step);
    if (!stored) {
      this.#drain();
      return;
    }
    const ready = () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
      if (step.ready || this.#state === 'closed') return;
      step.ready = true;
      this.#drain();
    };
    const timer = setTimeout(ready, publishWithin);
    this.#timers.add(timer);
    stored.then(ready, ready);
  }

  /** A segment's last part and its EXTINF are applied together here, so they appear in one rendering (DESIGN 4, rule 3). */
  #drain(): void {
    while (this.#queue[0]?.ready) this.#queue.shift()?.apply();
    if (this.#changed === 'no') return;
    const { rewrites } = this.#segments;
    this.#view.changed(this.#changed === 'segments' || rewrites !== this.#rewrites);
    this.#rewrites = rewrites;
    this.#changed = 'no';
    this.#waiters.wake();
  }

  /** `begins`: a segment begins here, from which new taps read on; undefined: only for those already reading. */
  #tellAll(call: (tap: RenditionTap) => void, begins?: boolean): void {
    for (const [tap, reading] of this.#taps) {
      if (begins) reading.live = true;
      if (reading.live || begins === false) this.#tell(tap, () => call(tap));
    }
  }

  #tell(tap: RenditionTap, call: () => void): void {
    try {
      call();
    } catch (err) {
      this.#taps.delete(tap);
      this.#log.error({ err }, 'tap of a rendition threw, removed');
    }
  }
}
