import { describe, expect, test } from 'vitest';
import { lcConfig, parseAudioSpecificConfig } from './aac.ts';

const parse = (hex: string) => parseAudioSpecificConfig(Buffer.from(hex, 'hex'));

describe('an AudioSpecificConfig', () => {
  test.each([
    ['1190', { codecs: 'mp4a.40.2', sampleRate: 48_000, channels: 2, frameLength: 1024, sbr: false }],
    ['1208', { codecs: 'mp4a.40.2', sampleRate: 44_100, channels: 1, frameLength: 1024 }],
    ['1194', { sampleRate: 48_000, channels: 2, frameLength: 960 }],
    // Explicit SBR: 24 kHz core, 48 kHz out; explicit PS: mono core heard as stereo.
    ['2b118800', { codecs: 'mp4a.40.5', sampleRate: 24_000, channels: 2, sbr: true, ps: false }],
    ['eb098800', { codecs: 'mp4a.40.29', sampleRate: 24_000, channels: 2, coreChannels: 1, ps: true }],
    // LC with the backward-compatible extension 0x2b7.
    ['131056e59880', { codecs: 'mp4a.40.5', sampleRate: 24_000, channels: 2, sbr: true }],
    ['11b0', { channels: 6 }],
  ])('%s is read to its core', (hex, expected) => {
    expect(parse(hex)).toMatchObject(expected);
  });

  test('that is empty, cut or of another codec is refused', () => {
    for (const hex of ['', '11', '1780', '4a10', '11f8']) expect(() => parse(hex)).toThrow(RangeError);
  });

  test('can be made for LC', () => {
    expect(lcConfig(48_000, 2).asc.toString('hex')).toBe('1190');
    expect(lcConfig(44_100, 1).asc.toString('hex')).toBe('1208');
  });
});
