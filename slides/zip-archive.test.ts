import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, temporaryFolder } from './test-decks.ts';
import { openArchive } from './zip-archive.ts';
import { ZipWriter } from './zip-writer.ts';

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const opened = async (content: Buffer) => openArchive((await folder.put('a.zip', content)).path, 'a.zip');
const single = (name: string, content: Buffer): Buffer => {
  const writer = new ZipWriter();
  writer.add(name, content);
  return writer.end();
};
const central = (zip: Buffer): number => zip.indexOf('PK\x01\x02', 0, 'latin1');

describe('archives within limits', () => {
  it('reads back what was written', async () => {
    const writer = new ZipWriter();
    writer.add('a.xml', Buffer.from('<a/>'));
    writer.add('图.png', Buffer.from([1, 2, 3]), true);
    const archive = await opened(writer.end());
    expect((await archive.read('a.xml', 100)).toString()).toBe('<a/>');
    expect([...(await archive.read('图.png', 100))]).toEqual([1, 2, 3]);
    await expect(archive.read('a.xml', 3)).rejects.toMatchObject({ code: 'deck.hostile' });
    archive.close();
  });

  it('fault 56: a small file that unpacks to more than 100 times its size is refused before it is unpacked', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const bomb = single('ppt/presentation.xml', Buffer.alloc(40 * 1024 * 1024));
    await expect(opened(bomb)).rejects.toMatchObject({
      code: 'deck.hostile',
      detail: expect.stringContaining('ZIP bomb'),
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('fault 56: more than 200 MiB over its own size is refused by the directory alone', async () => {
    const zip = single('a', Buffer.from('x'));
    zip.writeUInt32LE(300 * 1024 * 1024, central(zip) + 24);
    await expect(opened(zip)).rejects.toMatchObject({ code: 'deck.hostile' });
  });

  it('fault 56: more than 10,000 entries are refused', async () => {
    const writer = new ZipWriter();
    for (let i = 0; i <= 10_000; i++) writer.add(`e${i}`, Buffer.alloc(0), true);
    await expect(opened(writer.end())).rejects.toMatchObject({
      code: 'deck.hostile',
      detail: expect.stringContaining('entries'),
    });
  });

  it('fault 57: names that lead out of the archive are refused', async () => {
    for (const name of ['../../etc/passwd', '/etc/passwd', 'C:/x', 'ppt\\..\\..\\x'])
      await expect(opened(single(name, Buffer.from('x'))), name).rejects.toMatchObject({
        code: 'deck.hostile',
      });
  });

  it('fault 57: a symbolic link and two entries of one name are refused', async () => {
    const link = single('ppt/media/a.png', Buffer.from('/etc/passwd'));
    link.writeUInt32LE((0o120777 << 16) >>> 0, central(link) + 38);
    await expect(opened(link)).rejects.toMatchObject({ detail: expect.stringContaining('symbolic link') });
    const writer = new ZipWriter();
    writer.add('a.xml', Buffer.from('1'));
    writer.add('A.xml', Buffer.from('2'));
    await expect(opened(writer.end())).rejects.toMatchObject({ code: 'deck.hostile' });
  });

  it('fault 57: an entry that brings more than it promises is refused while it is read', async () => {
    const zip = single('a.xml', Buffer.alloc(100_000, 'abc'));
    zip.writeUInt32LE(10, central(zip) + 24);
    const archive = await opened(zip);
    await expect(archive.read('a.xml', 1000)).rejects.toMatchObject({
      code: 'deck.hostile',
      detail: expect.stringContaining('not as large'),
    });
    archive.close();
  });

  it('fault 57: entries over each other are refused', async () => {
    const zip = single('a.xml', Buffer.alloc(1000, 'abc'));
    zip.writeUInt32LE(deflateRawSync(Buffer.alloc(10)).length + 1_000_000, central(zip) + 20);
    await expect(opened(zip)).rejects.toMatchObject({ code: 'deck.hostile' });
  });
});
