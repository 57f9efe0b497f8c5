/** Import of a delegate list of 200,000 people, as xlsx and as csv: seconds and peak memory of the process that serves. */

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pino } from 'pino';
import { DelegateImports } from '#conference/delegate/delegate-imports.ts';
import type { DelegateListRow } from '#conference/delegate/delegate-tables.ts';
import { Delegates } from '#conference/delegate/delegates.ts';
import { Sealing } from '#conference/sealing.ts';
import { streamWorkbook } from '#conference/sheet/streamed-workbook.ts';
import { type Database, openDatabase } from '#server/db/database.ts';
import type { BenchOptions } from './main.ts';
import { type BenchResult, quantile, round } from './report.ts';

const names = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'.split('');
const units = ['北京协和医院', '四川大学华西医院', '复旦大学附属中山医院', '华中科技大学同济医院'];
const header = ['序号', '姓名', '手机号', '身份证后四位', '单位', '会员级别'];
const person = (n: number): string[] => [
  String(n + 1),
  `${names[n % names.length]}${names[(n * 7) % names.length]}${n % 10}`,
  String(13_000_000_000 + n * 37),
  String(1000 + (n % 9000)),
  units[n % units.length] ?? '',
  n % 5 === 0 ? '金卡' : '普通',
];

async function* pieces(rows: number): AsyncGenerator<string[][]> {
  for (let at = 0; at < rows; at += 1000)
    yield Array.from({ length: Math.min(1000, rows - at) }, (_, i) => person(at + i));
}
async function* csv(rows: number): AsyncGenerator<string> {
  yield `${header.join(',')}\n`;
  for await (const piece of pieces(rows)) yield `${piece.map((cells) => cells.join(',')).join('\n')}\n`;
}

const log = pino({ level: 'silent' });
const secret = 'of the bench only, 256 bits long';

export async function delegates({ quick, say }: BenchOptions): Promise<BenchResult> {
  const rows = quick ? 20_000 : 200_000;
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-delegates-'));
  const database = await openDatabase({ dataDir: folder, url: undefined, connections: 5, log });
  try {
    const xlsxFile = join(folder, 'list.xlsx');
    const csvFile = join(folder, 'list.csv');
    const workbook = { name: '名单', header, widths: [], rows: pieces(rows) };
    await pipeline(Readable.from(streamWorkbook(workbook)), createWriteStream(xlsxFile));
    await pipeline(Readable.from(csv(rows)), createWriteStream(csvFile));
    const side = await startSide(database, folder);
    const xlsx = await bring(side, xlsxFile, say);
    const again = await bring({ ...side, list: xlsx.list }, xlsxFile, say);
    const plain = await bring(side, csvFile, say);
    const lookups = await lookUp(side, rows);
    return {
      name: 'delegates',
      repetitions: `one import each of ${rows} rows, into a fresh list; again into the same list; the database on this machine`,
      figures: {
        rows,
        xlsxMiB: round((await sizeOf(xlsxFile)) / 2 ** 20, 1),
        xlsxLookSeconds: round(xlsx.lookSeconds, 2),
        xlsxSeconds: round(xlsx.seconds, 1),
        xlsxAgainSeconds: round(again.seconds, 1),
        csvSeconds: round(plain.seconds, 1),
        rssBeforeMiB: Math.round(xlsx.rssBefore),
        rssPeakMiB: Math.round(Math.max(xlsx.rssPeak, again.rssPeak, plain.rssPeak)),
        loopP99Ms: round(xlsx.loopP99, 1),
        phoneLookUpP50Ms: round(quantile(lookups, 0.5), 2),
        phoneLookUpP99Ms: round(quantile(lookups, 0.99), 2),
      },
      goals: [
        { what: 'import of the workbook', value: xlsx.seconds, goal: 60, rule: '<=', unit: 's' },
        { what: 'import of the same as csv', value: plain.seconds, goal: 60, rule: '<=', unit: 's' },
        {
          what: 'memory of the process over what it had before',
          value: Math.max(xlsx.rssPeak, again.rssPeak, plain.rssPeak) - xlsx.rssBefore,
          goal: 512,
          rule: '<=',
          unit: 'MiB',
        },
        { what: 'rows not taken', value: rows - xlsx.taken, goal: 0, rule: '<=', unit: '' },
        { what: 'event loop while it runs, p99', value: xlsx.loopP99, goal: 100, rule: '<=', unit: 'ms' },
      ],
      notes: ['memory is that of the whole process with the reading thread; PostgreSQL has its own'],
    };
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Side = {
  readonly delegates: Delegates;
  readonly imports: DelegateImports;
  readonly list?: DelegateListRow;
};

const conference = 'bench';

async function startSide(database: Database, folder: string): Promise<Side> {
  await database.pool.query(
    `INSERT INTO conference (id, slug, settings, state, created_at) VALUES ($1, $1, '{}', 'published', now())`,
    [conference],
  );
  const delegates = new Delegates(database.db, new Sealing(secret));
  const imports = new DelegateImports({
    ...{ pool: database.longPool, delegates, secret, folder: join(folder, 'imports'), log },
  });
  await imports.load();
  return { delegates, imports };
}

async function bring({ delegates, imports, list }: Side, file: string, say: BenchOptions['say']) {
  const into =
    list ?? (await delegates.find(await delegates.create(conference, file.slice(-8)))) ?? undefined;
  if (!into) throw new Error('the list was not made');
  const rssBefore = process.memoryUsage.rss() / 2 ** 20;
  let rssPeak = rssBefore;
  const lags: number[] = [];
  let last = performance.now();
  const watch = setInterval(() => {
    const now = performance.now();
    lags.push(Math.max(0, now - last - 10));
    last = now;
    rssPeak = Math.max(rssPeak, process.memoryUsage.rss() / 2 ** 20);
  }, 10);
  try {
    const started = performance.now();
    const { id } = await imports.take(into, 'list', createReadStream(file));
    const lookSeconds = (performance.now() - started) / 1000;
    imports.apply(id, undefined, false);
    await imports.idle();
    const seconds = (performance.now() - started) / 1000;
    const view = imports.get(id)?.view;
    if (view?.state !== 'done') throw new Error(`import: ${JSON.stringify(view?.failure)}`);
    say(`${file.slice(-9)}: ${round(seconds, 1)} s, ${JSON.stringify(view.counts)}`);
    const taken = view.counts.rows - view.counts.errors;
    return { list: into, seconds, lookSeconds, rssBefore, rssPeak, taken, loopP99: quantile(lags, 0.99) };
  } finally {
    clearInterval(watch);
  }
}

/** Ms a person's phone takes to be found. */
async function lookUp({ delegates }: Side, rows: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < 300; n++) {
    const phone = `+86${13_000_000_000 + ((n * 613) % rows) * 37}`;
    const started = performance.now();
    const { lists } = await delegates.factsOf(conference, `u${n}`, phone);
    times.push(performance.now() - started);
    if (lists.size === 0) throw new Error(`${phone} must be on a list`);
  }
  return times;
}

async function sizeOf(file: string): Promise<number> {
  const handle = await open(file);
  const { size } = await handle.stat().finally(() => handle.close());
  return size;
}
