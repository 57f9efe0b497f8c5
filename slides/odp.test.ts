import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanOdp } from './odp.ts';
import { type Folder, odpParts, temporaryFolder, zipped } from './test-decks.ts';
import { openArchive } from './zip-archive.ts';

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

async function cleaned(parts: ReadonlyMap<string, string | Buffer>) {
  const archive = await openArchive((await folder.put('t.odp', zipped(parts))).path, 't.odp');
  try {
    const deck = await cleanOdp(archive, 't.odp', []);
    const result = await openArchive((await folder.put('c.odp', deck.bytes)).path, 'c.odp');
    const content = (await result.read('content.xml', 1e7)).toString();
    result.close();
    return { ...deck, content, names: result.entries.map(({ fileName }) => fileName) };
  } finally {
    archive.close();
  }
}
const frame = (kind: string, text: string) =>
  `<draw:frame presentation:class="${kind}"><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame>`;

describe('an ODP before conversion', () => {
  it('tells titles and notes, without hidden pages', async () => {
    const { facts, names } = await cleaned(
      odpParts(
        `<draw:page draw:style-name="s1">${frame('title', '标题')}<presentation:notes>${frame('notes', 'a<text:line-break/>b')}</presentation:notes></draw:page><draw:page draw:style-name="s2">${frame('title', 'no')}</draw:page>`,
        '<style:style style:name="s2"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>',
      ),
    );
    expect(facts.pages).toEqual([{ title: '标题', notes: 'a\nb' }]);
    expect(names[0]).toBe('mimetype');
  });

  it('fault 58: a document type is refused', async () => {
    const parts = odpParts('<draw:page/>');
    parts.set(
      'content.xml',
      String(parts.get('content.xml')).replace('<office:document', '<!DOCTYPE x><office:document'),
    );
    await expect(cleaned(parts)).rejects.toMatchObject({ code: 'deck.hostile' });
  });

  it('faults 59 and 60: linked pictures, events, scripts and office addresses are taken out', async () => {
    const parts = odpParts(
      '<draw:page><draw:frame><draw:image xlink:href="http://tracker.example/a.png"/><draw:image xlink:href="file:///etc/passwd"/><draw:image xlink:href="../../etc/passwd"/><draw:image xlink:href="Pictures/a.png"/></draw:frame><office:event-listeners><script:event-listener xlink:href="vnd.sun.star.script:Evil"/></office:event-listeners><draw:a xlink:href="vnd.sun.star.script:Evil"><text:p>x</text:p></draw:a><draw:a xlink:href="https://example.org/"/></draw:page>',
    );
    parts.set('Basic/Standard/Module1.xml', '<Evil/>').set('Basic/script-lc.xlb', '<x/>');
    const { content, names, facts } = await cleaned(parts);
    expect(content).not.toMatch(/tracker|passwd|Evil|vnd\.sun/);
    expect(content).toContain('Pictures/a.png');
    expect(content).toContain('https://example.org/');
    expect(names.some((name) => name.startsWith('Basic/'))).toBe(false);
    expect(facts.losses).toContainEqual({ page: 0, what: expect.stringMatching(/^3 .*linked picture/) });
  });

  it('fault 61: fonts are no paths, and substitutes are named', async () => {
    const parts = odpParts(
      '<draw:page/>',
      '<style:font-face style:name="f" svg:font-family="&apos;../../evil/黑体&apos;"><svg:font-face-src><svg:font-face-uri xlink:href="Fonts/../../x.ttf"/></svg:font-face-src></style:font-face>',
    );
    const { content, facts, fonts } = await cleaned(parts);
    expect(content).not.toMatch(/evil|font-face-uri/);
    expect(fonts).toEqual([]);
    expect(facts.fonts).toEqual([{ name: '../../evil/黑体', substitute: 'Noto Sans SC' }]);
  });
});
