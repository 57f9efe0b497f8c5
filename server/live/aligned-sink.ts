/** Renditions of a track carry the same numbers: segments that one does not have (a late rung, a crash between two writes) become gaps as long as its neighbour's. */
import type { Rendition } from '#media/packager/rendition.ts';
import type { RenditionSink, SegmentStart } from '#media/packager/segment.ts';

/** More missing segments than this are not worth listing: an hour of 2 s segments. */
const mostGaps = 1800;

/** Gives `rendition` gaps for what it lacks below `upTo`, with the times of `neighbour`. */
export function fillGaps(rendition: Rendition, upTo: number, neighbour: Rendition): void {
  const from = rendition.nextMsn;
  if (from === undefined || upTo - from > mostGaps) return;
  for (let msn = from; msn < upTo; msn++) {
    const record = neighbour.segments.find(msn);
    if (!record) return;
    const { programDateTime, discontinuity } = record;
    rendition.gap({ msn, init: newestInit(rendition), programDateTime, discontinuity }, record.duration);
  }
}

const newestInit = (rendition: Rendition): number => Math.max(0, rendition.nextInit - 1);

/** A rung as the ladder writes it: numbered inits of its own, gaps for what came before it or was left out. */
export function alignedTo(source: Rendition, rung: Rendition): RenditionSink {
  return {
    init: (init) => rung.init({ ...init, k: rung.nextInit }),
    startSegment: (start: SegmentStart) => {
      fillGaps(rung, start.msn, source);
      rung.startSegment({ ...start, init: newestInit(rung) });
    },
    part: (part) => rung.part(part),
    endSegment: (msn) => rung.endSegment(msn),
    gap: (start, duration) => {
      fillGaps(rung, start.msn, source);
      if (rung.nextMsn === undefined || start.msn >= rung.nextMsn)
        rung.gap({ ...start, init: newestInit(rung) }, duration);
    },
  };
}
