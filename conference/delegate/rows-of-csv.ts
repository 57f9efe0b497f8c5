/** Rows of a CSV file as a stream: UTF-8 with or without its mark, UTF-16, GB18030; comma, semicolon or tab. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { parse } from 'csv-parse';
import { CodedError } from '#contracts/errors.ts';
import { listLimits } from './list-limits.ts';
import type { SheetRow } from './rows-of-file.ts';

const sniffed = 64 * 1024;

/** By its mark; else UTF-8 if the beginning is that, else GB18030, which Excel writes in China. Undefined: no text at all. */
export function encodingOf(
  start: Buffer,
  whole: boolean,
): 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | undefined {
  if (start.length >= 2) {
    const mark = start.readUInt16BE(0);
    if (mark === 0xfffe) return 'utf-16le';
    if (mark === 0xfeff) return 'utf-16be';
  }
  if (start.includes(0)) return undefined;
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    try {
      // A character may be cut at the end of what was read.
      new TextDecoder(encoding, { fatal: true }).decode(start, { stream: !whole });
      return encoding;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** The one that stands most often in the first line. */
export function separatorOf(text: string): string {
  const line = text.split(/\r?\n|\r/, 1)[0] ?? '';
  const count = (separator: string): number => line.split(separator).length;
  return [',', '\t', ';', '，'].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** @throws CodedError delegate.file */
export async function* rowsOfCsv(path: string, read: (bytes: number) => void): AsyncGenerator<SheetRow> {
  const file = await open(path, 'r');
  const start = Buffer.alloc(sniffed);
  const { bytesRead } = await file.read(start, 0, sniffed, 0).finally(() => file.close());
  const encoding = encodingOf(start.subarray(0, bytesRead), bytesRead < sniffed);
  if (encoding === undefined) throw new CodedError('delegate.file', 'the file is no text');
  const separator = separatorOf(new TextDecoder(encoding).decode(start.subarray(0, bytesRead)));
  const decoder = new TextDecoder(encoding);
  const decode = new Transform({
    transform(chunk: Buffer, _, done) {
      read(chunk.length);
      done(null, decoder.decode(chunk, { stream: true }));
    },
    flush(done) {
      done(null, decoder.decode());
    },
  });
  const source = createReadStream(path);
  const parser = parse({
    delimiter: separator,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: 64 * 1024,
  });
  for (const stream of [source, decode]) stream.on('error', (error: Error) => parser.destroy(error));
  source.pipe(decode).pipe(parser);
  try {
    let before = 0;
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      // `lines` counts where the record ends; one with line ends inside begins earlier.
      const row = Math.max(before + 1, info.lines);
      before = row;
      yield {
        row,
        cells: record.slice(0, listLimits.columns).map((text) => text.trim().slice(0, listLimits.text)),
      };
    }
  } catch (error) {
    throw new CodedError(
      'delegate.file',
      error instanceof Error ? error.message.slice(0, 200) : String(error),
    );
  } finally {
    source.destroy();
    decode.destroy();
    parser.destroy();
  }
}
