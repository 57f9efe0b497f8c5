/** Between media time (seconds, what `video.currentTime` says) and the venue's axis (epoch ms, PROGRAM-DATE-TIME). */

/** A stretch of media whose first moment is known on the axis. Sorted by both; between two there may be a hole in dates (the encoder was away). */
export type Span = {
  /** Media time, seconds. */
  readonly start: number;
  /** Seconds. */
  readonly duration: number;
  /** Epoch ms of its first moment; null where the playlist does not say. */
  readonly programDateTime: number | null;
};

/** Last index whose key is ≤ value, −1 when none. */
function lastAtOrBefore(spans: readonly Span[], value: number, key: (span: Span) => number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (span && key(span) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const dateOf = (span: Span): number => span.programDateTime ?? Number.NEGATIVE_INFINITY;

/** Epoch ms at a media time; beyond the last span it goes on at normal speed. Undefined without dates. */
export function dateAt(spans: readonly Span[], time: number): number | undefined {
  const span =
    spans[
      Math.max(
        0,
        lastAtOrBefore(spans, time, (s) => s.start),
      )
    ];
  if (!span || span.programDateTime === null) return undefined;
  return span.programDateTime + (time - span.start) * 1000;
}

/** Media time of a date. A date in a hole gives the first moment after it; one before the first span gives its start, one after the last its end. */
export function timeAt(spans: readonly Span[], date: number): number | undefined {
  const first = spans[0];
  if (!first || first.programDateTime === null) return undefined;
  const index = lastAtOrBefore(spans, date, dateOf);
  const span = spans[index];
  if (!span || span.programDateTime === null) return first.start;
  const inside = (date - span.programDateTime) / 1000;
  if (inside <= span.duration) return span.start + inside;
  return spans[index + 1]?.start ?? span.start + span.duration;
}

/** Media time of a date that a span has; the spans' dates may be in any order (clips joined). */
export function timeWithin(spans: readonly Span[], date: number): number | undefined {
  for (const span of spans) {
    if (span.programDateTime === null) continue;
    const inside = (date - span.programDateTime) / 1000;
    if (inside >= 0 && inside < span.duration) return span.start + inside;
  }
  return undefined;
}

/** First and last moment the spans cover, epoch ms. */
export function dateRange(spans: readonly Span[]): { from: number; to: number } | undefined {
  const first = spans[0];
  const last = spans.at(-1);
  if (!first || !last || first.programDateTime === null || last.programDateTime === null) return undefined;
  return { from: first.programDateTime, to: last.programDateTime + last.duration * 1000 };
}
