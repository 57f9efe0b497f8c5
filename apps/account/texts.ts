/** `t` for the texts of log-in and account, and the words of a failure. */
import { ApiError } from '../ui/api.ts';
import { translator } from '../ui/i18n.ts';
import { en } from './messages/en.ts';
import { zhCN } from './messages/zh-CN.ts';

export const t = translator(zhCN, en);

/** What to tell the person; how long to wait is the one detail people can use. */
export function failureText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('failed');
  const [, seconds] = /again in (\d+) s/.exec(error.detail ?? '') ?? [];
  return seconds ? t('failed.wait', { message: error.message, seconds }) : error.message;
}
