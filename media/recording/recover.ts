/** Compares a recording's index with the files beside it, and decides what of it stands after a crash. */
import { crc32 } from 'node:zlib';
import { initFile, segmentFile } from '#contracts/media-urls.ts';
import type { Init, SegmentStart } from '../packager/segment.ts';
import {
  applyRecord,
  decodeIndex,
  emptyIndex,
  gapRecord,
  type Index,
  type IndexedSegment,
  type IndexRecord,
  loseSegment,
} from './index-log.ts';
import type { RecordedRendition, RecordedSegment } from './recording.ts';
import type { RecordingFs } from './recording-fs.ts';

export const indexFile = 'index.log';

/** What a writer must do before it goes on; a reader leaves the files as they are. */
export type Repair = {
  /** Bytes of the index that stand. */
  readonly indexEnd: number;
  /** Torn bytes behind them. */
  readonly tornBytes: number;
  /** To be appended to the index. */
  readonly records: readonly IndexRecord[];
  /** Files to be cut to a length. */
  readonly cuts: readonly { readonly file: string; readonly length: number }[];
  /** Files no record speaks of. */
  readonly strays: readonly string[];
  /** Parts whose records stand but whose bytes do not (power loss). */
  readonly lostParts: number;
};

export type Inspection = {
  readonly recorded: RecordedRendition;
  readonly repair: Repair;
  /** The last writer closed the recording in good order. */
  readonly clean: boolean;
  /** Records that had to be passed over. */
  readonly damaged: number;
};

/** Seconds; how long a segment of which nothing was written is said to have lasted: one part. */
export const onePart = 0.334;
/** Segments whose bytes may not have reached the platter at a power loss: one that syncs and one that is written. */
const unsyncedSegments = 3;

/** Reads a recording. Changes nothing. */
export async function inspectRecording(fs: RecordingFs, folder: string): Promise<Inspection> {
  const [bytes, names] = await Promise.all([fs.readFile(`${folder}/${indexFile}`), fs.list(folder)]);
  const index = bytes === undefined ? emptyIndex() : await decodeIndex(bytes);
  const indexEnd = index.end;
  const present = new Set(names);
  const inits = await readInits(fs, folder, index);
  const wasClean = index.clean;

  for (const segment of index.segments) {
    if (!segment.gap && segment.parts.length > 0 && !isReadable(segment, present, inits))
      loseSegment(segment);
  }
  const tail = wasClean
    ? { records: [], cuts: [], lostParts: 0 }
    : await checkTail(fs, folder, index, present);
  const known = new Set(index.segments.filter((each) => each.bytes > 0).map((each) => segmentFile(each.msn)));
  return {
    recorded: { inits, segments: index.segments, ended: index.ended },
    clean: wasClean,
    damaged: index.damaged,
    repair: {
      ...tail,
      indexEnd,
      tornBytes: (bytes?.length ?? 0) - indexEnd,
      // With records missing in the middle, files without a record may be all that is left of them.
      strays: index.damaged > 0 ? [] : names.filter((name) => name.endsWith('.m4s') && !known.has(name)),
    },
  };
}

const isReadable = (segment: IndexedSegment, present: ReadonlySet<string>, inits: readonly Init[]): boolean =>
  present.has(segmentFile(segment.msn)) && inits.some((init) => init.k === segment.init);

/**
 * Adds a gap of one part to what a crash left. Viewers and caches may hold a part that was published and not yet recorded, of
 * the last segment or of the one after it: its address must not be used for something else.
 */
export function leaveOneOut(inspection: Inspection): Inspection {
  const { recorded, repair } = inspection;
  const last = recorded.segments.at(-1);
  if (last === undefined) return inspection;
  const start: SegmentStart = {
    msn: last.msn + 1,
    init: last.init,
    programDateTime: last.programDateTime + last.duration * 1000,
    discontinuity: false,
  };
  const gap: RecordedSegment = { ...start, duration: onePart, bytes: 0, gap: true, parts: [] };
  return {
    ...inspection,
    recorded: { ...recorded, segments: [...recorded.segments, gap] },
    repair: { ...repair, records: [...repair.records, gapRecord(start, onePart)] },
  };
}

async function readInits(fs: RecordingFs, folder: string, index: Index): Promise<readonly Init[]> {
  const found: Init[] = [];
  for (const { length, crc, ...about } of index.inits.values()) {
    const bytes = await fs.readFile(`${folder}/${initFile(about.k)}`);
    if (bytes?.length === length && crc32(bytes) === crc) found.push({ ...about, bytes });
  }
  return found.sort((a, b) => a.k - b.k);
}

async function checkTail(
  fs: RecordingFs,
  folder: string,
  index: Index,
  present: ReadonlySet<string>,
): Promise<Pick<Repair, 'records' | 'cuts' | 'lostParts'>> {
  const records: IndexRecord[] = [];
  const cuts: { file: string; length: number }[] = [];
  let lostParts = 0;
  const repair = (record: IndexRecord): void => {
    records.push(record);
    applyRecord(index, record);
  };

  for (const segment of index.segments.slice(-unsyncedSegments)) {
    const file = segmentFile(segment.msn);
    if (segment.gap) continue;
    const bytes = present.has(file)
      ? ((await fs.readFile(`${folder}/${file}`)) ?? Buffer.alloc(0))
      : Buffer.alloc(0);
    const whole = wholeParts(segment, bytes);
    if (whole < segment.parts.length) {
      lostParts += segment.parts.length - whole;
      if (whole > 0) repair(['cut', segment.msn, whole]);
      else loseSegment(segment);
    }
    if (segment.parts.length === 0) {
      repair(['lost', segment.msn, segment.duration > 0 ? segment.duration : onePart]);
      continue;
    }
    if (bytes.length > segment.bytes) cuts.push({ file, length: segment.bytes });
    if (!segment.whole) repair(['end', segment.msn]);
  }
  return { records, cuts, lostParts };
}

/** How many parts from the first on have the bytes their records promise. */
function wholeParts(segment: IndexedSegment, bytes: Buffer): number {
  const broken = segment.parts.findIndex(
    ({ offset, length, crc }) =>
      offset + length > bytes.length || crc32(bytes.subarray(offset, offset + length)) !== crc,
  );
  return broken < 0 ? segment.parts.length : broken;
}

/** Carries a repair out. Returns where the index goes on. Rejects when the disk does not let it. */
export async function repairRecording(fs: RecordingFs, folder: string, repair: Repair): Promise<void> {
  for (const { file, length } of repair.cuts) {
    const handle = await fs.open(`${folder}/${file}`, 'update');
    try {
      await handle.truncate(length);
    } finally {
      await handle.close();
    }
  }
  for (const stray of repair.strays) await fs.remove(`${folder}/${stray}`);
}
