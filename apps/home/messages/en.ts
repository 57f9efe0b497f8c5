import type { zhCN } from './zh-CN.ts';

export const en: Readonly<Record<keyof typeof zhCN, string>> = {
  'page.title': 'Conferences',
  'page.logIn': 'Log in',
  'page.account': 'My account',
  'page.console': 'Console for staff',
  'page.loading': 'Loading the conferences',
  'page.failed': 'The conferences could not be loaded',
  'page.more': 'More conferences',
  'group.on': 'On now',
  'group.coming': 'Coming up',
  'group.over': 'Past conferences',
  'card.live': 'Live',
  'card.liveIn': 'Live in {n} venues',
  'empty.title': 'No conferences yet',
  'empty.text':
    'A conference appears here once it is published. Staff make and publish conferences in the console.',
};
