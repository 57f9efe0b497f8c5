import type { zhCN } from './zh-CN.ts';

export const en: Readonly<Record<keyof typeof zhCN, string>> = {
  'product.name': 'Rostrum',
  'state.off': 'Not started',
  'state.armed': 'Armed (preview only)',
  'state.live': 'Live',
  'state.break': 'Break',
  'state.away': 'Signal lost',
  'state.ended': 'Ended',
  'error.network': 'The network connection failed. Check it and try again.',
  'error.unreadable': 'The server gave an answer that could not be read (HTTP {status}).',
  'language.switch': '中文',
  'language.label': 'Switch to Chinese',
  'action.close': 'Close',
  'action.retry': 'Try again',
};
