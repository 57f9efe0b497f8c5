/** `t` for talks, decks and replays. */
import { translator } from '../../ui/i18n.ts';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';

export const t = translator(zhCN, en);
