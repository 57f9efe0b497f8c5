/** Who may watch: labels, reasons, ways in. */
import type { zhCN } from './zh-CN.ts';

export const en: Readonly<Record<keyof typeof zhCN, string>> = {
  'label.open': 'Open to all',
  'label.loggedIn': 'Log in to watch',
  'label.registered': 'Register to watch',
  'label.delegate': 'Delegates only',
  'label.profile': 'Certain groups only',
  'label.tier': 'Members only',
  'label.password': 'Password needed',
  'label.code': 'Invite code needed',
  'label.paid': 'Paid',
  'label.price': 'Paid, {price}',
  'label.closed': 'Not open',
  'label.and': ' and ',
  'label.or': ' or ',
  'label.preview': '{minutes} min free preview',
  'label.from': 'from {date}',
  'field.region': 'Region',
  'field.department': 'Department',
  'field.title': 'Title',
  'field.education': 'Education',
  'field.discipline': 'Discipline',
};
