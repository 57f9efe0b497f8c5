/** Addresses of the data streams, apart from their schemas: what the pages need of events without a validator in their bundle. */

export const eventStreams = ['stage', 'hall'] as const;
export type EventStream = (typeof eventStreams)[number];

/** Paths under the venue's media base. */
export const eventPath = {
  batch: (stream: EventStream, rev: number, n: number) => `events/${stream}/${rev}/${n}.json`,
  snapshot: (stream: EventStream, rev: number, n: number) => `events/${stream}/${rev}/snapshot-${n}.json`,
  page: (imageId: string, width: number, format: 'webp' | 'avif') => `pages/${imageId}.${width}.${format}`,
  /** Text with positions and links of one page. */
  pageText: (imageId: string) => `pages/${imageId}.json`,
  clipEvents: (clip: string, version: number) => `clips/${clip}/${version}/events.json`,
};

/** Longest a held request waits, ms; then the batch is sealed empty. */
export const longestHold = 15_000;
