/**
 * Reads an xlsx file (ECMA-376 part 1, section 18) within limits: the archive is checked before anything is unpacked (FAULTS 56,
 * 57), document types are refused (58), and only texts, numbers, dates and merged areas are looked at: no formula is ever computed.
 */
import { SaxesParser } from 'saxes';
import { CodedError } from '#contracts/errors.ts';
import { type Archive, openArchive } from '../../slides/zip-archive.ts';
import { zipLimits } from '../../slides/zip-limits.ts';
import { type Cell, parseAddress, type Row, type Sheet, sheetLimits } from './workbook.ts';

/** Visible sheets in their order. @throws CodedError import.broken */
export async function readWorkbook(path: string): Promise<Sheet[]> {
  const archive = await openArchive(path, 'workbook').catch(asImportError);
  try {
    return await readSheets(archive);
  } catch (error) {
    return asImportError(error);
  } finally {
    archive.close();
  }
}

function asImportError(error: unknown): never {
  if (error instanceof CodedError && error.code.startsWith('deck.'))
    throw new CodedError('import.broken', error.detail);
  throw error;
}
const broken = (detail: string): CodedError => new CodedError('import.broken', detail);

type Tag = { readonly name: string; readonly attributes: Readonly<Record<string, string>> };
type Watcher = { open?(tag: Tag): void; close?(name: string): void; text?(text: string): void };

/** Elements inside each other; a workbook has about ten. */
const depthLimit = 100;

function parseXml(bytes: Buffer, part: string, watcher: Watcher): void {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let depth = 0;
  parser.on('doctype', () => {
    throw broken(`${part} declares a document type`);
  });
  parser.on('error', (error) => {
    throw broken(`${part}: ${error.message.slice(0, 160)}`);
  });
  const local = (name: string): string => name.slice(name.indexOf(':') + 1);
  parser.on('opentag', ({ name, attributes }) => {
    if (++depth > depthLimit) throw broken(`${part} has too many elements inside each other`);
    watcher.open?.({ name: local(name), attributes });
  });
  parser.on('closetag', ({ name }) => {
    depth--;
    watcher.close?.(local(name));
  });
  const text = (value: string): void => watcher.text?.(value);
  parser.on('text', text);
  parser.on('cdata', text);
  parser.write(bytes.toString('utf8')).close();
}

