/**
 * A workbook of one sheet written while its rows are read: an export of any length takes the memory of one piece. ZIP with sizes after
 * the data (APPNOTE 6.3.10, 4.3.9), without ZIP64: up to 4 GB.
 */
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { cellAddress } from './workbook.ts';
import { defused, escaped } from './workbook-writer.ts';

export type StreamedCell = string | number | null;
export type StreamedSheet = {
  readonly name: string;
  readonly header: readonly string[];
  /** In characters. */
  readonly widths: readonly number[];
  /** In pieces. */
  readonly rows: AsyncIterable<readonly (readonly StreamedCell[])[]>;
};

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const frame = (name: string): readonly (readonly [string, string])[] => [
  [
    '[Content_Types].xml',
    `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/></Types>`,
  ],
  [
    '_rels/.rels',
    `${head}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/workbook.xml',
    `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="${escaped(name.slice(0, 31))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `${head}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
  ],
  [
    'xl/styles.xml',
    `${head}<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="49" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`,
  ],
];

const rowXml = (cells: readonly StreamedCell[], row: number, style: 0 | 1): string =>
  `<row r="${row}">${cells
    .map((value, i) => {
      if (value === null || value === '') return '';
      const at = cellAddress(row, i);
      return typeof value === 'number'
        ? `<c r="${at}"><v>${value}</v></c>`
        : `<c r="${at}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(defused(value).slice(0, 32_000))}</t></is></c>`;
    })
    .join('')}</row>`;

async function* sheetXml({ header, widths, rows }: StreamedSheet): AsyncGenerator<string> {
  const columns = widths
    .map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`)
    .join('');
  yield `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${columns && `<cols>${columns}</cols>`}<sheetData>${rowXml(header, 1, 1)}`;
  let row = 1;
  for await (const piece of rows) yield piece.map((cells) => rowXml(cells, ++row, 0)).join('');
  yield '</sheetData></worksheet>';
}

/** The file's bytes, to be sent as they come. */
export async function* streamWorkbook(sheet: StreamedSheet): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let at = 0;
  const parts: (readonly [string, AsyncIterable<string> | Iterable<string>])[] = [
    ...frame(sheet.name).map(([name, xml]) => [name, [xml]] as const),
    ['xl/worksheets/sheet1.xml', sheetXml(sheet)],
  ];
  for (const [name, text] of parts) {
    const start = at;
    const nameBytes = Buffer.from(name, 'utf8');
    // Version 2.0; sizes follow, name in UTF-8; deflated; 1980-01-01.
    const common = Buffer.alloc(26);
    for (const [value, offset] of [
      [20, 0],
      [0x0808, 2],
      [8, 4],
      [0x21, 8],
      [nameBytes.length, 22],
    ] as const)
      common.writeUInt16LE(value, offset);
    yield Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes]);
    at += 30 + nameBytes.length;
    const sizes = { crc: 0, packed: 0, plain: 0 };
    for await (const chunk of deflated(text, sizes)) {
      at += chunk.length;
      yield chunk;
    }
    const tail = Buffer.alloc(12);
    for (const [i, value] of [sizes.crc, sizes.packed, sizes.plain].entries()) {
      tail.writeUInt32LE(value, i * 4);
      common.writeUInt32LE(value, 10 + i * 4);
    }
    yield Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), tail]);
    at += 16;
    const central = Buffer.alloc(46);
    central.write('PK\x01\x02', 0, 'latin1');
    central.writeUInt16LE(20, 4);
    common.copy(central, 6);
    central.writeUInt32LE(start, 42);
    directory.push(central, nameBytes);
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(at, 16);
  yield Buffer.concat([listing, end]);
}

async function* deflated(
  text: AsyncIterable<string> | Iterable<string>,
  sizes: { crc: number; packed: number; plain: number },
): AsyncGenerator<Buffer> {
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const piece of text) {
      const bytes = Buffer.from(piece, 'utf8');
      sizes.crc = crc32(bytes, sizes.crc);
      sizes.plain += bytes.length;
      yield bytes;
    }
  }
  const source = Readable.from(counted());
  const deflate = createDeflateRaw({ level: 6 });
  source.on('error', (error) => deflate.destroy(error));
  source.pipe(deflate);
  try {
    for await (const chunk of deflate as AsyncIterable<Buffer>) {
      sizes.packed += chunk.length;
      yield chunk;
    }
  } finally {
    source.destroy();
    deflate.destroy();
  }
}
