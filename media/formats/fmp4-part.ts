/** A part: one moof and mdat of one track (ISO/IEC 14496-12 8.8), and the small reader of our own parts and inits. */
import { parseAudioSpecificConfig } from './aac.ts';
import { type AudioConfig, parseVideoConfig, type VideoConfig } from './codec-config.ts';
import { type Box, boxSize, container, fullBox, serialize, u32 } from './fmp4-box.ts';

export type Sample = {
  /** Ticks of the track's timescale. */
  readonly dts: number;
  /** Composition offset in ticks, signed: presentation is dts + cts. */
  readonly cts: number;
  /** Ticks. */
  readonly duration: number;
  readonly keyframe: boolean;
  /** No other picture refers to it. */
  readonly disposable?: boolean;
  readonly data: Buffer;
};

/** sample_flags, 8.8.3.1: depends on no other; depends on others and is not sync; the same and disposable. */
const syncFlags = 0x02000000;
const deltaFlags = 0x01010000;
const disposableFlags = 0x01810000;

const hasDataOffset = 0x1;
const hasDuration = 0x100;
const hasSize = 0x200;
const hasFlags = 0x400;
const hasCompositionOffset = 0x800;
const defaultBaseIsMoof = 0x20000;
const defaultDuration = 0x8;
const defaultFlags = 0x20;

/** Pictures: each sample has its own duration, flags and composition offset (trun version 1: signed). */
export function videoPart(sequence: number, samples: readonly Sample[]): Buffer {
  const trun = Buffer.allocUnsafe(8 + samples.length * 16);
  let at = 8;
  for (const { duration, data, keyframe, disposable, cts } of samples) {
    trun.writeUInt32BE(duration, at);
    trun.writeUInt32BE(data.length, at + 4);
    trun.writeUInt32BE(keyframe ? syncFlags : disposable ? disposableFlags : deltaFlags, at + 8);
    trun.writeInt32BE(cts, at + 12);
    at += 16;
  }
  const flags = hasDataOffset | hasDuration | hasSize | hasFlags | hasCompositionOffset;
  const header = fullBox('tfhd', 0, defaultBaseIsMoof, u32(1));
  return assemble(sequence, samples, header, flags, trun);
}

/** Sound: every sample is a sync sample; durations are listed only where one differs. */
export function audioPart(sequence: number, samples: readonly Sample[]): Buffer {
  const usual = samples[0]?.duration ?? 0;
  const equal = samples.every((sample) => sample.duration === usual);
  const width = equal ? 4 : 8;
  const trun = Buffer.allocUnsafe(8 + samples.length * width);
  let at = 8;
  for (const { duration, data } of samples) {
    if (!equal) trun.writeUInt32BE(duration, at);
    trun.writeUInt32BE(data.length, at + width - 4);
    at += width;
  }
  const flags = hasDataOffset | hasSize | (equal ? 0 : hasDuration);
  const header = fullBox(
    'tfhd',
    0,
    defaultBaseIsMoof | defaultDuration | defaultFlags,
    u32(1, usual, syncFlags),
  );
  return assemble(sequence, samples, header, flags, trun);
}

function assemble(
  sequence: number,
  samples: readonly Sample[],
  tfhd: Box,
  flags: number,
  trun: Buffer,
): Buffer {
  trun.writeUInt32BE(samples.length, 0);
  const start = samples[0]?.dts ?? 0;
  const tfdt = Buffer.allocUnsafe(8);
  tfdt.writeBigUInt64BE(BigInt(start), 0);
  const moof = container(
    'moof',
    fullBox('mfhd', 0, 0, u32(sequence)),
    container('traf', tfhd, fullBox('tfdt', 1, 0, tfdt), fullBox('trun', 1, flags, trun)),
  );
  const size = boxSize(moof);
  let mdatSize = 8;
  for (const { data } of samples) mdatSize += data.length;
  const head = serialize(moof);
  // trun's payload is copied into its box: the data offset, known only now, goes there directly.
  head.writeUInt32BE(size + 8, size - trun.length + 4);
  const mdat = Buffer.allocUnsafe(8);
  mdat.writeUInt32BE(mdatSize, 0);
  mdat.write('mdat', 4, 'latin1');
  return Buffer.concat([head, mdat, ...samples.map((sample) => sample.data)], size + mdatSize);
}

type Slice = { readonly type: string; readonly data: Buffer; readonly start: number };

