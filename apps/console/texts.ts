/** `t` for the console's texts. */
import { language } from '../ui/i18n.ts';
import { en } from './messages/en.ts';
import { type MessageKey, zhCN } from './messages/zh-CN.ts';

export type TextValues = Readonly<Record<string, string | number | undefined>>;
export type { MessageKey };

/** Fills `{name}` in; a `[…]` in which a value is missing is left out, a value missing elsewhere is a dash. */
export function fillText(text: string, values: TextValues = {}): string {
  const put = (part: string) => part.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '—'));
  return put(
    text.replace(/\[([^\]]*)\]/g, (_, part: string) => {
      const names = [...part.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '');
      return names.every((name) => values[name] !== undefined) ? part : '';
    }),
  );
}

export const t = (key: MessageKey, values?: TextValues): string =>
  fillText((language() === 'en' ? en : zhCN)[key], values);
