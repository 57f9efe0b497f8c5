/** Reads an FLV file's tags as an encoder would send them (Adobe FLV 10.1, E.2 to E.4). */
import { FlvReader } from '#media/formats/flv.ts';
import type { MediaTag } from '#media/formats/media-tag.ts';

export type TimedTag = { readonly tag: MediaTag; readonly timestamp: number };

export function readFlvFile(file: Buffer): TimedTag[] {
  const tags: TimedTag[] = [];
  const reader = new FlvReader();
  let at = file.readUInt32BE(5) + 4;
  while (at + 11 <= file.length) {
    const type = file.readUInt8(at);
    const size = file.readUIntBE(at + 1, 3);
    const timestamp = (file.readUIntBE(at + 4, 3) | (file.readUInt8(at + 7) << 24)) >>> 0;
    const body = file.subarray(at + 11, at + 11 + size);
    const tag =
      type === 9 ? reader.video(body, timestamp) : type === 8 ? reader.audio(body, timestamp) : undefined;
    if (tag) tags.push({ tag, timestamp });
    at += 11 + size + 4;
  }
  return tags;
}
