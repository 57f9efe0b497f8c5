/** hls.js as an engine. Its own latency control and its giving up are off: LatencyControl and Watchdog own these. */
import type HlsClass from 'hls.js';
import type { Events, HlsConfig, InitPTSFoundData, LevelDetails, LoadPolicy, RetryConfig } from 'hls.js';
import type { Engine, EngineEvents, EngineSource, Level } from './engine.ts';
import type { Span } from './time-map.ts';

/** Retries for as long as the page is open what a restarting server or an absent encoder causes; the rest is the Watchdog's. */
const patient = (firstByteMs: number, retries: number): LoadPolicy => {
  const retry: RetryConfig = {
    maxNumRetry: retries,
    retryDelayMs: 400,
    maxRetryDelayMs: 2500,
    backoff: 'exponential',
    shouldRetry: (
      _config: unknown,
      count: number,
      timeout: boolean,
      response: { code?: number | undefined } | undefined,
    ) => {
      const code = response?.code ?? 0;
      return count < retries && (timeout || code === 0 || code === 429 || code >= 500);
    },
  };
  return {
    default: {
      maxTimeToFirstByteMs: firstByteMs,
      maxLoadTimeMs: 30_000,
      timeoutRetry: retry,
      errorRetry: retry,
    },
  };
};

/**
 * hls.js 1.7 asks for the first sound not when the first picture has told it the time, but one or two of its ticks
 * of 100 ms later: nothing is shown until then. This one asks at once.
 */
function promptSound(Hls: typeof HlsClass): Partial<HlsConfig> {
  const { audioStreamController: Base } = Hls.DefaultConfig;
  if (!Base) return {};
  class PromptSound extends Base {
    override onInitPtsFound(event: Events.INIT_PTS_FOUND, data: InitPTSFoundData): void {
      super.onInitPtsFound(event, data);
      if (data.id !== 'main') return;
      // The first tick ends the waiting, the second loads.
      this.tick();
      this.tickImmediate();
    }
  }
  return { audioStreamController: PromptSound };
}

const config = (source: EngineSource): Partial<HlsConfig> => ({
  lowLatencyMode: source.lowLatency,
  startPosition: source.startAt ?? -1,
  startFragPrefetch: true,
  // fMP4 passes through; starting a worker costs more than it saves.
  enableWorker: false,
  testBandwidth: false,
  abrEwmaDefaultEstimate: source.bandwidth,
  abrEwmaDefaultEstimateMax: 20e6,
  maxLiveSyncPlaybackRate: 1,
  liveSyncOnStallIncrease: 0,
  ...(source.live ? { liveSyncDuration: source.lowLatency ? 0.96 : 6 } : {}),
  // An encoder that is away leaves the playlist unchanged for minutes; that is not an error.
  liveMaxUnchangedPlaylistRefresh: Number.POSITIVE_INFINITY,
  liveDurationInfinity: true,
  backBufferLength: 60,
  maxBufferLength: 30,
  maxBufferSize: 40e6,
  errorPenaltyExpireMs: 20_000,
  enableInterstitialPlayback: false,
  enableDateRangeMetadataCues: false,
  enableEmsgMetadataCues: false,
  enableID3MetadataCues: false,
  // A held request ends by itself after three target durations, at most 30 s.
  playlistLoadPolicy: patient(32_000, 1000),
  manifestLoadPolicy: patient(8000, 2),
  fragLoadPolicy: patient(10_000, 6),
});

export class HlsEngine implements Engine {
  readonly kind = 'hls.js';
  private readonly hls: HlsClass;
  private readonly lowLatency: boolean;

  constructor(Hls: typeof HlsClass, video: HTMLVideoElement, source: EngineSource, events: EngineEvents) {
    const hls = new Hls({ ...config(source), ...promptSound(Hls) });
    this.hls = hls;
    this.lowLatency = source.lowLatency;
    hls.on(Hls.Events.ERROR, (_, data) => {
      const code = data.response?.code;
      if (code === 403 || code === 404) events.refused();
      if (data.fatal) events.failed(`${data.details}${data.response ? ` ${data.response.code}` : ''}`);
      if (data.details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR) events.incompatible();
    });
    hls.on(Hls.Events.MANIFEST_PARSED, events.levels);
    hls.on(Hls.Events.LEVEL_SWITCHED, events.levels);
    hls.on(Hls.Events.LEVEL_UPDATED, () => {
      events.activity();
      events.timeline();
    });
    hls.on(Hls.Events.FRAG_LOADED, events.activity);
    hls.on(Hls.Events.FRAG_BUFFERED, events.activity);
    hls.loadSource(source.url);
    hls.attachMedia(video);
  }

  private get details(): LevelDetails | null {
    return this.hls.latestLevelDetails;
  }

  /** Newest media listed plus the time since it was; that time is bounded, for an edge that stopped is no edge to run after. */
  edge(): number | undefined {
    const details = this.details;
    if (!details?.live) return undefined;
    const most = details.partTarget > 0 ? details.partTarget * 3 : details.targetduration * 1.5;
    return details.edge + Math.min(Math.max(0, details.age), most);
  }

  pace(): { partTarget: number; longestSegment: number } {
    const details = this.details;
    if (!details) return { partTarget: this.lowLatency ? 0.334 : 0, longestSegment: 2 };
    let longestSegment = 0;
    for (const fragment of details.fragments.slice(-6))
      longestSegment = Math.max(longestSegment, fragment.duration);
    return { partTarget: this.lowLatency ? details.partTarget || 0 : 0, longestSegment };
  }

  spans(): readonly Span[] {
    return this.details?.fragments ?? [];
  }

  levels(): readonly Level[] {
    return this.hls.levels.map((level, index) => ({ index, height: level.height, bitrate: level.bitrate }));
  }
  level(): number {
    return this.hls.currentLevel;
  }
  choose(level: number): void {
    this.hls.nextLevel = level;
  }
  cap(lowest: boolean): void {
    this.hls.autoLevelCapping = lowest ? 0 : -1;
  }
  bandwidth(): number {
    const estimate = this.hls.bandwidthEstimate;
    return Number.isFinite(estimate) ? estimate : 0;
  }
  startLoad(): void {
    this.hls.stopLoad();
    this.hls.startLoad(-1);
  }
  recover(): void {
    this.hls.recoverMediaError();
  }
  destroy(): void {
    this.hls.destroy();
  }
}
