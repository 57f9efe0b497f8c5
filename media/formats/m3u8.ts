/**
 * Rendering of HLS playlists (draft-pantos-hls-rfc8216bis). Pure text from data: no clock, no I/O.
 * The text of a finished segment is rendered once by the caller (`segmentLines`) and handed in again at every
 * rendering, so that a playlist of 30 minutes costs little more than joining strings.
 */

/** Seconds; DESIGN 4, rule 1. */
export const partTarget = 0.334;
/**
 * Seconds. RFC 8216bis 4.4.3.8: PART-HOLD-BACK must be at least twice and should be three times PART-TARGET.
 * 0.96 s (2.9 parts) was the distance measured as smooth at 720p25; 1.002 is three whole parts, so that
 * players that keep to the letter accept it. Our own page's controller decides its position by itself.
 */
export const partHoldBack = 1.002;
/** RFC 8216bis 4.4.3.8: at least six target durations. */
export const skipUntilTargets = 6;
/** RFC 8216bis 4.4.4.9: parts are removed when more than three target durations from the end. */
export const partWindowTargets = 3;
/** EXT-X-SKIP asks for 9 (RFC 8216bis 8). */
const version = 9;

/** One finished or open segment as the renderer needs it. */
export type PlaylistEntry = {
  readonly discontinuity: boolean;
  /** URI of the initialisation segment it needs. */
  readonly map: string;
  /** What `segmentLines` gave, or, for the open segment, `openSegmentLines`. */
  readonly lines: string;
};

/** RFC 8216bis 4.4.5.4. */
export type RenditionReport = {
  readonly uri: string;
  readonly lastMsn: number;
  /** Absent in playlists without parts. */
  readonly lastPart: number | undefined;
};

export type MediaPlaylist = {
  /** Whole seconds. */
  readonly targetDuration: number;
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  /** `live`: a sliding window; `event`: grows; `vod`: complete. */
  readonly type: 'live' | 'event' | 'vod';
  /** With parts. */
  readonly lowLatency: boolean;
  /** The server holds requests with `_HLS_msn`. */
  readonly canBlock: boolean;
  /** Segments replaced by EXT-X-SKIP at the front of `entries`; 0 for a full playlist. */
  readonly skipped: number;
  readonly entries: readonly PlaylistEntry[];
  /** Seconds from its beginning at which to start playing, exactly (RFC 8216bis 4.4.2.2); absent: wherever the player likes. */
  readonly start?: number | undefined;
  /** URI of the part to come; undefined without parts or when ended. */
  readonly hint: string | undefined;
  readonly reports: readonly RenditionReport[];
  readonly ended: boolean;
};

/** Seconds with at most 5 decimals, without trailing zeros. */
const decimal = (seconds: number): string => String(Math.round(seconds * 1e5) / 1e5);

/** RFC 8216bis 4.4.4.6, to the millisecond. */
const dateTime = (epochMs: number): string =>
  `#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.round(epochMs)).toISOString()}\n`;

/** RFC 8216bis 4.4.4.9. */
export const partLine = (part: { uri: string; duration: number; independent: boolean }): string =>
  `#EXT-X-PART:DURATION=${decimal(part.duration)},URI="${part.uri}"${part.independent ? ',INDEPENDENT=YES' : ''}\n`;

/** Lines of a finished segment, without DISCONTINUITY and MAP, which depend on its neighbours. `parts`: its part lines, or ''. */
export const segmentLines = (segment: {
  readonly uri: string;
  readonly programDateTime: number;
  readonly duration: number;
  readonly gap: boolean;
  readonly parts: string;
  /** Only so many bytes from its beginning (RFC 8216bis 4.4.4.2). */
  readonly bytes?: number | undefined;
}): string =>
  `${dateTime(segment.programDateTime)}${segment.parts}${segment.gap ? '#EXT-X-GAP\n' : ''}#EXTINF:${decimal(segment.duration)},\n${
    segment.bytes === undefined ? '' : `#EXT-X-BYTERANGE:${segment.bytes}@0\n`
  }${segment.uri}\n`;

/** Lines of the segment still being made: its parts, no EXTINF yet. */
export const openSegmentLines = (segment: {
  readonly programDateTime: number;
  readonly parts: string;
}): string => dateTime(segment.programDateTime) + segment.parts;

const serverControl = (playlist: MediaPlaylist): string => {
  const { targetDuration } = playlist;
  const attributes = [
    ...(playlist.canBlock ? ['CAN-BLOCK-RELOAD=YES'] : []),
    ...(playlist.lowLatency ? [`PART-HOLD-BACK=${partHoldBack}`] : []),
    `CAN-SKIP-UNTIL=${skipUntilTargets * targetDuration}`,
    `HOLD-BACK=${3 * targetDuration}`,
  ];
  return `#EXT-X-SERVER-CONTROL:${attributes.join(',')}\n`;
};

/** RFC 8216bis 4.4.2.2. */
const startLine = (seconds: number | undefined): string =>
  seconds === undefined ? '' : `#EXT-X-START:TIME-OFFSET=${decimal(seconds)},PRECISE=YES\n`;

