/** `t` for the texts every page shares. */
import { translator } from './i18n.ts';
import { en } from './messages/en.ts';
import { zhCN } from './messages/zh-CN.ts';

export const t = translator(zhCN, en);
