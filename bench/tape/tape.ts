/** A recorded encoder: FLV tags in memory, played again and again in real time without encoding anything. */
import { readFileSync } from 'node:fs';
import { encodeAmf0 } from '#media/formats/amf0.ts';
import { messageType } from '#media/formats/rtmp-message.ts';

/** Whole numbers of pictures (25/s), GOPs (2 s) and AAC frames (48 kHz) fit, so that repetitions join without a gap. */
export const tapeMs = 16_000;
const pictures = 400;
const soundFrames = 750;

export type TapeTag = {
  /** RTMP message type. */
  readonly type: number;
  /** Ms from the start of the tape. */
  readonly at: number;
  readonly payload: Buffer;
};
export type Tape = {
  /** Script data and sequence headers: sent once a connection. */
  readonly opening: readonly TapeTag[];
  /** In order of time; repeated every `tapeMs`. */
  readonly tags: readonly TapeTag[];
};

/** Reads an FLV file of at least 16 s, 25 pictures/s and 48 kHz sound (Adobe FLV 10.1, E.3 and E.4). */
export function readTape(path: string): Tape {
  const file = readFileSync(path);
  const opening: TapeTag[] = [];
  const video: TapeTag[] = [];
  const sound: TapeTag[] = [];
  for (let at = file.readUInt32BE(5) + 4; at + 11 <= file.length; ) {
    const type = file.readUInt8(at);
    const size = file.readUIntBE(at + 1, 3);
    const payload = file.subarray(at + 11, at + 11 + size);
    if (type === messageType.dataAmf0)
      opening.push({ type, at: 0, payload: Buffer.concat([encodeAmf0(['@setDataFrame']), payload]) });
    // AVC and AAC sequence headers have packet type 0 (E.4.3.1, E.4.2.1).
    else if (size > 1 && payload[1] === 0) opening.push({ type, at: 0, payload });
    else if (type === messageType.video && video.length < pictures)
      video.push({ type, at: video.length * 40, payload });
    else if (type === messageType.audio && sound.length < soundFrames)
      sound.push({ type, at: Math.round((sound.length * 1024) / 48), payload });
    at += 11 + size + 4;
  }
  if (video.length < pictures || sound.length < soundFrames)
    throw new Error(
      `a tape needs ${pictures} pictures and ${soundFrames} sound frames (got ${video.length}, ${sound.length})`,
    );
  return { opening, tags: [...video, ...sound].sort((a, b) => a.at - b.at) };
}
