/** Texts of the page where an invitation is accepted. */
import type { zhCN } from './zh-CN.ts';

export const en: Readonly<Record<keyof typeof zhCN, string>> = {
  'page.title': 'Invitation',
  'page.loading': 'Opening the invitation…',
  'join.heading': '{by} invites you to work with them on a conference',
  'join.headingNoName': 'You are invited to work on a conference',
  'join.roles': 'Your role',
  'join.until': 'Valid until {date}',
  'join.logIn': 'Log in and accept',
  'join.logInHint': 'You come back here after the log-in.',
  'join.accept': 'Accept',
  'join.acceptAs': 'Accept as “{name}”',
  'join.busy': 'One moment…',
  'join.other': 'Use another account',
  'join.done': 'Accepted',
  'join.doneText': 'In this conference you are now: {roles}',
  'join.console': 'Go to the console',
  'join.page': 'See the conference page',
  'join.noToken': 'The link is not complete',
  'join.noTokenText': 'Open it again from the message you received.',
  'join.gone': 'This invitation is not valid any more',
  'join.goneText':
    'It may have been used, taken back, or has expired. Ask whoever invited you for a new one.',
  'role.organiser': 'Organiser',
  'role.director': 'Director',
  'role.assistant': 'Assistant',
  'role.moderator': 'Chair',
  'role.speaker': 'Speaker',
  'role.panelist': 'Panelist',
};
