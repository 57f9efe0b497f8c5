import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fontLimits } from '#contracts/font.ts';
import { FontStore } from './font-store.ts';
import { bundledFonts } from './fonts.ts';
import { type Folder, temporaryFolder } from './test-decks.ts';

let folder: Folder;
let font: Buffer;
beforeAll(async () => {
  folder = await temporaryFolder();
  font = await readFile(bundledFonts()[0]!);
});
afterAll(() => folder.remove());

async function* pieces(...buffers: Buffer[]): AsyncGenerator<Buffer> {
  yield* buffers;
}
async function opened(name: string): Promise<FontStore> {
  const store = new FontStore(join(folder.path, name));
  await store.load();
  return store;
}

describe('fonts given for decks', () => {
  it('fault 61: are stored under names of ours, whatever they are called, and are there after a restart', async () => {
    const store = await opened('kept');
    const added = await store.add(
      '../../etc/passwd\0.ttf',
      pieces(font.subarray(0, 1000), font.subarray(1000)),
      5,
    );
    expect(added).toMatchObject({ name: '../../etc/passwd\0.ttf', bytes: font.length, addedAt: 5 });
    expect(added.families).toContain('Noto Sans SC');
    expect((await readdir(join(folder.path, 'kept'))).sort()).toEqual([
      `${added.id}.font`,
      `${added.id}.json`,
    ]);
    expect((await readFile(store.paths()[0]!)).equals(font)).toBe(true);
    const again = await opened('kept');
    expect(again.list()).toEqual([added]);
    expect(again.paths()).toEqual(store.paths());
  });

  it('are one when uploaded twice, and gone when removed', async () => {
    const store = await opened('once');
    const { id } = await store.add('a.ttf', pieces(font));
    expect((await store.add('b.ttf', pieces(font))).name).toBe('a.ttf');
    expect(store.list()).toHaveLength(1);
    for (const wrong of ['../kept', '', '__proto__']) expect(await store.remove(wrong)).toBeUndefined();
    expect(await store.remove(id)).toMatchObject({ name: 'a.ttf' });
    expect(await readdir(join(folder.path, 'once'))).toEqual([]);
  });

  it('are refused when they are no TTF or OTF, too large, or too many', async () => {
    const store = await opened('refused');
    for (const bytes of [Buffer.alloc(0), Buffer.from('wOF2 and more'), font.subarray(0, 5000)])
      await expect(store.add('x.ttf', pieces(bytes))).rejects.toMatchObject({
        code: 'font.kind',
        detail: 'x.ttf',
      });
    const piece = Buffer.alloc(1024 * 1024);
    await expect(
      store.add('huge.ttf', pieces(...Array.from({ length: 31 }, () => piece))),
    ).rejects.toMatchObject({ code: 'request.tooLarge' });
    // Bytes behind a font's tables are nobody's: each is another file of the largest size.
    const filler = (k: number) => Buffer.alloc(fontLimits.bytes - font.length, k);
    for (const k of [1, 2, 3, 4]) await store.add(`${k}.ttf`, pieces(font, filler(k)));
    await expect(store.add('5.ttf', pieces(font))).rejects.toMatchObject({ code: 'font.room' });
    expect(store.list()).toHaveLength(4);
  });

  it('fault 86: half of one that a kill left is not there after the next start', async () => {
    const store = await opened('half');
    const { id } = await store.add('a.ttf', pieces(font));
    const half = 'f'.repeat(32);
    await writeFile(join(folder.path, 'half', `${half}.font`), 'half');
    await writeFile(join(folder.path, 'half', `${half}.new`), '{');
    expect((await opened('half')).list().map((one) => one.id)).toEqual([id]);
    expect(await readdir(join(folder.path, 'half'))).toHaveLength(2);
  });
});
