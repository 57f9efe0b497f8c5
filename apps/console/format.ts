/** Numbers as a person reads them. */
import { language } from '../ui/i18n.ts';
import { t } from './texts.ts';

/** `0.8 GB`, decimal units as disks are sold. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(value < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

/** One rough unit: `3 小时`, `12 minutes`. */
export function roughTime(seconds: number): string {
  if (seconds >= 172_800) return t('unit.days', { count: Math.floor(seconds / 86_400) });
  if (seconds >= 7200) return t('unit.hours', { count: Math.floor(seconds / 3600) });
  if (seconds >= 60) return t('unit.minutes', { count: Math.floor(seconds / 60) });
  return t('unit.seconds', { count: Math.max(0, Math.floor(seconds)) });
}

/** `01:02:03`, always with hours: its width does not jump while it runs. */
export function runningTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
}

export const numberText = (value: number, digits = 0): string =>
  value.toLocaleString(language(), { maximumFractionDigits: digits });

/** `2026-05-01 14:05` in the reader's zone. */
export function dateText(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
