/** AAC as FLV and MP4 carry it: AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1) and silent access units. */
import { BitReader } from './bit-reader.ts';

export type AacConfig = {
  readonly asc: Buffer;
  /** RFC 6381, e.g. `mp4a.40.2`. */
  readonly codecs: string;
  /** Hz of the core coder, which is also the media timescale: with SBR the output rate is twice this. */
  readonly sampleRate: number;
  /** Channels of the core coder; parametric stereo is 1 here. */
  readonly coreChannels: number;
  /** Channels heard. */
  readonly channels: number;
  /** Core samples in an access unit: 1024 or 960. */
  readonly frameLength: number;
  /** SBR or PS announced explicitly. */
  readonly sbr: boolean;
  readonly ps: boolean;
  /** One silent access unit. */
  readonly silence: Buffer;
};

const rates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
/** Channels by channelConfiguration; 0 is a program config element. */
const channelCounts = [0, 1, 2, 3, 4, 5, 6, 8];

const readObjectType = (bits: BitReader): number => {
  const type = bits.bits(5);
  return type === 31 ? 32 + bits.bits(6) : type;
};
const readRate = (bits: BitReader): number => {
  const index = bits.bits(4);
  const rate = index === 15 ? bits.bits(24) : rates[index];
  if (!rate || rate < 7350 || rate > 96000)
    throw new RangeError(`AAC sample rate must be 7350 to 96000 (got index ${index})`);
  return rate;
};

/** @throws RangeError when truncated or not an AAC this pipeline can carry. */
export function parseAudioSpecificConfig(asc: Buffer): AacConfig {
  const bits = new BitReader(asc);
  let type = readObjectType(bits);
  const sampleRate = readRate(bits);
  const channelConfig = bits.bits(4);
  let sbr = false;
  let ps = false;
  if (type === 5 || type === 29) {
    sbr = true;
    ps = type === 29;
    readRate(bits);
    type = readObjectType(bits);
  }
  if (type < 1 || type > 4)
    throw new RangeError(`AAC object type must be Main, LC, SSR or LTP (got ${type})`);
  const frameLength = bits.flag() ? 960 : 1024;
  if (bits.flag()) bits.skip(14);
  bits.skip(1);
  const coreChannels = channelConfig === 0 ? programChannels(bits) : channelCounts[channelConfig];
  if (!coreChannels) throw new RangeError(`AAC channel configuration must be 0 to 7 (got ${channelConfig})`);
  if (!sbr && channelConfig !== 0 && bits.bitsLeft >= 16 && bits.bits(11) === 0x2b7) {
    if (readObjectType(bits) === 5 && bits.flag()) {
      sbr = true;
      readRate(bits);
      ps = bits.bitsLeft >= 12 && bits.bits(11) === 0x548 && bits.flag();
    }
  }
  return {
    asc,
    codecs: `mp4a.40.${ps ? 29 : sbr ? 5 : type}`,
    sampleRate,
    coreChannels,
    channels: ps && coreChannels === 1 ? 2 : coreChannels,
    frameLength,
    sbr,
    ps,
    silence: silentAccessUnit(channelConfig || coreChannels),
  };
}

/** program_config_element (4.4.1.1) up to its channels. */
function programChannels(bits: BitReader): number {
  bits.skip(4 + 2 + 4);
  const front = bits.bits(4);
  const side = bits.bits(4);
  const back = bits.bits(4);
  const lfe = bits.bits(2);
  bits.skip(3 + 4);
  if (bits.flag()) bits.skip(4);
  if (bits.flag()) bits.skip(4);
  if (bits.flag()) bits.skip(3);
  let channels = lfe;
  for (let i = 0; i < front + side + back; i++) {
    channels += bits.flag() ? 2 : 1;
    bits.skip(4);
  }
  return channels;
}

/** An AudioSpecificConfig of AAC-LC; `rate` must be one of the standard rates, `channels` 1 or 2. */
export function lcConfig(rate: number, channels: 1 | 2): AacConfig {
  const index = rates.indexOf(rate);
  if (index < 0) throw new RangeError(`AAC-LC rate must be standard (got ${rate})`);
  return parseAudioSpecificConfig(
    Buffer.from([(2 << 3) | (index >> 1), ((index & 1) << 7) | (channels << 3)]),
  );
}

/** Syntactic elements by channelConfiguration (table 1.19). */
const layouts: readonly (readonly ('single' | 'pair' | 'lfe')[])[] = [
  [],
  ['single'],
  ['pair'],
  ['single', 'pair'],
  ['single', 'pair', 'single'],
  ['single', 'pair', 'pair'],
  ['single', 'pair', 'pair', 'lfe'],
  ['single', 'pair', 'pair', 'pair', 'lfe'],
];
const silentUnits = new Map<number, Buffer>();

/**
 * raw_data_block (4.4.2.1) whose elements all have max_sfb 0: no spectrum, so silence at any rate and frame length.
 * With SBR announced it has no SBR payload, which decoders take as plain upsampling.
 */
function silentAccessUnit(channelConfig: number): Buffer {
  const known = silentUnits.get(channelConfig);
  if (known) return known;
  const layout = layouts[channelConfig] ?? ['pair'];
  const tags = { single: 0, pair: 0, lfe: 0 };
  const icsInfo = '0' + '00' + '0' + '000000' + '0';
  const gain = '00000000';
  const noTools = '000';
  let bits = '';
  for (const element of layout) {
    const tag = (tags[element]++).toString(2).padStart(4, '0');
    if (element === 'pair') bits += `001${tag}1${icsInfo}00${gain}${noTools}${gain}${noTools}`;
    else bits += `${element === 'lfe' ? '011' : '000'}${tag}${gain}${icsInfo}${noTools}`;
  }
  bits += '111';
  const bytes = bits.match(/.{1,8}/g) ?? [];
  const unit = Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
  silentUnits.set(channelConfig, unit);
  return unit;
}
