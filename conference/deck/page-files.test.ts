import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PageFiles } from './page-files.ts';

let folder: string;
const image = (id: string) => ({ id, width: 480, height: 270, widths: [480], avif: true });
const one = 'a'.repeat(22);
const two = 'b'.repeat(22);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-pages-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const written = async (files: PageFiles, ...ids: string[]) => {
  const from = join(folder, 'work');
  await mkdir(from, { recursive: true });
  for (const id of ids)
    for (const end of ['480.webp', '480.avif', 'json'])
      await writeFile(join(from, `${id}.${end}`), `${id} ${end}`);
  await files.take('v1', ids.map(image), from);
};

it('are taken over, read and removed with all their forms', async () => {
  const files = new PageFiles(folder);
  await written(files, one, two);
  for (const end of ['480.webp', '480.avif', 'json'])
    expect(String(await files.read('v1', `${one}.${end}`))).toBe(`${one} ${end}`);
  await files.remove('v1', [image(one)]);
  expect(await files.read('v1', `${one}.480.webp`)).toBeUndefined();
  expect((await readdir(files.folderOf('v1'))).every((name) => name.startsWith(two))).toBe(true);
  await files.removeVenue('v1');
  expect(await files.read('v1', `${two}.480.webp`)).toBeUndefined();
});

it('fault 32: names that are not ours do not exist', async () => {
  const files = new PageFiles(folder);
  await written(files, one);
  await writeFile(join(folder, 'v1', 'secret.json'), 'x');
  for (const name of ['secret.json', '../v1/x', `../v1/${one}.480.webp`, `${one}.480.png`, `${one}`, ''])
    expect(await files.read('v1', name)).toBeUndefined();
  for (const venue of ['..', '', 'v1/../v1', 'v2'])
    expect(await files.read(venue, `${one}.480.webp`)).toBeUndefined();
});

it('asked for by a whole hall at once are read once', async () => {
  const files = new PageFiles(folder);
  await written(files, one);
  const read = await Promise.all(Array.from({ length: 50 }, () => files.read('v1', `${one}.480.webp`)));
  expect(new Set(read).size).toBe(1);
});

it('stay within the memory given to them', async () => {
  const files = new PageFiles(folder, 40);
  await written(files, one, two);
  const first = await files.read('v1', `${one}.480.webp`);
  await files.read('v1', `${two}.480.webp`);
  const again = await files.read('v1', `${one}.480.webp`);
  expect(again).not.toBe(first);
  expect(again).toEqual(first);
});