const header = (playlist: MediaPlaylist): string => {
  const { type } = playlist;
  return [
    '#EXTM3U\n',
    `#EXT-X-VERSION:${version}\n`,
    `#EXT-X-TARGETDURATION:${playlist.targetDuration}\n`,
    type === 'live' ? '' : `#EXT-X-PLAYLIST-TYPE:${type === 'vod' ? 'VOD' : 'EVENT'}\n`,
    startLine(playlist.start),
    type === 'vod' ? '' : serverControl(playlist),
    playlist.lowLatency ? `#EXT-X-PART-INF:PART-TARGET=${partTarget}\n` : '',
    `#EXT-X-MEDIA-SEQUENCE:${playlist.mediaSequence}\n`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${playlist.discontinuitySequence}\n`,
    playlist.skipped > 0 ? `#EXT-X-SKIP:SKIPPED-SEGMENTS=${playlist.skipped}\n` : '',
  ].join('');
};

const reportLine = (report: RenditionReport): string =>
  `#EXT-X-RENDITION-REPORT:URI="${report.uri}",LAST-MSN=${report.lastMsn}${
    report.lastPart === undefined ? '' : `,LAST-PART=${report.lastPart}`
  }\n`;

/**
 * A media playlist (RFC 8216bis 4.4). After EXT-X-SKIP the first segment repeats its EXT-X-MAP: a client that
 * lost track of the skipped ones still has what it needs to decode.
 */
export const renderMediaPlaylist = (playlist: MediaPlaylist): string => {
  let text = header(playlist);
  let map: string | undefined;
  for (let i = playlist.skipped; i < playlist.entries.length; i++) {
    const entry = playlist.entries[i];
    if (!entry) break;
    if (entry.discontinuity) text += '#EXT-X-DISCONTINUITY\n';
    if (entry.map !== map) {
      text += `#EXT-X-MAP:URI="${entry.map}"\n`;
      map = entry.map;
    }
    text += entry.lines;
  }
  if (playlist.hint !== undefined) text += `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${playlist.hint}"\n`;
  for (const report of playlist.reports) text += reportLine(report);
  if (playlist.ended) text += '#EXT-X-ENDLIST\n';
  return text;
};

export type VideoVariant = {
  readonly uri: string;
  /** RFC 6381, without the sound's. */
  readonly codecs: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** Bit/s, measured: peak and average. */
  readonly bandwidth: number;
  readonly averageBandwidth: number;
};
export type AudioVariant = {
  readonly uri: string;
  readonly codecs: string;
  readonly channels: number;
  readonly bandwidth: number;
  readonly averageBandwidth: number;
};
export type MultivariantPlaylist = {
  /** Best first. Empty: sound only. */
  readonly video: readonly VideoVariant[];
  readonly audio: AudioVariant | undefined;
  /** Also list the sound by itself as the lowest rung. */
  readonly audioVariant: boolean;
  /** Every segment of every rendition starts with an IDR. */
  readonly independentSegments: boolean;
  /** As of a media playlist; there it holds for all of them. */
  readonly start?: number | undefined;
};

const streamInf = (attributes: readonly string[], uri: string): string =>
  `#EXT-X-STREAM-INF:${attributes.join(',')}\n${uri}\n`;

const bandwidths = (bandwidth: number, average: number): string[] => [
  `BANDWIDTH=${Math.max(1, Math.ceil(bandwidth))}`,
  `AVERAGE-BANDWIDTH=${Math.max(1, Math.ceil(average))}`,
];

/** A multivariant playlist (RFC 8216bis 4.4.6) with the sound in a group of its own. */
export const renderMultivariant = (playlist: MultivariantPlaylist): string => {
  const { audio, video } = playlist;
  let text = `#EXTM3U\n#EXT-X-VERSION:${version}\n`;
  if (playlist.independentSegments) text += '#EXT-X-INDEPENDENT-SEGMENTS\n';
  text += startLine(playlist.start);
  if (audio && video.length > 0)
    text += `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="main",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="${audio.channels}",URI="${audio.uri}"\n`;
  for (const variant of video) {
    const attributes = [
      ...bandwidths(
        variant.bandwidth + (audio?.bandwidth ?? 0),
        variant.averageBandwidth + (audio?.averageBandwidth ?? 0),
      ),
      `CODECS="${audio ? `${variant.codecs},${audio.codecs}` : variant.codecs}"`,
      `RESOLUTION=${variant.width}x${variant.height}`,
      ...(variant.frameRate > 0 ? [`FRAME-RATE=${variant.frameRate.toFixed(3)}`] : []),
      ...(audio ? ['AUDIO="audio"'] : []),
      'CLOSED-CAPTIONS=NONE',
    ];
    text += streamInf(attributes, variant.uri);
  }
  if (audio && (video.length === 0 || playlist.audioVariant))
    text += streamInf(
      [
        ...bandwidths(audio.bandwidth, audio.averageBandwidth),
        `CODECS="${audio.codecs}"`,
        ...(video.length > 0 ? ['AUDIO="audio"'] : []),
        'CLOSED-CAPTIONS=NONE',
      ],
      audio.uri,
    );
  return text;
};
