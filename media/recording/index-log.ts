/**
 * `index.log` of a recording: one record a line, `<crc32 of the JSON, 8 hex digits> <JSON array>\n`, only ever appended to.
 * A record is written after the bytes it speaks of, so a record that can be read means bytes that were written.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Init, Part, SegmentStart } from '../packager/segment.ts';
import type { RecordedPart, RecordedSegment } from './recording.ts';

/** `init-<k>.mp4` holds `bytes` bytes with this checksum. */
type InitRecord = ['init', k: number, bytes: number, crc: number, Omit<Init, 'k' | 'bytes'>];
type StartRecord = ['start', msn: number, init: number, programDateTime: number, discontinuity: 0 | 1];
type PartRecord = [
  'part',
  msn: number,
  index: number,
  offset: number,
  length: number,
  duration: number,
  independent: 0 | 1,
  start: number,
  crc: number,
];
/** The segment is whole. */
type EndRecord = ['end', msn: number];
/** The segment could not be written whole; it lasted so many seconds. */
type LostRecord = ['lost', msn: number, duration: number];
/** A segment that never existed. */
type GapRecord = [
  'gap',
  msn: number,
  init: number,
  programDateTime: number,
  discontinuity: 0 | 1,
  duration: number,
];
/** Recovery kept only the first parts of a segment. */
type CutRecord = ['cut', msn: number, parts: number];
/** The process stopped in good order; the recording may go on. */
type ClosedRecord = ['closed'];
/** The recording has ended. */
type FinRecord = ['fin'];
export type IndexRecord =
  | InitRecord
  | StartRecord
  | PartRecord
  | EndRecord
  | LostRecord
  | GapRecord
  | CutRecord
  | ClosedRecord
  | FinRecord;

const bit = (value: boolean): 0 | 1 => (value ? 1 : 0);

export const initRecord = ({ k, bytes, ...about }: Init): IndexRecord => [
  'init',
  k,
  bytes.length,
  crc32(bytes),
  about,
];
export const startRecord = (start: SegmentStart): IndexRecord => [
  'start',
  start.msn,
  start.init,
  start.programDateTime,
  bit(start.discontinuity),
];
export const partRecord = (part: Part, offset: number): IndexRecord => [
  'part',
  part.msn,
  part.index,
  offset,
  part.bytes.length,
  part.duration,
  bit(part.independent),
  part.start,
  crc32(part.bytes),
];
export const gapRecord = (start: SegmentStart, duration: number): IndexRecord => [
  'gap',
  start.msn,
  start.init,
  start.programDateTime,
  bit(start.discontinuity),
  duration,
];

export function encodeRecord(record: IndexRecord): string {
  const json = JSON.stringify(record);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

export type IndexedPart = RecordedPart & { readonly crc: number };
export type IndexedSegment = {
  -readonly [K in Exclude<keyof RecordedSegment, 'parts'>]: RecordedSegment[K];
} & { parts: IndexedPart[]; whole: boolean };
export type IndexedInit = Omit<Init, 'bytes'> & { readonly length: number; readonly crc: number };

/** What an index says, before anything is compared with the files beside it. */
export type Index = {
  readonly inits: Map<number, IndexedInit>;
  readonly segments: IndexedSegment[];
  ended: boolean;
  /** The last writer closed it in good order (true for a new one). */
  clean: boolean;
  /** Bytes up to the end of the last good record; what follows is torn. */
  end: number;
  /** Records before that end whose checksum or shape is wrong; they are passed over. */
  damaged: number;
};

export const emptyIndex = (): Index => ({
  inits: new Map(),
  segments: [],
  ended: false,
  clean: true,
  end: 0,
  damaged: 0,
});

const headLength = 9;
/** Lines between two turns of the event loop: about 1 ms of parsing (the index of 8 h takes 0.26 s in all, measured). */
const linesPerTurn = 500;

/** Reads a whole index. An 8 h run has 100,000 lines, so the event loop gets its turn in between. */
export async function decodeIndex(bytes: Buffer): Promise<Index> {
  const index = emptyIndex();
  let lines = 0;
  let bad = 0;
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(10, from);
    if (newline < 0) break;
    const record = decodeLine(bytes.subarray(from, newline));
    if (record !== undefined && applyRecord(index, record)) {
      index.end = newline + 1;
      index.damaged = bad;
    } else bad += 1;
    from = newline + 1;
    lines += 1;
    if (lines % linesPerTurn === 0) await nextTurn();
  }
  return index;
}

