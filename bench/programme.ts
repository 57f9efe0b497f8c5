/**
 * A congress of 5 days, 40 venues and 2,000 talks: its workbook imported, the programme a page loads, the pages in Chromium, talks
 * moved, and a change seen by 1,000 open pages. The server is a process of its own; the pages are held requests of this one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { excelDay } from '#conference/programme/import/times.ts';
import { type OutCell, writeWorkbook } from '#conference/sheet/workbook-writer.ts';
import type { ConferenceProgramme, ImportPreview, ImportResult } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import { type DemoInfo, startDemo } from '#tests/harness/demo-process.ts';
import type { BenchOptions } from './main.ts';
import { cpuSeconds } from './process-cpu.ts';
import { programmePages } from './programme-pages.ts';
import { type BenchResult, median, quantile, round } from './report.ts';

const days = 5;
const venues = 40;
const talksADay = 10;
const pages = 1000;
const firstDay = '2026-11-22';

export async function programme({ quick, say }: BenchOptions): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-bench-programme-'));
  const demo = await startDemo(folder);
  try {
    const desk = await logIn(demo.info);
    const id = await desk.conference();
    say('import of 2,000 talks');
    const imported = await importWorkbook(desk, id);
    say('loads of the programme');
    const loads = await loadProgramme(demo.info, quick ? 5 : 20);
    say('pages in Chromium');
    const seenPages = await programmePages(
      demo.info,
      { id, slug },
      quick ? { loads: 2, moves: 100 } : { loads: 7, moves: 400 },
    );
    say('moves of talks by the API');
    const drags = await drag(desk, loads.programme, quick ? 30 : 100);
    say(`changes seen by ${pages} pages`);
    const changes = quick ? 3 : 10;
    const before = cpuSeconds(demo.info.pid);
    const seen = await changesSeen(demo.info, desk, loads.programme, changes);
    const cpu = (cpuSeconds(demo.info.pid) - before) / changes;
    const from = performance.now();
    const pdf = await desk.raw('GET', `/public/conferences/${slug}/programme.pdf`);
    const pdfBytes = (await pdf.arrayBuffer()).byteLength;
    const pdfSeconds = (performance.now() - from) / 1000;
    return {
      name: 'programme',
      repetitions: `${loads.times.length} loads, ${drags.length} drags, ${seen.length / pages} changes to ${pages} pages`,
      figures: {
        talks: loads.programme.talks.length,
        'workbook, KB': round(imported.bytes / 1024, 0),
        'import: preview, s': round(imported.preview, 2),
        'import: apply, s': round(imported.apply, 2),
        'import: apply, CPU s of the server': round(imported.applyCpu, 2),
        'import again, unchanged: preview, s': round(imported.again, 2),
        'programme, KB gzip': round(loads.gzip / 1024, 0),
        'programme, KB': round(loads.plain / 1024, 0),
        'load p50, ms': round(median(loads.times), 1),
        'load p95, ms': round(quantile(loads.times, 0.95), 1),
        'move by the API p50, ms': round(median(drags), 1),
        'move by the API p95, ms': round(quantile(drags, 0.95), 1),
        'change seen p50, ms': round(median(seen), 0),
        'change seen p95, ms': round(quantile(seen, 0.95), 0),
        'change seen max, ms': round(Math.max(...seen), 0),
        'server CPU of a change and 1,000 held pages, ms': round(cpu * 1000, 0),
        'printed programme, s': round(pdfSeconds, 2),
        'printed programme, KB': round(pdfBytes / 1024, 0),
        ...seenPages.figures,
      },
      goals: [
        ...seenPages.goals,
        {
          what: 'a change seen by the last of 1,000 pages',
          value: Math.max(...seen) / 1000,
          goal: 2,
          rule: '<=',
          unit: 's',
        },
        { what: 'move by the API, p95', value: quantile(drags, 0.95), goal: 250, rule: '<=', unit: 'ms' },
        { what: 'import to preview', value: imported.preview, goal: 10, rule: '<=', unit: 's' },
        { what: 'import applied', value: imported.apply, goal: 10, rule: '<=', unit: 's' },
        {
          what: 'talks that arrived',
          value: loads.programme.talks.length,
          goal: days * venues * talksADay,
          rule: '>=',
          unit: '',
        },
      ],
      notes: ['server and pages share the machine; the time of a change is from the request that makes it'],
    };
  } finally {
    await demo.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const slug = 'bench-programme';

function workbook(): Buffer {
  const header = ['编号', '日期', '开始', '结束', '会场', '单元', '主持', '题目', '讲者', '摘要'];
  const time = (minutes: number): OutCell => ({ value: minutes / 1440, as: 'time' });
  const rows: OutCell[][] = [];
  for (let day = 0; day < days; day++)
    for (let venue = 0; venue < venues; venue++)
      for (let talk = 0; talk < talksADay; talk++) {
        const n = rows.length;
        const start = 480 + talk * 30 + (talk >= 5 ? 120 : 0);
        rows.push([
          `B${n}`,
          { value: excelDay(firstDay) + day, as: 'date' },
          ...[
            time(start),
            time(start + 30),
            `第${venue + 1}分会场`,
            `第${talk < 5 ? 1 : 2}单元 心血管专题 ${venue + 1}`,
          ],
          `主席${venue}（第${venue}医院，教授）、主持${n % 97}（示例大学附属医院，主任医师）`,
          `第 ${n} 个报告：经导管瓣膜介入治疗的长期随访与并发症处理`,
          `讲者${n}（国家心血管病中心 阜外医院，主任医师）、合作者${n}（示例大学附属第${n % 50}医院，教授）`,
          `背景与目的：本报告回顾 ${n} 例患者的随访资料，讨论适应证选择、影像评估与围术期管理。`,
        ]);
      }
  return writeWorkbook([{ name: '日程', header, rows }]);
}

type Desk = {
  readonly pid: number;
  raw(method: string, path: string, body?: string | Uint8Array, type?: string): Promise<Response>;
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
  conference(): Promise<string>;
};

async function logIn(info: DemoInfo): Promise<Desk> {
  const { origin } = new URL(info.apiBase);
  let cookie = '';
  const raw: Desk['raw'] = async (method, path, body, type = 'application/json') => {
    const answer = await fetch(`${info.apiBase}${path}`, {
      method,
      headers: { origin, cookie, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body: body as BodyInit }),
    });
    if (!answer.ok)
      throw new Error(`${method} ${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
    return answer;
  };
  const { adminEmail: email, adminPassword: password } = info;
  const answer = await raw('POST', '/auth/sign-in/email', JSON.stringify({ email, password }));
  cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const ask: Desk['ask'] = async (method, path, body) =>
    (await (await raw(method, path, body === undefined ? undefined : JSON.stringify(body))).json()) as never;
  return {
    pid: info.pid,
    raw,
    ask,
    async conference() {
      const settings = {
        titleZh: '五日大会',
        startDate: firstDay,
        endDate: '2026-11-26',
        timeZone: 'Asia/Shanghai',
      };
      const { id } = await ask<{ id: string }>('POST', '/conferences', { slug, ...settings });
      await ask('PATCH', `/conferences/${id}`, { state: 'published' });
      return id;
    },
  };
}

async function importWorkbook(desk: Desk, id: string) {
  const bytes = workbook();
  const look = async (): Promise<{ preview: ImportPreview; seconds: number }> => {
    const from = performance.now();
    const answer = await desk.raw('POST', `/conferences/${id}/imports`, bytes, 'application/octet-stream');
    const preview = (await answer.json()) as ImportPreview;
    return { preview, seconds: (performance.now() - from) / 1000 };
  };
  const { preview, seconds } = await look();
  const cpu = cpuSeconds(desk.pid);
  const from = performance.now();
  await desk.ask<ImportResult>('POST', `/conferences/${id}/imports/${preview.id}/apply`, {});
  const apply = (performance.now() - from) / 1000;
  const applyCpu = cpuSeconds(desk.pid) - cpu;
  const again = await look();
  const { same } = again.preview.counts;
  if (same !== days * venues * talksADay)
    throw new Error(
      `the same workbook again must change nothing (got ${JSON.stringify(again.preview.counts)})`,
    );
  return { bytes: bytes.length, preview: seconds, apply, applyCpu, again: again.seconds };
}

/** Bytes as they came and unpacked, and ms until they were here. */
async function loadProgramme(info: DemoInfo, times: number) {
  const url = `${info.apiBase}/public/conferences/${slug}/programme`;
  const took: number[] = [];
  let last: ConferenceProgramme | undefined;
  let plain = 0;
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    const text = await (await fetch(url)).text();
    took.push(performance.now() - from);
    plain = Buffer.byteLength(text);
    last = JSON.parse(text) as ConferenceProgramme;
  }
  if (!last) throw new Error('no programme was loaded');
  const agent = new Agent();
  const zipped = await bytesOf(url, agent);
  agent.destroy();
  return { times: took, plain, gzip: zipped.length, programme: last };
}

