/** The venue's state in the page's title and icon, so that a row of tabs tells what is on air. */
import { useEffect } from 'react';
import type { VenueState } from '#contracts/now.ts';
import { stateColors, stateWord } from '../ui/state-badge.tsx';
import { t } from './texts.ts';

/** What a tab says: a state; or that nothing is known because the connection is lost; or no venue at all. */
export type Sign = VenueState | 'lost' | 'none';

const symbols: Record<Sign, string> = {
  off: '○',
  armed: '◉',
  live: '●',
  break: '❚❚',
  away: '▲',
  ended: '■',
  lost: '?',
  none: '',
};

export function pageTitle(sign: Sign, title: string): string {
  if (sign === 'none') return `${title} · ${t('app.console')}`;
  return `${symbols[sign]} ${sign === 'lost' ? t('link.title') : stateWord(sign)} · ${title}`;
}

/** 32 × 32 shapes on the ground of each icon; a different shape each, as colour alone may not be seen. */
const shapes: Record<Sign, string> = {
  off: '<circle cx="16" cy="16" r="8" fill="none" stroke="#0b0e14" stroke-width="4"/>',
  armed:
    '<path d="M4 16q12-15 24 0q-12 15-24 0z" fill="none" stroke="#0b0e14" stroke-width="3"/><circle cx="16" cy="16" r="4" fill="#0b0e14"/>',
  live: '<circle cx="16" cy="16" r="9" fill="#fff"/>',
  break: '<path d="M8 7h6v18H8zM18 7h6v18h-6z" fill="#0b0e14"/>',
  away: '<path d="M14 6h4v13h-4zM14 22h4v4h-4z" fill="#0b0e14"/>',
  ended: '<path d="M9 9h14v14H9z" fill="#0b0e14"/>',
  lost: '<path d="M11 12a5 5 0 1 1 7 5q-2 1-2 3M16 24v2" fill="none" stroke="#fff" stroke-width="3.500"/>',
  none: '<path d="M8 9h16v3H8zM11 14h10l2 10H9z" fill="#fff"/>',
};

const ground = (sign: Sign): string => {
  if (sign === 'lost') return '#4a5262';
  if (sign === 'none') return '#2f6fed';
  return sign === 'live' ? '#d92d3a' : stateColors[sign];
};

/** SVG of the icon as a data address. Away is a triangle, live a square all red, the others rounded. */
export function favicon(sign: Sign): string {
  const fill = ground(sign);
  const plate =
    sign === 'away'
      ? `<path d="M16 0 32 32H0z" fill="${fill}"/>`
      : `<rect width="32" height="32" rx="7" fill="${fill}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${plate}${shapes[sign]}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

export function usePageSign(sign: Sign, title: string): void {
  const text = pageTitle(sign, title);
  useEffect(() => {
    document.title = text;
  }, [text]);
  useEffect(() => {
    let link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (!link) {
      link = document.createElement('link');
      link.rel = 'icon';
      document.head.append(link);
    }
    link.href = favicon(sign);
  }, [sign]);
}
