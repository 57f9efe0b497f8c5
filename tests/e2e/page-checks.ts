/**
 * What every page must pass, as sentences about what is wrong (empty: all well): no horizontal overflow, no
 * serious or critical axe finding, touch targets of at least 44 px on a phone's width.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { until } from '#tests/harness/until.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

type AxeResult = {
  violations: { id: string; impact: string | null; help: string; nodes: { html: string }[] }[];
};

/** Widths up to this are phones. */
const phoneWidth = 640;
const least = 44;

export async function checkOverflow(page: Page): Promise<string[]> {
  const [wide, view] = await page.evaluate(() => [
    Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
    document.documentElement.clientWidth,
  ]);
  if (wide === undefined || view === undefined || wide <= view) return [];
  const culprits = await page.evaluate((limit) => {
    const wider = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > limit + 0.5,
    );
    return wider.slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
  }, view);
  return [`page is ${wide} px wide in a window of ${view} px: ${culprits.join(', ')}`];
}

/** Links inside a sentence, links of a slide (where its picture has them) and hidden controls are exempt (WCAG 2.5.8). */
export async function checkTouchTargets(page: Page): Promise<string[]> {
  return page.evaluate((limit) => {
    const wrong: string[] = [];
    const selector =
      'button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [role=switch], [role=menuitem]';
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      if (element.matches('p a, li a, dd a, .slide-link')) continue;
      // A checkbox is as large as its label; a field as the frame around it, which takes the tap.
      const frames = 'label, .ant-select, .ant-picker, .ant-input-affix-wrapper, .ant-input-number';
      const target = element.closest(frames) ?? element;
      const { width, height } = target.getBoundingClientRect();
      if (width === 0 || height === 0) continue;
      if (width >= limit - 0.5 && height >= limit - 0.5) continue;
      const name = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 30) ?? '';
      wrong.push(
        `touch target "${name}" (${element.tagName.toLowerCase()}) is ${Math.round(width)} × ${Math.round(height)} px, less than ${limit}`,
      );
    }
    return wrong;
  }, least);
}

export async function checkAccessibility(page: Page): Promise<string[]> {
  // Evaluated, not added as a script element: the page's content policy forbids that, rightly.
  await page.evaluate(await readFile(axePath, 'utf8'));
  const result = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] })',
  )) as unknown as AxeResult;
  return result.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, help, nodes }) => `axe ${impact} ${id}: ${help} (${nodes[0]?.html.slice(0, 160)})`);
}

/** Every check that applies to the page's present width. */
export async function checkPage(page: Page): Promise<string[]> {
  const width = page.viewportSize()?.width ?? Number.POSITIVE_INFINITY;
  return [
    ...(await checkOverflow(page)),
    ...(width <= phoneWidth ? await checkTouchTargets(page) : []),
    ...(await checkAccessibility(page)),
  ];
}

/** Collects console errors and uncaught exceptions from now on. `expected` are left out, such as a 404 the test provokes. */
export function collectConsoleErrors(page: Page, expected: RegExp[] = []): string[] {
  const seen: string[] = [];
  const add = (text: string) => {
    if (!expected.some((pattern) => pattern.test(text))) seen.push(text);
  };
  page.on('console', (message) => {
    if (message.type() === 'error') add(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => add(String(error)));
  return seen;
}

/**
 * Resolves when nothing fades or moves any more but what does so for ever (a spinner, a progress bar at work).
 * Looked at again and again: the `finished` promise of an animation that is dropped half-way never settles.
 */
export async function settled(page: Page, limitMs = 15_000): Promise<void> {
  const moving = () =>
    page.evaluate(() =>
      document.getAnimations().flatMap((one) => {
        const ends = Number(one.effect?.getComputedTiming().endTime);
        if (one.playState === 'finished' || one.playState === 'idle' || !Number.isFinite(ends)) return [];
        const { target } = one.effect as KeyframeEffect;
        return [
          `${(one as CSSAnimation).animationName ?? one.id} of ${target?.className ?? '?'} ${one.playState}`,
        ];
      }),
    );
  let left: string[] = [];
  const still = async () => {
    left = await moving();
    return left.length === 0;
  };
  await until(still, {
    seconds: limitMs / 1000,
    everyMs: 50,
    what: () => `the end of ${left.join(', ')}`,
  });
}
