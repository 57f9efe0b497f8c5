/** The browser's own HLS (old iPhones without MediaSource): it keeps its own distance and chooses its own level. */
import type { Engine, EngineEvents, EngineSource, Level } from './engine.ts';
import type { Span } from './time-map.ts';

type WithStartDate = HTMLVideoElement & { getStartDate?: () => Date };

export class NativeEngine implements Engine {
  readonly kind = 'native';
  private readonly video: WithStartDate;
  private readonly url: string;
  private readonly closing = new AbortController();

  constructor(video: HTMLVideoElement, source: EngineSource, events: EngineEvents) {
    this.video = video;
    this.url = source.url;
    const { signal } = this.closing;
    video.addEventListener('error', () => events.failed(`native ${video.error?.code ?? 0}`), { signal });
    video.addEventListener('progress', events.activity, { signal });
    video.addEventListener('durationchange', events.timeline, { signal });
    video.addEventListener('loadedmetadata', events.levels, { signal });
    const { startAt } = source;
    if (startAt !== undefined) {
      const start = () => {
        video.currentTime = startAt;
      };
      video.addEventListener('loadedmetadata', start, { signal, once: true });
    }
    video.src = source.url;
  }

  edge(): number | undefined {
    const { seekable, duration } = this.video;
    if (Number.isFinite(duration) || seekable.length === 0) return undefined;
    return seekable.end(seekable.length - 1);
  }
  /** Safari holds back by itself; asking for less only makes it stall. */
  pace(): { partTarget: number; longestSegment: number } {
    return { partTarget: 0, longestSegment: 3 };
  }
  spans(): readonly Span[] {
    const first = this.video.getStartDate?.().getTime() ?? Number.NaN;
    const { seekable } = this.video;
    if (!Number.isFinite(first) || seekable.length === 0) return [];
    const start = seekable.start(0);
    const duration = seekable.end(seekable.length - 1) - start;
    return [{ start, duration, programDateTime: first + start * 1000 }];
  }
  levels(): readonly Level[] {
    return [];
  }
  level(): number {
    return -1;
  }
  choose(): void {}
  cap(): void {}
  bandwidth(): number {
    return 0;
  }
  startLoad(): void {
    void this.video.play().catch(() => {}); // Refused play is told by the element's own events.
  }
  recover(): void {
    this.video.src = this.url;
  }
  destroy(): void {
    this.closing.abort();
    this.video.removeAttribute('src');
    this.video.load();
  }
}
