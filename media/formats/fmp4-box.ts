/** Boxes of ISO/IEC 14496-12 as plain data, so that what uses them reads like the standard. */

export type Box = {
  readonly type: string;
  /** Payload before the children. */
  readonly data: Buffer;
  readonly children: readonly Box[];
};

const empty = Buffer.alloc(0);

export const box = (type: string, data: Buffer, ...children: Box[]): Box => ({ type, data, children });
export const container = (type: string, ...children: Box[]): Box => ({ type, data: empty, children });
/** FullBox, 4.2.2: version and 24 bits of flags before the payload. */
export const fullBox = (
  type: string,
  version: number,
  flags: number,
  data: Buffer,
  ...children: Box[]
): Box => ({
  type,
  data: Buffer.concat([u32((version << 24) | flags), data]),
  children,
});

export const u8 = (...values: number[]): Buffer => Buffer.from(values);
export const u16 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, i * 2);
  return bytes;
};
export const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, i * 4);
  return bytes;
};
export const zeros = (count: number): Buffer => Buffer.alloc(count);
export const bytes = (...parts: (Buffer | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));

export const boxSize = ({ data, children }: Box): number =>
  8 + data.length + children.reduce((sum, child) => sum + boxSize(child), 0);

export function serialize(...boxes: Box[]): Buffer {
  const out = Buffer.allocUnsafe(boxes.reduce((sum, each) => sum + boxSize(each), 0));
  let at = 0;
  for (const each of boxes) at = writeBox(out, at, each);
  return out;
}

function writeBox(out: Buffer, at: number, { type, data, children }: Box): number {
  out.write(type, at + 4, 'latin1');
  data.copy(out, at + 8);
  let end = at + 8 + data.length;
  for (const child of children) end = writeBox(out, end, child);
  out.writeUInt32BE(end - at, at);
  return end;
}
