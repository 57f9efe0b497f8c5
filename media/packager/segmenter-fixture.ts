/** For tests: a track output that keeps all it is given and checks the order of calls. */
import type { RunPosition, TrackOutput } from '../track/publication.ts';
import type { Init, Part, RenditionSink, SegmentStart } from './segment.ts';

export type KeptSegment = SegmentStart & { readonly parts: Part[]; ended: boolean; readonly gap: number };

export class KeptRendition implements RenditionSink {
  readonly inits: Init[] = [];
  readonly segments: KeptSegment[] = [];

  init(init: Init): void {
    this.inits.push(init);
  }
  startSegment(start: SegmentStart): void {
    const before = this.segments.at(-1);
    if (before && !before.ended) throw new Error(`segment ${start.msn} starts before ${before.msn} ended`);
    this.segments.push({ ...start, parts: [], ended: false, gap: 0 });
  }
  part(part: Part): void {
    const segment = this.segments.at(-1);
    if (!segment || segment.ended || segment.msn !== part.msn || segment.parts.length !== part.index) {
      throw new Error(`part ${part.msn}.${part.index} is out of order`);
    }
    segment.parts.push(part);
  }
  endSegment(msn: number): void {
    const segment = this.segments.at(-1);
    if (segment?.msn !== msn || segment.ended) throw new Error(`segment ${msn} ends out of order`);
    segment.ended = true;
  }
  gap(start: SegmentStart, duration: number): void {
    this.segments.push({ ...start, parts: [], ended: true, gap: duration });
  }

  get parts(): Part[] {
    return this.segments.flatMap((segment) => segment.parts);
  }
  /** One file: the init and all parts that need it. */
  file(init = 0): Buffer {
    const parts = this.segments
      .filter((segment) => segment.init === init)
      .flatMap((segment) => segment.parts);
    return Buffer.concat([this.inits[init]?.bytes ?? Buffer.alloc(0), ...parts.map((part) => part.bytes)]);
  }
}

export class KeptOutput implements TrackOutput {
  target = 0;
  video: KeptRendition | undefined;
  audio: KeptRendition | undefined;

  fixTarget(targetDuration: number): void {
    if (this.target || this.video || this.audio)
      throw new Error('the target is fixed once, before any rendition');
    this.target = targetDuration;
  }
  openVideo(): RenditionSink {
    if (this.video) throw new Error('video is opened twice');
    this.video = new KeptRendition();
    return this.video;
  }
  openAudio(): RenditionSink {
    if (this.audio) throw new Error('audio is opened twice');
    this.audio = new KeptRendition();
    return this.audio;
  }
}

export const newRun: RunPosition = {
  msn: 0,
  videoInit: 0,
  audioInit: 0,
  targetDuration: undefined,
  lastProgramDateTime: 0,
  mediaTime: 0,
};
