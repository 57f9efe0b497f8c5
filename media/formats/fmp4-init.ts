/** Initialisation segments: ftyp and moov of one track (ISO/IEC 14496-12, sample entries of 14496-14 and -15). */
import type { AudioConfig, VideoConfig } from './codec-config.ts';
import { type Box, box, bytes, container, fullBox, serialize, u8, u16, u32, zeros } from './fmp4-box.ts';

/** Ticks a second of every video track; sound uses the core sample rate. */
export const videoTimescale = 90_000;

export const videoInit = (config: VideoConfig): Buffer =>
  initSegment(
    videoTimescale,
    'vide',
    config.width,
    config.height,
    fullBox('vmhd', 0, 1, zeros(8)),
    visualSampleEntry(config),
  );

export const audioInit = (config: AudioConfig): Buffer =>
  initSegment(config.sampleRate, 'soun', 0, 0, fullBox('smhd', 0, 0, zeros(4)), mp4a(config));

const matrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

function initSegment(
  timescale: number,
  handler: 'vide' | 'soun',
  width: number,
  height: number,
  mediaHeader: Box,
  sampleEntry: Box,
): Buffer {
  const volume = handler === 'soun' ? 0x0100 : 0;
  return serialize(
    box('ftyp', bytes('iso6', u32(0), 'iso6', 'cmfc', 'mp41')),
    container(
      'moov',
      fullBox(
        'mvhd',
        0,
        0,
        bytes(u32(0, 0, timescale, 0), u32(0x10000), u16(0x0100), zeros(10), matrix, zeros(24), u32(2)),
      ),
      container(
        'trak',
        fullBox(
          'tkhd',
          0,
          3,
          bytes(u32(0, 0, 1, 0, 0), zeros(8), u16(0, 0, volume, 0), matrix, u32(width << 16, height << 16)),
        ),
        container(
          'mdia',
          fullBox('mdhd', 0, 0, bytes(u32(0, 0, timescale, 0), u16(0x55c4, 0))),
          fullBox('hdlr', 0, 0, bytes(u32(0), handler, zeros(12), 'rostrum\0')),
          container(
            'minf',
            mediaHeader,
            container('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1, zeros(0)))),
            container(
              'stbl',
              fullBox('stsd', 0, 0, u32(1), sampleEntry),
              fullBox('stts', 0, 0, u32(0)),
              fullBox('stsc', 0, 0, u32(0)),
              fullBox('stsz', 0, 0, u32(0, 0)),
              fullBox('stco', 0, 0, u32(0)),
            ),
          ),
        ),
      ),
      container('mvex', fullBox('trex', 0, 0, u32(1, 1, 0, 0, 0))),
    ),
  );
}

const entryTypes = { avc: ['avc1', 'avcC'], hevc: ['hvc1', 'hvcC'], av1: ['av01', 'av1C'] } as const;

/** VisualSampleEntry, 12.1.3. */
function visualSampleEntry({ codec, record, width, height }: VideoConfig): Box {
  const [entry, configuration] = entryTypes[codec];
  return box(
    entry,
    bytes(
      zeros(6),
      u16(1),
      zeros(16),
      u16(width, height),
      u32(0x480000, 0x480000, 0),
      u16(1),
      zeros(32),
      u16(24, 0xffff),
    ),
    box(configuration, record),
  );
}

/** MP4AudioSampleEntry with its esds (ISO/IEC 14496-14 5.6, 14496-1 7.2.6). */
function mp4a({ asc, coreChannels, sampleRate }: AudioConfig): Box {
  const decoderSpecific = descriptor(5, asc);
  const decoderConfig = descriptor(4, bytes(u8(0x40, 0x15, 0, 0, 0), u32(0, 0), decoderSpecific));
  const es = descriptor(3, bytes(u16(1), u8(0), decoderConfig, descriptor(6, u8(2))));
  return box(
    'mp4a',
    bytes(
      zeros(6),
      u16(1),
      zeros(8),
      u16(coreChannels, 16, 0, 0),
      u16(sampleRate > 0xffff ? 0 : sampleRate, 0),
    ),
    fullBox('esds', 0, 0, es),
  );
}

/** Descriptor with its expandable size in four bytes. */
function descriptor(tag: number, payload: Buffer): Buffer {
  const size = payload.length;
  return bytes(
    u8(tag, 0x80 | ((size >> 21) & 127), 0x80 | ((size >> 14) & 127), 0x80 | ((size >> 7) & 127), size & 127),
    payload,
  );
}
