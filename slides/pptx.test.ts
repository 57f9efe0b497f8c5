import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanPptx } from './pptx.ts';
import {
  type Folder,
  linkedPicture,
  pptxParts,
  relation,
  type TestSlide,
  temporaryFolder,
  zipped,
} from './test-decks.ts';
import { openArchive } from './zip-archive.ts';

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

async function cleaned(parts: ReadonlyMap<string, string | Buffer>) {
  const file = await folder.put('talk.pptx', zipped(parts));
  const archive = await openArchive(file.path, 'talk.pptx');
  try {
    const deck = await cleanPptx(archive, 'talk.pptx', []);
    const result = await openArchive((await folder.put('clean.pptx', deck.bytes)).path, 'clean.pptx');
    const read = async (part: string) => (await result.read(part, 1e7)).toString();
    const all = (await Promise.all(result.entries.map(({ fileName }) => read(fileName)))).join('\n');
    result.close();
    return { ...deck, read, all, names: result.entries.map(({ fileName }) => fileName) };
  } finally {
    archive.close();
  }
}
const slides = (...list: TestSlide[]) => cleaned(pptxParts(list));

describe('a PPTX before conversion', () => {
  it('tells titles and notes of the slides that are shown, in their order', async () => {
    const { facts } = await slides(
      { title: '急性心肌梗死', notes: 'first &amp; last' },
      { title: 'kept back', hidden: true },
      { body: 'without a title', notes: '谢谢' },
    );
    expect(facts.pages).toEqual([
      { title: '急性心肌梗死', notes: 'first & last' },
      { title: '', notes: '谢谢' },
    ]);
    expect(facts.losses).toEqual([{ page: null, what: expect.stringContaining('hidden') }]);
  });

  it('names the Noto fonts that stand in for Chinese fonts, and writes them into the file', async () => {
    const { facts, all } = await slides(
      { title: 'a', font: '微软雅黑' },
      { title: 'b', font: '宋体' },
      { title: 'c', font: 'Noto Sans SC' },
    );
    expect(facts.fonts).toEqual([
      { name: 'Noto Sans SC', substitute: null },
      { name: '宋体', substitute: 'Noto Serif SC' },
      { name: '微软雅黑', substitute: 'Noto Sans SC' },
    ]);
    expect(all).not.toContain('微软雅黑');
  });

  it('counts by page what cannot be shown', async () => {
    const { facts } = await slides(
      { title: 'a' },
      {
        title: 'b',
        after:
          '<p:transition/><p:timing><p:cTn nodeType="clickEffect"/><p:cTn nodeType="withEffect"/></p:timing>',
      },
    );
    expect(facts.losses).toEqual([
      { page: 1, what: expect.stringContaining('transition') },
      { page: 1, what: expect.stringMatching(/^2 .*animated/) },
    ]);
  });

  it('fault 58: a document type, with entities that grow or fetch, is refused', async () => {
    const laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>';
    const fetch = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
    for (const dtd of [laughs, fetch]) {
      const parts = pptxParts([{ title: 'x' }]);
      const part = String(parts.get('ppt/slides/slide1.xml')).replace('<p:sld ', `${dtd}<p:sld `);
      await expect(cleaned(parts.set('ppt/slides/slide1.xml', part))).rejects.toMatchObject({
        code: 'deck.hostile',
        detail: expect.stringContaining('document type'),
      });
    }
  });

  it('fault 58: elements thousands deep and entities never declared are refused', async () => {
    const deep = pptxParts([{ shapes: `${'<p:grpSp>'.repeat(5000)}${'</p:grpSp>'.repeat(5000)}` }]);
    await expect(cleaned(deep)).rejects.toMatchObject({ code: 'deck.hostile' });
    await expect(cleaned(pptxParts([{ shapes: '&xxe;' }]))).rejects.toMatchObject({ code: 'deck.broken' });
  });

  it('fault 59: pictures linked by http, file, UNC and a path of the host are not in what is converted', async () => {
    const targets = [
      'http://tracker.example/a.png',
      'file:///etc/passwd',
      '\\\\host\\share\\a.png',
      '//host/a.png',
      'C:\\a.png',
    ];
    const { all, facts } = await slides({
      shapes: targets.map((_, i) => linkedPicture(`x${i}`)).join(''),
      rels: targets.map((target, i) => relation(`x${i}`, 'image', target, i % 2 === 0)).join(''),
    });
    for (const secret of ['tracker', 'etc/passwd', 'host', 'C:']) expect(all).not.toContain(secret);
    expect(facts.losses).toEqual([{ page: 0, what: expect.stringMatching(/^5 .*linked picture/) }]);
  });

  it('keeps web and mail addresses of links, which nothing fetches', async () => {
    const { all } = await slides({
      rels:
        relation('a', 'hyperlink', 'https://example.org/a') +
        relation('b', 'hyperlink', 'file:///etc/passwd'),
    });
    expect(all).toContain('https://example.org/a');
    expect(all).not.toContain('passwd');
  });

  it('fault 60: macros, macro actions, controls and addresses of the office are taken out', async () => {
    const parts = pptxParts([
      {
        shapes:
          '<p:sp><p:nvSpPr><p:cNvPr id="5" name="go"><a:hlinkClick action="ppaction://macro?name=Evil"/></p:cNvPr></p:nvSpPr></p:sp><p:control name="c"/>',
        rels:
          relation('m', 'hyperlink', 'vnd.sun.star.script:Evil?language=Basic') +
          relation('v', 'control', '../activeX/a.xml', false),
      },
    ]);
    parts.set('ppt/vbaProject.bin', Buffer.from('Evil')).set('ppt/activeX/a.xml', '<Evil/>');
    const { all, names, facts } = await cleaned(parts);
    expect(all).not.toContain('Evil');
    expect(names).not.toContain('ppt/vbaProject.bin');
    expect(facts.losses.map(({ what }) => what).join()).toMatch(/macro action.*/);
  });

  it('fault 61: no font of the deck names a file; what is no font is left out and said', async () => {
    const parts = pptxParts([{ title: 'x', font: '../../../../etc/cron.d/evil' }]);
    parts.set(
      'ppt/presentation.xml',
      String(parts.get('ppt/presentation.xml')).replace(
        '<p:sldSz',
        '<p:embeddedFontLst><p:embeddedFont><p:font typeface="../../evil"/><p:regular r:id="f1"/></p:embeddedFont></p:embeddedFontLst><p:sldSz',
      ),
    );
    parts.set(
      'ppt/_rels/presentation.xml.rels',
      String(parts.get('ppt/_rels/presentation.xml.rels')).replace(
        '</Rel',
        `${relation('f1', 'font', 'fonts/font1.fntdata', false)}</Rel`,
      ),
    );
    parts.set('ppt/fonts/font1.fntdata', Buffer.alloc(200, 1));
    const { all, fonts, facts, names } = await cleaned(parts);
    expect(fonts).toEqual([]);
    expect(all).not.toContain('evil');
    expect(names.some((name) => name.includes('fonts/'))).toBe(false);
    expect(facts.losses).toContainEqual({ page: null, what: expect.stringContaining('font') });
  });

  it('fault 66: a picture of 60,000 × 60,000 inside is refused by its header', async () => {
    const png = Buffer.alloc(64);
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(png);
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    await expect(cleaned(pptxParts([{ title: 'x' }]).set('ppt/media/image1.png', png))).rejects.toMatchObject(
      {
        code: 'deck.hostile',
        detail: expect.stringContaining('60000 × 60000'),
      },
    );
  });
});
