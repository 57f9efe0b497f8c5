/** The system's Chromium, driven by Playwright. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Sound may start without a tap, unless a test is about just that. */
export function launchBrowser(options: { autoplay?: boolean } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.ROSTRUM_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(options.autoplay === false ? [] : ['--autoplay-policy=no-user-gesture-required']),
    ],
  });
}

export const pc = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

export async function openPage(
  browser: Browser,
  url: string,
  viewport = pc,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    viewport,
    locale: 'zh-CN',
    hasTouch: viewport === phone,
    isMobile: viewport === phone,
  });
  const page = await context.newPage();
  await page.goto(url);
  return { context, page };
}

/** Seconds of media the page's video has played; 0 before there is a video. */
export const played = (page: Page): Promise<number> =>
  page.evaluate(() => {
    let seconds = 0;
    const ranges = document.querySelector('video')?.played;
    for (let i = 0; ranges && i < ranges.length; i++) seconds += ranges.end(i) - ranges.start(i);
    return seconds;
  });

/** Resolves when the page has played `seconds` more than now. */
export async function plays(page: Page, seconds = 1, limitSeconds = 30): Promise<void> {
  const before = await playhead(page);
  await page.waitForFunction(
    ([from, more]) => {
      const video = document.querySelector('video');
      return (
        video !== null &&
        !video.paused &&
        video.readyState >= 2 &&
        Math.abs(video.currentTime - (from ?? 0)) >= (more ?? 1) &&
        video.currentTime > 0
      );
    },
    [before, seconds] as const,
    { timeout: limitSeconds * 1000, polling: 100 },
  );
}

export const playhead = (page: Page): Promise<number> =>
  page.evaluate(() => document.querySelector('video')?.currentTime ?? 0);
