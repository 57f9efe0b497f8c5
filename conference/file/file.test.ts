import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindOf } from './file-kind.ts';
import { FileStore } from './file-store.ts';

let folder: string;
let files: FileStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-files-'));
  files = new FileStore(folder);
  await files.prepare();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#0b5cad' } });
const add = (bytes: Buffer | string) => files.add(Readable.from([Buffer.from(bytes)]));
const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(20)]);

describe('a file of a conference', () => {
  it('that is a picture is made small and new, without what the camera wrote in it', async () => {
    const original = await picture(4000, 1000)
      .withExif({ IFD0: { Copyright: 'Dr. Wang, Ward 3' } })
      .jpeg()
      .toBuffer();
    const name = await add(original);
    expect(name).toMatch(/^[A-Za-z0-9_-]{22}\.webp$/);
    const kept = await readFile(join(folder, name));
    expect(await sharp(kept).metadata()).toMatchObject({ format: 'webp', width: 2560, height: 640 });
    expect(kept.includes('Dr. Wang')).toBe(false);
    expect(await files.find(name)).toMatchObject({ bytes: kept.length, type: 'image/webp' });
  });

  it('that is an MP4 is kept as it is', async () => {
    const name = await add(mp4);
    expect(name).toMatch(/\.mp4$/);
    expect(await readFile(join(folder, name))).toEqual(mp4);
  });

  it.each([
    ['scripted SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['HTML', '<html><script>alert(1)</script>'],
    ['a broken PNG', '\x89PNG\r\n\x1a\nnothing'],
    ['nothing', ''],
  ])('is refused when it is %s, and nothing of it stays', async (_what, bytes) => {
    const before = (await readdir(folder)).length;
    await expect(add(Buffer.from(bytes, 'latin1'))).rejects.toMatchObject({ code: 'file.kind' });
    expect(await readdir(folder)).toHaveLength(before);
  });

  it('fault 66: is refused before it is decoded when it has too many pixels', async () => {
    // The header says 60,000 × 60,000; there are no pixels behind it.
    const png = await picture(1, 1).png().toBuffer();
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    await expect(add(png)).rejects.toMatchObject({ code: 'file.kind' });
  });

  it('is found by its name alone', async () => {
    for (const name of ['../secret', 'x.webp', `${'a'.repeat(22)}.svg`, `${'a'.repeat(22)}.webp`])
      expect(await files.find(name)).toBeUndefined();
  });

  it('is known by its bytes', () => {
    expect(kindOf(Buffer.from('GIF89a...'))).toBe('gif');
    expect(kindOf(Buffer.from('\0\0\0 ftypavif', 'latin1'))).toBe('avif');
    expect(kindOf(Buffer.from('\0\0\0 ftypqt  ', 'latin1'))).toBeUndefined();
    expect(kindOf(Buffer.from('<?xml'))).toBeUndefined();
  });
});
