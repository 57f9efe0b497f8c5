/** The pages of a large programme in Chromium: the editor's grid and the conference page to the first talk in sight, and a drag in the grid. */
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, pc } from '#tests/harness/browser.ts';
import type { DemoInfo } from '#tests/harness/demo-process.ts';
import { type Goal, median, quantile, round } from './report.ts';

export type PageFigures = {
  readonly figures: Readonly<Record<string, number>>;
  readonly goals: readonly Goal[];
};

/** @param moves of the pointer in the drag */
export async function programmePages(
  info: DemoInfo,
  conference: { readonly id: string; readonly slug: string },
  { loads, moves }: { readonly loads: number; readonly moves: number },
): Promise<PageFigures> {
  const browser = await launchBrowser();
  try {
    const { origin } = new URL(info.apiBase);
    const grid: number[] = [];
    const open: number[] = [];
    let frames: number[] = [];
    for (let i = 0; i < loads; i++) {
      const page = await newPage(browser, info);
      grid.push(await shown(page, `${origin}/console/c/${conference.id}/programme`, '.pe-talk'));
      if (i === loads - 1) frames = await drag(page, moves);
      await page.context().close();
      const visitor = await newPage(browser);
      open.push(await shown(visitor, `${origin}/c/${conference.slug}`, '[data-talk]'));
      await visitor.context().close();
    }
    const p95 = quantile(frames, 0.95);
    return {
      figures: {
        'grid: first block p50, ms': round(median(grid), 0),
        'grid: first block max, ms': round(Math.max(...grid), 0),
        'drag: pointer to frame p50, ms': round(median(frames), 1),
        'drag: pointer to frame p95, ms': round(p95, 1),
        'conference page: first talk p50, ms': round(median(open), 0),
        'conference page: first talk max, ms': round(Math.max(...open), 0),
      },
      goals: [
        { what: 'grid to first block, p50', value: median(grid) / 1000, goal: 3, rule: '<=', unit: 's' },
        { what: 'drag, pointer to frame, p95', value: p95, goal: 50, rule: '<=', unit: 'ms' },
        {
          what: 'conference page to first talk, p50',
          value: median(open) / 1000,
          goal: 2,
          rule: '<=',
          unit: 's',
        },
      ],
    };
  } finally {
    await browser.close();
  }
}

/** Logged in when `info` is given. Nothing is in the cache. */
async function newPage(browser: Browser, info?: DemoInfo): Promise<Page> {
  const context = await browser.newContext({ viewport: pc, locale: 'zh-CN' });
  if (info) {
    const { origin } = new URL(info.apiBase);
    await context.request.post(`${info.apiBase}/auth/sign-in/email`, {
      data: { email: info.adminEmail, password: info.adminPassword },
      headers: { origin },
    });
  }
  return context.newPage();
}

/** Ms from the navigation's start until such an element has been in a frame. */
async function shown(page: Page, url: string, selector: string): Promise<number> {
  await page.addInitScript((wanted) => {
    const look = () => {
      const element = document.querySelector(wanted);
      if (element?.checkVisibility()) Object.assign(window, { shownAt: performance.now() });
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, selector);
  await page.goto(url);
  const handle = await page.waitForFunction(() => (window as { shownAt?: number }).shownAt, undefined, {
    timeout: 60_000,
    polling: 100,
  });
  return Number(await handle.jsonValue());
}

/** Ms from each move of the pointer to the end of the frame that shows it. */
async function drag(page: Page, moves: number): Promise<number[]> {
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(window, { dragFrames: frames });
    addEventListener(
      'pointermove',
      ({ timeStamp }) =>
        requestAnimationFrame(() => {
          // A message sent in a frame is handled after it was laid out and painted.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => frames.push(performance.now() - timeStamp);
          port2.postMessage(0);
        }),
      true,
    );
  });
  const box = await page.locator('.pe-talk').nth(3).boundingBox();
  if (!box) throw new Error('no talk is in sight');
  await page.mouse.move(box.x + 60, box.y + 12);
  await page.mouse.down();
  for (let i = 1; i <= moves; i++) {
    // To and fro over two columns, and down and up; it ends beside where it began.
    const angle = (i / moves) * 5 * Math.PI;
    await page.mouse.move(
      box.x + 60 + 160 * (1 - Math.cos(angle)),
      box.y + 12 + 140 * Math.sin(angle / 2) ** 2,
    );
  }
  await page.locator('[data-ghost]').first().waitFor();
  await page.keyboard.press('Escape');
  await page.mouse.up();
  return page.evaluate(() => (window as unknown as { dragFrames: number[] }).dragFrames);
}