/** The boxes of one level. @throws RangeError when one does not fit. */
function* boxesOf(buffer: Buffer): Generator<Slice> {
  let at = 0;
  while (at < buffer.length) {
    if (at + 8 > buffer.length) throw new RangeError(`box at ${at} is cut`);
    const size = buffer.readUInt32BE(at);
    if (size < 8 || at + size > buffer.length) throw new RangeError(`box at ${at} claims ${size} bytes`);
    yield {
      type: buffer.toString('latin1', at + 4, at + 8),
      data: buffer.subarray(at + 8, at + size),
      start: at,
    };
    at += size;
  }
}

function child(buffer: Buffer, ...path: string[]): Buffer {
  let level = buffer;
  for (const type of path) {
    const found = [...boxesOf(level)].find((each) => each.type === type);
    if (!found) throw new RangeError(`there is no ${type} box (looked for ${path.join('.')})`);
    level = found.data;
  }
  return level;
}

/** Samples of one of our parts, or of a whole segment of them. Their data are views into `buffer`. @throws RangeError */
export function readPart(buffer: Buffer): Sample[] {
  const samples: Sample[] = [];
  for (const { type, data, start } of boxesOf(buffer)) {
    if (type === 'moof') readFragment(buffer, start, child(data, 'traf'), samples);
  }
  return samples;
}

function readFragment(buffer: Buffer, moofStart: number, traf: Buffer, into: Sample[]): void {
  const tfhd = child(traf, 'tfhd');
  const headerFlags = tfhd.readUInt32BE(0) & 0xffffff;
  let at = 8;
  const usualDuration = headerFlags & defaultDuration ? tfhd.readUInt32BE(at) : 0;
  if (headerFlags & defaultDuration) at += 4;
  const usualFlags = headerFlags & defaultFlags ? tfhd.readUInt32BE(at) : 0;
  let dts = Number(child(traf, 'tfdt').readBigUInt64BE(4));
  const trun = child(traf, 'trun');
  const flags = trun.readUInt32BE(0) & 0xffffff;
  const count = trun.readUInt32BE(4);
  let offset = moofStart + trun.readInt32BE(8);
  let row = 12;
  for (let i = 0; i < count; i++) {
    const duration = flags & hasDuration ? trun.readUInt32BE(row) : usualDuration;
    if (flags & hasDuration) row += 4;
    const size = trun.readUInt32BE(row);
    row += 4;
    const sampleFlags = flags & hasFlags ? trun.readUInt32BE(row) : usualFlags;
    if (flags & hasFlags) row += 4;
    const cts = flags & hasCompositionOffset ? trun.readInt32BE(row) : 0;
    if (flags & hasCompositionOffset) row += 4;
    if (offset + size > buffer.length) throw new RangeError(`sample ${i} ends past its part`);
    const data = buffer.subarray(offset, offset + size);
    into.push({ dts, cts, duration, keyframe: (sampleFlags & 0x10000) === 0, data });
    offset += size;
    dts += duration;
  }
}

export type ReadInit =
  | { readonly kind: 'video'; readonly timescale: number; readonly config: VideoConfig }
  | { readonly kind: 'audio'; readonly timescale: number; readonly config: AudioConfig };

/** One of our initialisation segments. @throws RangeError */
export function readInit(buffer: Buffer): ReadInit {
  const mdia = child(buffer, 'moov', 'trak', 'mdia');
  const timescale = child(mdia, 'mdhd').readUInt32BE(12);
  const entries = child(mdia, 'minf', 'stbl', 'stsd').subarray(8);
  const [entry] = boxesOf(entries);
  if (!entry) throw new RangeError('stsd has no sample entry');
  if (entry.type === 'mp4a') {
    // esds: version, ES (5 + 3), DecoderConfig (5 + 13), DecoderSpecificInfo (5), then the ASC.
    const esds = child(entry.data.subarray(28), 'esds');
    const sizeAt = 4 + 8 + 18 + 4;
    const asc = esds.subarray(sizeAt + 1, sizeAt + 1 + esds.readUInt8(sizeAt));
    return { kind: 'audio', timescale, config: parseAudioSpecificConfig(asc) };
  }
  const codec = entry.type === 'avc1' ? 'avc' : entry.type === 'hvc1' ? 'hevc' : 'av1';
  const [configuration] = boxesOf(entry.data.subarray(78));
  if (!configuration) throw new RangeError(`${entry.type} has no configuration`);
  return { kind: 'video', timescale, config: parseVideoConfig(codec, configuration.data) };
}