function decodeLine(line: Buffer): IndexRecord | undefined {
  if (line.length <= headLength) return undefined;
  const json = line.subarray(headLength);
  if (Number.parseInt(line.toString('latin1', 0, headLength - 1), 16) !== crc32(json)) return undefined;
  // The checksum vouches that we wrote this line, so its shape is the one above.
  return JSON.parse(json.toString('utf8')) as IndexRecord;
}

/** Adds one record; false when it does not follow from those before it. */
export function applyRecord(index: Index, record: IndexRecord): boolean {
  index.clean = record[0] === 'closed' || record[0] === 'fin';
  switch (record[0]) {
    case 'init': {
      const [, k, length, crc, about] = record;
      index.inits.set(k, { k, length, crc, ...about });
      return true;
    }
    case 'start':
    case 'gap':
      return addSegment(index, record);
    case 'part':
      return addPart(index, record);
    case 'end':
    case 'lost':
    case 'cut':
      return closeSegment(index, record);
    case 'closed':
      return true;
    case 'fin':
      index.ended = true;
      return true;
    default:
      // Written by a newer version.
      return true;
  }
}

function addSegment(index: Index, record: StartRecord | GapRecord): boolean {
  const [kind, msn, init, programDateTime, discontinuity] = record;
  const last = index.segments.at(-1);
  if (last !== undefined && msn <= last.msn) return false;
  fillHole(index.segments, msn, programDateTime);
  const gap = kind === 'gap';
  index.segments.push({
    msn,
    init,
    programDateTime,
    discontinuity: discontinuity === 1,
    duration: gap ? record[5] : 0,
    bytes: 0,
    gap,
    parts: [],
    whole: gap,
  });
  index.ended = false;
  return true;
}

/** Longest run of missing records that is made up for; more than a day of segments. */
const longestHole = 50_000;

/** Segments whose records were lost (disk full for hours) are gaps over the time between their neighbours. */
function fillHole(segments: IndexedSegment[], msn: number, programDateTime: number): void {
  const last = segments.at(-1);
  if (last === undefined) return;
  const missing = Math.min(msn - last.msn - 1, longestHole);
  if (missing <= 0) return;
  const from = last.programDateTime + last.duration * 1000;
  const step = Math.max(0, programDateTime - from) / missing;
  for (let n = 0; n < missing; n += 1) {
    segments.push({
      msn: msn - missing + n,
      init: last.init,
      programDateTime: from + n * step,
      discontinuity: false,
      duration: step / 1000,
      bytes: 0,
      gap: true,
      parts: [],
      whole: true,
    });
  }
}

function addPart(index: Index, record: PartRecord): boolean {
  const [, msn, partIndex, offset, length, duration, independent, start, crc] = record;
  const segment = index.segments.at(-1);
  if (segment?.msn !== msn) return false;
  segment.duration += duration;
  if (segment.gap) return true;
  if (segment.bytes !== offset || segment.parts.length !== partIndex) {
    // A record in between is damaged: where the parts lie is no longer sure.
    loseSegment(segment);
    return true;
  }
  segment.bytes += length;
  segment.parts.push({
    index: partIndex,
    offset,
    length,
    duration,
    independent: independent === 1,
    start,
    crc,
  });
  return true;
}

function closeSegment(index: Index, record: EndRecord | LostRecord | CutRecord): boolean {
  const segment = index.segments.findLast((each) => each.msn <= record[1]);
  if (segment?.msn !== record[1]) return false;
  segment.whole = true;
  if (record[0] === 'cut') keepParts(segment, record[2]);
  if (record[0] === 'lost') {
    loseSegment(segment);
    segment.duration = record[2];
  }
  return true;
}

/** Makes a gap of a segment; its duration stays. */
export function loseSegment(segment: IndexedSegment): void {
  segment.gap = true;
  segment.parts = [];
  segment.bytes = 0;
}

/** Keeps the first parts of a segment. */
export function keepParts(segment: IndexedSegment, count: number): void {
  segment.parts = segment.parts.slice(0, count);
  segment.bytes = segment.parts.reduce((sum, part) => sum + part.length, 0);
  segment.duration = segment.parts.reduce((sum, part) => sum + part.duration, 0);
}