async function readSheets(archive: Archive): Promise<Sheet[]> {
  const read = async (name: string): Promise<Buffer | undefined> =>
    archive.find(name) ? archive.read(name, zipLimits.xmlBytes) : undefined;
  const workbook = await read('xl/workbook.xml');
  if (!workbook) throw broken('the file has no xl/workbook.xml: it is not an xlsx workbook');
  const listed: { name: string; relation: string }[] = [];
  let from1904 = false;
  parseXml(workbook, 'workbook.xml', {
    open({ name, attributes }) {
      if (name === 'workbookPr') from1904 = attributes.date1904 === '1' || attributes.date1904 === 'true';
      if (name === 'sheet' && (attributes.state ?? 'visible') === 'visible') {
        const relation = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key))?.[1];
        if (relation) listed.push({ name: attributes.name ?? '', relation });
      }
    },
  });
  const targets = new Map<string, string>();
  parseXml((await read('xl/_rels/workbook.xml.rels')) ?? Buffer.from('<r/>'), 'workbook.xml.rels', {
    open({ name, attributes }) {
      const { Id: id, Target: target } = attributes;
      if (name === 'Relationship' && id && target)
        targets.set(id, target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`);
    },
  });
  const context: Context = {
    strings: sharedStrings(await read('xl/sharedStrings.xml')),
    dateStyles: dateStyles(await read('xl/styles.xml')),
    from1904,
    cellsLeft: sheetLimits.cells,
  };
  const sheets: Sheet[] = [];
  for (const { name, relation } of listed.slice(0, sheetLimits.sheets)) {
    const part = targets.get(relation);
    const bytes = part === undefined ? undefined : await read(part);
    if (bytes) sheets.push({ name, rows: readRows(bytes, name, context) });
  }
  return sheets;
}

/** Plain text of each; phonetic guides (`rPh`) are not part of it. */
function sharedStrings(bytes: Buffer | undefined): string[] {
  const strings: string[] = [];
  if (!bytes) return strings;
  let text = '';
  let within = false;
  let phonetic = false;
  parseXml(bytes, 'sharedStrings.xml', {
    open({ name }) {
      if (name === 'si') text = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') within = !phonetic;
    },
    close(name) {
      if (name === 't') within = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') strings.push(unescaped(text).slice(0, sheetLimits.text));
    },
    text(value) {
      if (within) text += value;
    },
  });
  return strings;
}

/** `_x000D_` is a character XML cannot hold (ECMA-376 part 1, 22.9.2.19). */
const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

/** Built-in formats that show a date or time (18.8.30), with those of Chinese Excel. */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
/** Letters of dates, outside of quotes, colours and conditions. */
const showsDate = (format: string): boolean =>
  /[ymdhs]|上午|[年月日时分]/i.test(
    format.replace(/"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*./gi, '').replace(/general/gi, ''),
  );

/** Which cell styles (`s`) show dates. */
function dateStyles(bytes: Buffer | undefined): boolean[] {
  const styles: boolean[] = [];
  if (!bytes) return styles;
  const formats = new Map<number, boolean>();
  let within = false;
  parseXml(bytes, 'styles.xml', {
    open({ name, attributes }) {
      if (name === 'numFmt') formats.set(Number(attributes.numFmtId), showsDate(attributes.formatCode ?? ''));
      else if (name === 'cellXfs') within = true;
      else if (name === 'xf' && within) {
        const id = Number(attributes.numFmtId ?? 0);
        styles.push(formats.get(id) ?? isBuiltInDate(id));
      }
    },
    close(name) {
      if (name === 'cellXfs') within = false;
    },
  });
  return styles;
}

type Context = {
  readonly strings: readonly string[];
  readonly dateStyles: readonly boolean[];
  readonly from1904: boolean;
  cellsLeft: number;
};
type Area = { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };

/** Days from 1899-12-30 to 1904-01-01. */
const days1904 = 1462;

function readRows(bytes: Buffer, sheet: string, context: Context): Row[] {
  const rows = new Map<number, (Cell | undefined)[]>();
  const areas: Area[] = [];
  let row = 0;
  let column = -1;
  let type = 'n';
  let style = 0;
  let text = '';
  let within = false;
  let phonetic = false;
  parseXml(bytes, sheet, {
    open({ name, attributes }) {
      if (name === 'row') {
        row = Number(attributes.r ?? row + 1);
        column = -1;
        if (!(row <= sheetLimits.rows))
          throw broken(`sheet ${sheet} has more than ${sheetLimits.rows} rows (got row ${attributes.r})`);
      } else if (name === 'c') {
        const at = parseAddress(attributes.r ?? '');
        column = at ? at.column : column + 1;
        type = attributes.t ?? 'n';
        style = Number(attributes.s ?? 0);
        text = '';
      } else if (name === 'rPh') phonetic = true;
      else if (name === 'v' || name === 't') within = !phonetic;
      else if (name === 'mergeCell') {
        const [from, to] = (attributes.ref ?? '').split(':').map(parseAddress);
        if (from && to && areas.length < sheetLimits.rows)
          areas.push({ top: from.row, bottom: to.row, left: from.column, right: to.column });
      }
    },
    close(name) {
      if (name === 'v' || name === 't') within = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'c') {
        if (column >= sheetLimits.columns || text === '') return;
        if (context.cellsLeft-- <= 0) throw broken(`the workbook has more than ${sheetLimits.cells} cells`);
        let cells = rows.get(row);
        if (!cells) {
          cells = [];
          rows.set(row, cells);
        }
        cells[column] = cellOf(text, type, style, context);
      }
    },
    text(value) {
      if (within && text.length <= sheetLimits.text) text += value;
    },
  });
  for (const area of areas) fill(rows, area, context);
  return [...rows].sort(([a], [b]) => a - b).map(([number, cells]) => ({ row: number, cells }));
}

function cellOf(text: string, type: string, style: number, context: Context): Cell | undefined {
  if (type === 's') {
    const shared = context.strings[Number(text)] ?? '';
    return shared === '' ? undefined : { text: shared };
  }
  if (type === 'str' || type === 'inlineStr') return { text: unescaped(text).slice(0, sheetLimits.text) };
  if (type === 'd') return { text };
  if (type === 'e') return { text };
  if (type === 'b') return { text: text === '1' ? 'TRUE' : 'FALSE' };
  const number = Number(text);
  if (!Number.isFinite(number)) return { text };
  const date = context.dateStyles[style] ?? false;
  const value = date && context.from1904 && number >= 1 ? number + days1904 : number;
  return date ? { text, value, date } : { text: String(number), value };
}

/** Cells of a merged area repeat its first one; an area of a whole sheet is a title, and stays short. */
function fill(rows: Map<number, (Cell | undefined)[]>, area: Area, context: Context): void {
  const first = rows.get(area.top)?.[area.left];
  if (!first) return;
  const right = Math.min(area.right, sheetLimits.columns - 1);
  for (let row = area.top; row <= Math.min(area.bottom, sheetLimits.rows); row++) {
    const cells = rows.get(row);
    // A row without any cell of its own says nothing more than the one above.
    if (!cells) continue;
    for (let column = area.left; column <= right; column++) {
      if ((row === area.top && column === area.left) || cells[column]) continue;
      if (context.cellsLeft-- <= 0) throw broken(`the workbook has more than ${sheetLimits.cells} cells`);
      cells[column] = { ...first, merged: column > area.left ? 'right' : 'down' };
    }
  }
}
