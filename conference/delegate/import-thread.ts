/** A thread that reads one list's file: unpacking and marking 200,000 rows must not hold up the live path. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { CodedError } from '#contracts/errors.ts';
import { Sealing } from '../sealing.ts';
import { columnsOf, headingSearch, recognise } from './columns.ts';
import { type DelegateInput, delegateRow, type RowError } from './delegate-row.ts';
import { type Batch, listFailures, type ReadJob, type ReadMessage } from './import-messages.ts';
import { listLimits } from './list-limits.ts';
import { type Progress, rowsOfFile, type SheetRow } from './rows-of-file.ts';

const batchRows = 4000;
const job = workerData as ReadJob;
const port = parentPort;
if (!port) throw new Error('import-thread.ts must run as a thread');
const say = (message: ReadMessage): void => port.postMessage(message);

async function look(): Promise<void> {
  const first: SheetRow[] = [];
  for await (const row of rowsOfFile(job.path, { read: 0, all: 0 })) {
    first.push(row);
    if (first.length >= headingSearch + listLimits.sample) break;
  }
  if (first.length === 0) throw new CodedError('delegate.empty');
  const { at, columns } = recognise(first.map(({ cells }) => cells));
  const below = first.slice(at + 1);
  const width = Math.max(columns.length, ...below.map(({ cells }) => cells.length));
  const heading = first[at]?.cells ?? [];
  say({
    kind: 'looked',
    headingRow: first[at]?.row ?? 0,
    columns: Array.from({ length: width }, (_, i) => ({
      heading: heading[i] ?? '',
      as: columns[i] ?? 'none',
    })),
    sample: below.slice(0, listLimits.sample).map(({ cells }) => [...cells]),
  });
}

async function read(): Promise<void> {
  const sealing = new Sealing(job.secret);
  const progress: Progress = { read: 0, all: 0 };
  const seen = new Map<string, number>();
  let batch = emptyBatch();
  let rows = 0;
  let errorCount = 0;
  let errors: RowError[] = [];
  let told = 0;
  const wrong = (error: RowError): void => {
    errorCount++;
    if (told < listLimits.errors) {
      errors.push(error);
      told++;
    }
  };
  const send = async (last: boolean): Promise<void> => {
    const answered = once(port as NonNullable<typeof port>, 'message');
    say({ kind: 'batch', batch, progress, rows, errorCount, errors, last });
    batch = emptyBatch();
    errors = [];
    await answered;
  };
  for await (const { row, cells } of rowsOfFile(job.path, progress)) {
    if (row <= job.headingRow) continue;
    // Sheets printed page by page repeat their headings.
    if (job.headingRow > 0 && isHeading(cells)) continue;
    const given: DelegateInput = { name: '', phone: '', idTail: '', unit: '', tier: '' };
    for (const [i, column] of job.columns.entries()) if (column !== 'none') given[column] = cells[i] ?? '';
    if (Object.values(given).every((text) => text === '')) continue;
    rows++;
    const made = delegateRow(sealing, job.conferenceId, given);
    if ('kind' in made) wrong({ row, ...made });
    else {
      const before = seen.get(made.key);
      if (before === undefined) {
        seen.set(made.key, row);
        add(batch, made);
      } else wrong({ row, kind: 'duplicate', detail: String(before) });
    }
    if (batch.key.length >= batchRows) await send(false);
  }
  await send(true);
}

const phoneColumn = job.columns.indexOf('phone');
const isHeading = (cells: readonly string[]): boolean => {
  // Nearly every row: its phone has digits.
  if (phoneColumn >= 0 && /\d{4}/.test(cells[phoneColumn] ?? '')) return false;
  const columns = columnsOf(cells);
  return job.columns.every((column, i) => column === 'none' || columns[i] === column);
};

const emptyBatch = (): Batch => ({
  ...{ key: [], phoneMark: [], phoneShown: [], idMark: [], name: [], unit: [], tier: [] },
});

function add(batch: Batch, row: { readonly [K in keyof Batch]: Batch[K][number] }): void {
  batch.key.push(row.key);
  batch.phoneMark.push(row.phoneMark);
  batch.phoneShown.push(row.phoneShown);
  batch.idMark.push(row.idMark);
  batch.name.push(row.name);
  batch.unit.push(row.unit);
  batch.tier.push(row.tier);
}

try {
  await (job.kind === 'look' ? look() : read());
} catch (error) {
  const code = listFailures.find((one) => error instanceof CodedError && error.code === one);
  const detail = error instanceof CodedError ? (error.detail ?? '') : String(error);
  say({ kind: 'failed', code: code ?? 'delegate.file', detail: detail.slice(0, 300) });
}
// The last answer has come: nothing else holds the thread.
port.close();
