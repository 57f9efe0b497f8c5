/** `t` for the texts of the front page. */
import { translator } from '../ui/i18n.ts';
import { en } from './messages/en.ts';
import { zhCN } from './messages/zh-CN.ts';

export const t = translator(zhCN, en);