function bytesOf(url: string, agent: Agent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { 'accept-encoding': 'gzip' } }, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** Ms of each change of a talk's time. */
async function drag(desk: Desk, { talks }: ConferenceProgramme, count: number): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < count; i++) {
    const talk = talks[(i * 37) % talks.length];
    if (!talk) continue;
    const from = performance.now();
    await desk.ask<Talk>('PATCH', `/talks/${talk.id}`, { plannedStart: (talk.plannedStart ?? 0) + 300_000 });
    took.push(performance.now() - from);
  }
  return took;
}

/** Ms from the request that makes a change until each page has it, of all pages and changes. */
async function changesSeen(
  info: DemoInfo,
  desk: Desk,
  { talks }: ConferenceProgramme,
  changes: number,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: pages + 10 });
  const base = `${info.apiBase}/public/conferences/${slug}/programme`;
  const seen: number[] = [];
  // The last moves become a revision a tenth of a second after them.
  await new Promise((resolve) => setTimeout(resolve, 500));
  try {
    for (let i = 0; i < changes; i++) {
      const { rev } = (await (await fetch(base)).json()) as ConferenceProgramme;
      let from = Number.POSITIVE_INFINITY;
      const url = `${base}/changes?after=${rev}`;
      const held = Array.from({ length: pages }, async () => {
        await bytesOf(url, agent);
        return performance.now() - from;
      });
      // All questions are with the server before anything happens.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      from = performance.now();
      const talk = talks[(i * 53) % talks.length];
      await desk.ask<Talk>('PATCH', `/talks/${talk?.id}`, { title: `${talk?.title} (${i + 1})` });
      const times = await Promise.all(held);
      const early = times.filter((time) => !(time >= 0)).length;
      if (early > 0) throw new Error(`${early} pages were answered before the change`);
      seen.push(...times);
    }
  } finally {
    agent.destroy();
  }
  return seen;
}
