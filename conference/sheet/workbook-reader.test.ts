import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipWriter } from '../../slides/zip-writer.ts';
import { cellAddress, parseAddress, sheetLimits } from './workbook.ts';
import { readWorkbook } from './workbook-reader.ts';

let folder: string;
let n = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-workbook-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A workbook as other programs write it: shared strings, styles, prefixes. */
async function opened(sheetData: string, parts: Record<string, string | Buffer> = {}, workbook = '') {
  const zip = new ZipWriter();
  const all: Record<string, string | Buffer> = {
    'xl/workbook.xml': `<x:workbook xmlns:x="m" xmlns:r="o">${workbook}<x:sheets><x:sheet name="一" r:id="r1"/><x:sheet name="hidden" state="hidden" r:id="r1"/></x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="r1" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': `<worksheet>${sheetData}</worksheet>`,
    ...parts,
  };
  for (const [name, content] of Object.entries(all)) zip.add(name, Buffer.from(content as string));
  const path = join(folder, `${n++}.xlsx`);
  await writeFile(path, zip.end());
  return readWorkbook(path);
}
const texts = (rows: readonly { cells: readonly ({ text: string } | undefined)[] }[]) =>
  rows.map(({ cells }) => Array.from(cells, (cell) => cell?.text ?? null));

describe('a workbook', () => {
  it('gives shared strings without phonetics, inline texts, numbers; hidden sheets are not read', async () => {
    const sheets = await opened(
      '<sheetData><row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="inlineStr"><is><r><t>b</t></r><r><t>c</t></r></is></c></row><row r="3"><c><v>1.50</v></c><c t="str"><f>1+1</f><v>2</v></c></row></sheetData>',
      {
        'xl/sharedStrings.xml':
          '<sst><si><r><t>东</t></r><r><t>京_x000D_</t></r><rPh><t>とう</t></rPh></si></sst>',
      },
    );
    expect(sheets.map(({ name }) => name)).toEqual(['一']);
    expect(texts(sheets[0]!.rows)).toEqual([
      ['东京\r', null, 'bc'],
      ['1.5', '2'],
    ]);
    expect(sheets[0]!.rows.map(({ row }) => row)).toEqual([2, 3]);
  });

  it('tells dates by their styles, also with the epoch of 1904', async () => {
    const styles =
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="165" formatCode="0.00_);[Red]"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs></styleSheet>';
    const data =
      '<sheetData><row r="1"><c s="1"><v>46348</v></c><c s="2"><v>46348</v></c><c s="3"><v>0.5</v></c></row></sheetData>';
    const [sheet] = await opened(data, { 'xl/styles.xml': styles });
    expect(sheet!.rows[0]!.cells.map((cell) => [cell?.date ?? false, cell?.value])).toEqual([
      [true, 46_348],
      [false, 46_348],
      [true, 0.5],
    ]);
    const [early] = await opened(
      data.replace('46348', '44886'),
      { 'xl/styles.xml': styles },
      '<x:workbookPr date1904="1"/>',
    );
    expect(early!.rows[0]!.cells[0]?.value).toBe(46_348);
  });

  it('repeats the first cell of a merged area, to the right and down', async () => {
    const [sheet] = await opened(
      '<sheetData><row r="1"><c r="A1" t="str"><v>x</v></c></row><row r="2"><c r="C2" t="str"><v>y</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
    );
    expect(sheet!.rows.map(({ cells }) => Array.from(cells, (cell) => [cell?.text, cell?.merged]))).toEqual([
      [
        ['x', undefined],
        ['x', 'right'],
      ],
      [
        ['x', 'down'],
        ['x', 'right'],
        ['y', undefined],
      ],
    ]);
  });

  it('addresses are those a person sees', () => {
    expect([cellAddress(7, 1), cellAddress(1, 26), cellAddress(3, 701)]).toEqual(['B7', 'AA1', 'ZZ3']);
    for (const address of ['B7', 'AA1', 'ZZ3']) {
      const { row, column } = parseAddress(address)!;
      expect(cellAddress(row, column)).toBe(address);
    }
    expect(parseAddress('7B')).toBeUndefined();
  });
});

describe('a hostile workbook is refused', () => {
  const refused = (data: string, parts?: Record<string, string | Buffer>) =>
    expect(opened(data, parts)).rejects.toMatchObject({ code: 'import.broken' });
  it('fault 56: one that unpacks to a hundred times its size', () =>
    refused('<sheetData/>', { 'xl/media/x': Buffer.alloc(40 * 1024 * 1024) }));
  it('fault 58: entities', () =>
    refused('<sheetData/>', {
      'xl/sharedStrings.xml': '<!DOCTYPE x [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>',
    }));
  it('rows without end, and merged areas as large as the sheet', async () => {
    await refused(`<sheetData><row r="${sheetLimits.rows + 1}"><c t="str"><v>x</v></c></row></sheetData>`);
    const [sheet] = await opened(
      '<sheetData><row r="1"><c r="A1" t="str"><v>x</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    );
    expect(sheet!.rows).toHaveLength(1);
    expect(sheet!.rows[0]!.cells.length).toBeLessThanOrEqual(sheetLimits.columns);
  });
  it('elements inside each other without end', () => refused('<a>'.repeat(200) + '</a>'.repeat(200)));
  it('what is no workbook', async () => {
    const path = join(folder, 'none.xlsx');
    await writeFile(path, 'PK\x03\x04');
    await expect(readWorkbook(path)).rejects.toMatchObject({ code: 'import.broken' });
  });
});
