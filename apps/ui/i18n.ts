/**
 * Interface language: `?lang=`, then the stored choice, then the browser's. Texts come from message files
 * (zh-CN first; en has the same keys), never from code.
 */
import { useSyncExternalStore } from 'react';

export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];
export type Values = Readonly<Record<string, string | number>>;

const storeKey = 'rostrum.lang';

/** The first candidate we speak; any Chinese is zh-CN, anything else English; zh-CN when nothing is known. */
export function chooseLanguage(candidates: readonly (string | null | undefined)[]): Language {
  for (const candidate of candidates) {
    const tag = candidate?.toLowerCase();
    if (!tag) continue;
    if (tag.startsWith('zh')) return 'zh-CN';
    if (tag.startsWith('en')) return 'en';
  }
  return candidates.some((c) => c) ? 'en' : 'zh-CN';
}

/** Puts `{name}` placeholders in; an unknown name stays visible, so that a test or a reader notices. */
export function fill(text: string, values: Values | undefined): string {
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function stored(): string | null {
  try {
    return localStorage.getItem(storeKey);
  } catch {
    return null; // Storage is refused in some private modes.
  }
}

function initial(): Language {
  if (typeof location === 'undefined') return 'zh-CN';
  const asked = new URLSearchParams(location.search).get('lang');
  return chooseLanguage([asked, stored(), ...(navigator.languages ?? [navigator.language])]);
}

let current: Language = initial();
const listeners = new Set<() => void>();
if (typeof document !== 'undefined') document.documentElement.lang = current;

export const language = (): Language => current;

export function setLanguage(next: Language): void {
  current = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(storeKey, next);
  } catch {
    // Not stored; the choice still holds for this page.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Re-renders the component when the language changes; use it at the root of a page. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, language);
}

/** Makes a page's `t(key, values?)` from its two message files. */
export function translator<K extends string>(
  zh: Readonly<Record<K, string>>,
  en: Readonly<Record<K, string>>,
): (key: K, values?: Values) => string {
  return (key, values) => fill((current === 'zh-CN' ? zh : en)[key], values);
}

/** Names in a row, as the language separates them. */
export const listText = (names: readonly string[]): string => names.join(current === 'zh-CN' ? '、' : ', ');

/** `正在进行：…` or `Now: …`. */
export const named = (name: string, value: string): string =>
  `${name}${current === 'zh-CN' ? '：' : ': '}${value}`;

/** `14:05:09` in the viewer's zone. */
export function clockTime(epochMs: number): string {
  const d = new Date(epochMs);
  return [d.getHours(), d.getMinutes(), d.getSeconds()].map((n) => String(n).padStart(2, '0')).join(':');
}

/** `4月16日周五` in the viewer's zone. */
export const dayText = (epochMs: number): string =>
  new Intl.DateTimeFormat(current, { month: 'long', day: 'numeric', weekday: 'short' }).format(epochMs);

/** `1:02:03` or `2:03` of a length in seconds. */
export function lengthText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = String(whole % 60).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}
