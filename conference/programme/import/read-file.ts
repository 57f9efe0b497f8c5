/** An uploaded programme of any kind we know, told by its content, never by its name. */
import { open, readFile, stat } from 'node:fs/promises';
import { CodedError } from '#contracts/errors.ts';
import { readWorkbook } from '../../sheet/workbook-reader.ts';
import { readICalendar } from './icalendar.ts';
import { type ImportContent, type ImportContext, mostImportBytes, mostItems } from './item.ts';
import { readSchedule } from './schedule-json.ts';
import { readProgrammeSheets } from './sheet-import.ts';

/** Throws `import.kind`, `import.broken`, `import.empty`, `import.tooLarge`. */
export async function readProgrammeFile(path: string, context: ImportContext): Promise<ImportContent> {
  const content = await readContent(path, context);
  if (content.items.length > mostItems)
    throw new CodedError('import.tooLarge', `at most ${mostItems} items (got ${content.items.length})`);
  if (!content.items.some(({ skip }) => !skip)) throw new CodedError('import.empty');
  return content;
}

async function readContent(path: string, context: ImportContext): Promise<ImportContent> {
  const { size } = await stat(path);
  if (size > mostImportBytes)
    throw new CodedError('import.tooLarge', `at most ${mostImportBytes} bytes (got ${size})`);
  const head = await firstBytes(path, 16);
  if (head.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1')))
    return readProgrammeSheets(await readWorkbook(path), context);
  if (head.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0])))
    throw new CodedError('import.kind', 'an old .xls workbook, or one with a password: save it as .xlsx');
  const bytes = await readFile(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trimStart();
  } catch {
    throw new CodedError('import.kind', 'neither a workbook nor text in UTF-8');
  }
  if (/^BEGIN:VCALENDAR/i.test(text)) return readICalendar(text, context);
  if (!text.startsWith('{')) throw new CodedError('import.kind');
  return readSchedule(parseJson(text), context);
}

/** JSON nested deeper than any schedule is refused before it is walked. */
function parseJson(text: string): unknown {
  let depth = 0;
  for (const sign of text.replace(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') depth--;
    if (depth > 60) throw new CodedError('import.broken', 'JSON nested deeper than 60');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CodedError('import.broken', String(error).slice(0, 160));
  }
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(count);
    const { bytesRead } = await file.read(bytes, 0, count, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
