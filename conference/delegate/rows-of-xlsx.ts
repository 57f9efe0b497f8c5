/**
 * Rows of the first sheet of an xlsx (ECMA-376 part 1, section 18) as a stream: a list of 200,000 people is never in memory as a
 * whole. The archive is checked before anything is unpacked (FAULTS 56, 57), document types are refused (58), formulas not computed.
 */
import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import { CodedError } from '#contracts/errors.ts';
import { type Archive, openArchive } from '../../slides/zip-archive.ts';
import { parseAddress } from '../sheet/workbook.ts';
import { listLimits } from './list-limits.ts';
import type { SheetRow } from './rows-of-file.ts';

/** One XML part; the archive as a whole has its own limits (slides/zip-limits.ts). */
const partBytes = 260 * 1024 * 1024;
const depthLimit = 100;
const broken = (detail: string): CodedError => new CodedError('delegate.file', detail);

/** `read`: bytes of the sheet unpacked since the last call, and all there are. @throws CodedError delegate.file */
export async function* rowsOfXlsx(
  path: string,
  read: (bytes: number, all: number) => void,
): AsyncGenerator<SheetRow> {
  let archive: Archive | undefined;
  try {
    archive = await openArchive(path, 'the workbook');
    const sheet = await firstSheet(archive);
    const strings = await sharedStrings(archive);
    const all = archive.find(sheet)?.uncompressedSize ?? 0;
    yield* rowsOf(await archive.stream(sheet, partBytes), strings, (bytes) => read(bytes, all));
  } catch (error) {
    if (error instanceof CodedError && error.code.startsWith('deck.'))
      throw broken(error.detail ?? 'it is no workbook');
    throw error;
  } finally {
    archive?.close();
  }
}

type Tag = { readonly name: string; readonly attributes: Readonly<Record<string, string>> };
type Watcher = { open?(tag: Tag): void; close?(name: string): void; text?(text: string): void };

/** A parser to be written to; what it finds goes to the watcher, names without their prefix. */
function parserOf(part: string, watcher: Watcher): SaxesParser {
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
  return parser;
}

async function parsed(stream: Readable, part: string, watcher: Watcher): Promise<void> {
  const parser = parserOf(part, watcher);
  const decoder = new TextDecoder();
  for await (const chunk of stream as AsyncIterable<Buffer>)
    parser.write(decoder.decode(chunk, { stream: true }));
  parser.write(decoder.decode()).close();
}

async function firstSheet(archive: Archive): Promise<string> {
  let relation: string | undefined;
  if (!archive.find('xl/workbook.xml')) throw broken('it is no xlsx workbook');
  await parsed(await archive.stream('xl/workbook.xml', 1024 * 1024), 'workbook.xml', {
    open({ name, attributes }) {
      if (name !== 'sheet' || (attributes.state ?? 'visible') !== 'visible') return;
      relation ??= Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key))?.[1];
    },
  });
  let target: string | undefined;
  if (archive.find('xl/_rels/workbook.xml.rels'))
    await parsed(await archive.stream('xl/_rels/workbook.xml.rels', 1024 * 1024), 'workbook.xml.rels', {
      open({ name, attributes }) {
        if (name === 'Relationship' && attributes.Id === relation) target ??= attributes.Target;
      },
    });
  const part =
    target === undefined
      ? 'xl/worksheets/sheet1.xml'
      : target.startsWith('/')
        ? target.slice(1)
        : `xl/${target.replace(/^\.\//, '')}`;
  if (!archive.find(part)) throw broken('it has no sheet');
  return part;
}

/** Plain text of each; phonetic guides (`rPh`) are not part of it. */
async function sharedStrings(archive: Archive): Promise<string[]> {
  const strings: string[] = [];
  const part = 'xl/sharedStrings.xml';
  if (!archive.find(part)) return strings;
  let text = '';
  let within = false;
  let phonetic = false;
  let chars = 0;
  await parsed(await archive.stream(part, partBytes), part, {
    open({ name }) {
      if (name === 'si') text = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') within = !phonetic;
    },
    close(name) {
      if (name === 't') within = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') {
        chars += text.length;
        if (strings.length >= listLimits.strings || chars > listLimits.stringChars)
          throw new CodedError('delegate.tooMany', 'the workbook has too much text');
        strings.push(text);
      }
    },
    text(value) {
      if (within && text.length < listLimits.text) text = (text + value).slice(0, listLimits.text);
    },
  });
  return strings;
}

async function* rowsOf(
  stream: Readable,
  strings: readonly string[],
  read: (bytes: number) => void,
): AsyncGenerator<SheetRow> {
  let found: SheetRow[] = [];
  let row = 0;
  let cells: string[] = [];
  let column = -1;
  let type = 'n';
  let text = '';
  let within = false;
  let phonetic = false;
  const parser = parserOf('the sheet', {
    open({ name, attributes }) {
      if (name === 'row') {
        row = Number(attributes.r ?? row + 1);
        cells = [];
        column = -1;
      } else if (name === 'c') {
        column = parseAddress(attributes.r ?? '')?.column ?? column + 1;
        type = attributes.t ?? 'n';
        text = '';
      } else if (name === 'rPh') phonetic = true;
      else if (name === 'v' || name === 't') within = !phonetic;
    },
    close(name) {
      if (name === 'v' || name === 't') within = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'c') {
        if (column < listLimits.columns && text !== '') cells[column] = cellText(text, type, strings);
      } else if (name === 'row' && cells.some((cell) => cell !== undefined && cell !== ''))
        found.push({ row, cells: Array.from(cells, (cell) => cell ?? '') });
    },
    text(value) {
      if (within && text.length < listLimits.text) text = (text + value).slice(0, listLimits.text);
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    read(chunk.length);
    parser.write(decoder.decode(chunk, { stream: true }));
    yield* found;
    found = [];
  }
  parser.write(decoder.decode()).close();
  yield* found;
}

/** Numbers in plain notation: a phone kept as a number may be written 1.3812345678E10. */
function cellText(text: string, type: string, strings: readonly string[]): string {
  if (type === 's') return (strings[Number(text)] ?? '').trim();
  if (type !== 'n') return text.trim();
  const value = Number(text);
  return Number.isSafeInteger(value) ? value.toFixed(0) : text.trim();
}
