import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sniff } from './sniff.ts';
import { type Folder, odpParts, pdfOf, pptxParts, temporaryFolder, zipped } from './test-decks.ts';
import { ZipWriter } from './zip-writer.ts';

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const told = async (name: string, content: Buffer) => {
  const file = await folder.put(name, content);
  return sniff(file.path, name);
};
const compound = (text: string): Buffer => {
  const file = Buffer.alloc(4096);
  Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).copy(file);
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(1, 48);
  Buffer.from(text, 'utf16le').copy(file, 1024);
  return file;
};

describe('what a file is', () => {
  it('is told by its bytes, whatever it is called', async () => {
    expect(await told('a.pdf', zipped(pptxParts([{ title: 'x' }])))).toBe('pptx');
    expect(await told('b.pptx', zipped(odpParts('<draw:page/>')))).toBe('odp');
    expect(await told('c.txt', pdfOf(['hello']))).toBe('pdf');
    expect(await told('d.pptx', compound('PowerPoint Document'))).toBe('ppt');
  });

  it('tells a slide show from a presentation', async () => {
    const parts = pptxParts([{ title: 'x' }]);
    const types = String(parts.get('[Content_Types].xml')).replace('presentation.main', 'slideshow.main');
    expect(await told('a', zipped(parts.set('[Content_Types].xml', types)))).toBe('ppsx');
  });

  it('fault 64: an encrypted file is refused as such', async () => {
    await expect(told('a.pptx', compound('EncryptedPackage'))).rejects.toMatchObject({
      code: 'deck.encrypted',
    });
    const parts = odpParts('<draw:page/>');
    parts.set('META-INF/manifest.xml', '<manifest><encryption-data/></manifest>');
    await expect(told('a.odp', zipped(parts))).rejects.toMatchObject({ code: 'deck.encrypted' });
  });

  it('fault 64: a file that is cut off or empty is refused as broken, with the reason', async () => {
    const whole = zipped(pptxParts([{ title: 'x' }]));
    await expect(told('a.pptx', whole.subarray(0, whole.length - 100))).rejects.toMatchObject({
      code: 'deck.broken',
      detail: 'a.pptx is cut off: the end of the file is missing',
    });
    await expect(told('a.ppt', compound('PowerPoint Document').subarray(0, 700))).rejects.toMatchObject({
      code: 'deck.broken',
    });
    await expect(told('a.pdf', Buffer.alloc(0))).rejects.toMatchObject({
      code: 'deck.broken',
      detail: 'a.pdf is empty',
    });
  });

  it('fault 64: a file of another kind is refused, saying what it is', async () => {
    const word = new ZipWriter();
    word.add('word/document.xml', Buffer.from('<w/>'));
    const cases: [Buffer, RegExp][] = [
      [word.end(), /a Word document/],
      [Buffer.from('<!doctype html><title>404</title>'), /a web page/],
      [Buffer.from('<svg onload="alert(1)"/>'), /an SVG drawing/],
      [compound('WordDocument'), /a Word document/],
      [Buffer.from('MZ\x90'), /a program/],
    ];
    for (const [content, detail] of cases)
      await expect(told('talk.pptx', content)).rejects.toMatchObject({
        code: 'deck.kind',
        detail: expect.stringMatching(detail),
      });
  });

  it('fault 65: an SVG with a script is no deck and is never drawn', async () => {
    const svg = Buffer.from(
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    );
    await expect(told('a.png', svg)).rejects.toMatchObject({ code: 'deck.kind' });
  });

  it('bytes behind the end of a package, as some programs leave them, do no harm', async () => {
    expect(await told('a.pptx', Buffer.concat([zipped(pptxParts([{ title: 'x' }])), Buffer.alloc(40)]))).toBe(
      'pptx',
    );
  });
});
