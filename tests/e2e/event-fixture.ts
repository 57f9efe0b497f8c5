/** The data streams of a venue without the server: batches as held files, page images drawn as SVG. For tests of the pages alone. */
import type { ServerResponse } from 'node:http';
import type { EventStream } from '#contracts/event-paths.ts';
import type { Batch, EventBody, PageImage, StreamPosition, VenueEvent } from '#contracts/events.ts';
import { emptyHall, emptyStage } from '#contracts/stage-state.ts';

const rev = 1;

export class EventFixture {
  private readonly batches: Record<EventStream, Batch[]> = { stage: [], hall: [] };
  private readonly held: { stream: EventStream; n: number; response: ServerResponse }[] = [];
  private count = 0;

  position(stream: EventStream): StreamPosition {
    return { rev, next: this.batches[stream].length, snapshot: 0 };
  }

  /** One batch with these events, now unless told. */
  append(stream: EventStream, bodies: readonly EventBody[], t = Date.now()): void {
    const events = bodies.map((body) => ({ i: ++this.count, at: Date.now(), t, ...body }) as VenueEvent);
    const n = this.batches[stream].length;
    const batch: Batch = { rev, n, events, watching: 1 };
    this.batches[stream].push(batch);
    for (const one of this.held.filter((held) => held.stream === stream && held.n === n))
      one.response.end(JSON.stringify(batch));
  }

  /** True when the path was ours. */
  answer(path: string, response: ServerResponse): boolean {
    const [, stream, name] = /^events\/(stage|hall)\/1\/([\w-]+)\.json$/.exec(path) ?? [];
    if (stream && name) this.answerEvents(stream as EventStream, name, response);
    else if (/^pages\/[\w-]+\.\d+\.(webp|avif)$/.test(path)) {
      response.writeHead(200, { 'content-type': 'image/svg+xml', 'cache-control': 'max-age=31536000' });
      response.end(drawing(path.split('/')[1]?.split('.')[0] ?? ''));
    } else if (/^pages\/[\w-]+\.json$/.test(path)) {
      const page = Number(/\d+/.exec(path)?.[0]);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ text: pageWords[page] ?? '', words: [], links: [] }));
    } else return false;
    return true;
  }

  private answerEvents(stream: EventStream, name: string, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (name.startsWith('snapshot-')) {
      const state = stream === 'stage' ? emptyStage : emptyHall;
      response.end(JSON.stringify({ rev, n: 0, state }));
      return;
    }
    const n = Number(name);
    const batch = this.batches[stream][n];
    if (batch) response.end(JSON.stringify(batch));
    else this.held.push({ stream, n, response });
  }
}

const pageWords = [
  '心血管影像新进展',
  '研究背景与目的',
  '冠状动脉 CT 血流储备分数',
  '结果：敏感度与特异度',
  '讨论与局限',
];

export function pageImage(page: number): PageImage {
  return {
    id: `page-${page}-of-the-lecture`,
    width: 1920,
    height: 1080,
    widths: [480, 960, 1920],
    avif: false,
  };
}

export function pageEvent(page: number): EventBody {
  return {
    type: 'page',
    deck: 'deck-1',
    page,
    step: 0,
    pages: pageWords.length,
    image: pageImage(page),
    next: page + 1 < pageWords.length ? pageImage(page + 1) : null,
    title: pageWords[page] ?? '',
    source: 'presenter',
    by: '王教授',
  };
}

function drawing(id: string): string {
  const page = Number(/\d+/.exec(id)?.[0]);
  const bars = [320, 470, 400, 610, 540].map(
    (height, k) =>
      `<rect x="${1150 + k * 130}" y="${930 - height}" width="84" height="${height}" rx="6" fill="${k === page ? '#2f6fed' : '#a9c2f5'}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1920" height="1080" viewBox="0 0 1920 1080"><rect width="1920" height="1080" fill="#ffffff"/><rect width="1920" height="18" fill="#2f6fed"/><text x="120" y="220" font-size="92" font-weight="700" fill="#14213d">${pageWords[page] ?? ''}</text><g font-size="46" fill="#33415c"><text x="120" y="380">• 多中心前瞻性研究，n = 1,284</text><text x="120" y="470">• 随访 36 个月，失访 2.1%</text><text x="120" y="560">• 主要终点：心血管事件</text></g>${bars.join('')}<text x="1800" y="1040" font-size="34" fill="#66748f">${page + 1}</text></svg>`;
}
