/** Real coded media for the tests of this folder: made by ffmpeg as FLV, read into the tags an encoder would send. */
import { spawnSync } from 'node:child_process';
import type { MediaTag } from '../formats/media-tag.ts';

export type TestMedia = {
  readonly seconds: number;
  /** lavfi source; testsrc2 by default. `null`: none. */
  readonly video?: string | null;
  /** lavfi source; a tone on both sides by default. `null`: none. */
  readonly audio?: string | null;
  readonly fps?: number;
  readonly gopSeconds?: number;
  readonly bFrames?: number;
  readonly width?: number;
  readonly height?: number;
  /** Of the video; x264's constant quality unless given. */
  readonly kbps?: number;
};

/** Tags in the order of the file, `dts` from 0. */
export function makeMedia(options: TestMedia): MediaTag[] {
  const { seconds, fps = 25, gopSeconds = 2, bFrames = 0, width = 320, height = 180 } = options;
  const video = options.video === undefined ? `testsrc2=s=${width}x${height}:r=${fps}` : options.video;
  const audio =
    options.audio === undefined ? 'sine=f=440:r=48000,aformat=channel_layouts=stereo' : options.audio;
  const input = (source: string | null): string[] =>
    source === null ? [] : ['-f', 'lavfi', '-t', String(seconds), '-i', source];
  const gop = String(Math.round(gopSeconds * fps));
  const { stdout, stderr } = spawnSync(
    'ffmpeg',
    [
      ...['-v', 'error', ...input(video), ...input(audio)],
      ...[
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-pix_fmt',
        'yuv420p',
        '-threads',
        '1',
        '-bf',
        String(bFrames),
      ],
      ...(options.kbps ? ['-b:v', `${options.kbps}k`] : []),
      ...['-g', gop, '-keyint_min', gop, '-sc_threshold', '0'],
      ...['-c:a', 'aac', '-b:a', '96k', '-f', 'flv', '-flvflags', 'no_duration_filesize', '-'],
    ],
    { maxBuffer: 1 << 28 },
  );
  if (stdout.length === 0) throw new Error(`ffmpeg made nothing: ${stderr.toString()}`);
  return readFlv(stdout);
}

/** FLV 1.0 annex E: 9 bytes of header, then tags each preceded by the size of the one before. */
function readFlv(file: Buffer): MediaTag[] {
  const tags: MediaTag[] = [];
  for (let at = 13; at + 11 <= file.length; ) {
    const type = file.readUInt8(at);
    const size = file.readUIntBE(at + 1, 3);
    const dts = file.readUIntBE(at + 4, 3) + (file.readUInt8(at + 7) << 24);
    const tag = readTag(type, dts, file.subarray(at + 11, at + 11 + size));
    if (tag) tags.push(tag);
    at += 11 + size + 4;
  }
  return tags;
}

function readTag(type: number, dts: number, body: Buffer): MediaTag | undefined {
  if (type === 8 && body.length > 2) {
    const data = body.subarray(2);
    return body[1] === 0
      ? { kind: 'audioConfig', codec: 'aac', asc: data }
      : { kind: 'audio', codec: 'aac', dts, data };
  }
  if (type !== 9 || body.length <= 5) return undefined;
  const data = body.subarray(5);
  if (body[1] === 0) return { kind: 'videoConfig', codec: 'avc', record: data };
  const keyframe = body.readUInt8(0) >> 4 === 1;
  return { kind: 'video', codec: 'avc', dts, cts: body.readIntBE(2, 3), keyframe, data };
}
