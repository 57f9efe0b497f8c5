/** Writes an xlsx workbook (ECMA-376): texts, numbers, dates; formulas never. */
import { ZipWriter } from '../../slides/zip-writer.ts';
import { cellAddress } from './workbook.ts';

/** `time` and `date`: days since 1899-12-30. */
export type OutCell = string | number | { readonly value: number; readonly as: 'date' | 'time' } | null;
export type OutSheet = {
  readonly name: string;
  /** Shown bold, stays in sight. */
  readonly header: readonly string[];
  readonly rows: readonly (readonly OutCell[])[];
  /** In characters. */
  readonly widths?: readonly number[];
  /** Lines above the table. */
  readonly notes?: readonly string[];
};

/**
 * A text that a spreadsheet program would take for a formula when it is edited, or saved as CSV and opened again, gets an
 * apostrophe in front.
 */
export const defused = (text: string): string =>
  /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 cannot hold is left out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .toWellFormed()
    .replace(/[&<>"]/g, (char) => escapes[char] ?? char);

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Indexes into cellXfs below. */
const styleOf = { text: 0, header: 1, date: 2, time: 3, note: 4 } as const;

const styles = `${head}<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="hh:mm"/></numFmts><fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font><font><i/><sz val="10"/><color rgb="FF666666"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf numFmtId="49" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf fontId="2" applyFont="1"/></cellXfs></styleSheet>`;

const textCell = (at: string, text: string, style: number): string =>
  `<c r="${at}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(text.slice(0, 32_000))}</t></is></c>`;

function cell(value: OutCell, row: number, column: number): string {
  const at = cellAddress(row, column);
  if (value === null || value === '') return '';
  if (typeof value === 'string') return textCell(at, defused(value), styleOf.text);
  if (typeof value === 'number') return `<c r="${at}"><v>${value}</v></c>`;
  return `<c r="${at}" s="${styleOf[value.as]}"><v>${value.value}</v></c>`;
}

function sheetXml({ header, rows, widths, notes = [] }: OutSheet): string {
  const lines: string[] = [];
  const add = (cells: string): void => void lines.push(`<row r="${lines.length + 1}">${cells}</row>`);
  for (const note of notes) add(textCell(cellAddress(lines.length + 1, 0), note, styleOf.note));
  add(header.map((title, i) => textCell(cellAddress(lines.length + 1, i), title, styleOf.header)).join(''));
  const frozen = lines.length;
  for (const row of rows) add(row.map((value, i) => cell(value, lines.length + 1, i)).join(''));
  const columns = (widths ?? [])
    .map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`)
    .join('');
  return `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="${frozen}" topLeftCell="A${frozen + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${columns && `<cols>${columns}</cols>`}<sheetData>${lines.join('')}</sheetData></worksheet>`;
}

/** Sheet names: at most 31 characters, without `[]:*?/\`, each once. */
function sheetNames(sheets: readonly OutSheet[]): string[] {
  const used = new Set<string>();
  return sheets.map(({ name }) => {
    const plain =
      name
        .replace(/[[\]:*?/\\]/g, ' ')
        .trim()
        .slice(0, 31) || 'Sheet';
    let unique = plain;
    for (let n = 2; used.has(unique.toLowerCase()); n++) unique = `${plain.slice(0, 27)} ${n}`;
    used.add(unique.toLowerCase());
    return unique;
  });
}

export function writeWorkbook(sheets: readonly OutSheet[]): Buffer {
  const zip = new ZipWriter();
  const add = (name: string, xml: string): void => zip.add(name, Buffer.from(xml, 'utf8'));
  const numbers = sheets.map((_, i) => i + 1);
  add(
    '[Content_Types].xml',
    `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/>${numbers.map((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${types}.worksheet+xml"/>`).join('')}</Types>`,
  );
  add(
    '_rels/.rels',
    `${head}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  );
  const names = sheetNames(sheets);
  add(
    'xl/workbook.xml',
    `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${numbers.map((n) => `<sheet name="${escaped(names[n - 1] ?? '')}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
  );
  add(
    'xl/_rels/workbook.xml.rels',
    `${head}<Relationships xmlns="${relations}">${numbers.map((n) => `<Relationship Id="rId${n}" Type="${office}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="rId${numbers.length + 1}" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
  );
  add('xl/styles.xml', styles);
  for (const [i, sheet] of sheets.entries()) add(`xl/worksheets/sheet${i + 1}.xml`, sheetXml(sheet));
  return zip.end();
}
