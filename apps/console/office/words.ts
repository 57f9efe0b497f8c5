/** Words several sections use: profile fields, roles, registration states, times, money. */

import type { RegistrationState } from '#contracts/access.ts';
import type { ProfileField } from '#contracts/profile.ts';
import { type ConferenceRole, conferenceRoles, type PlatformRole } from '#contracts/roles.ts';
import { dateText } from '../format.ts';
import { c } from './common-texts.ts';
import { pairs } from './pairs.ts';

const fields = pairs({
  name: ['姓名', 'Name'],
  phone: ['手机', 'Phone'],
  region: ['地区', 'Region'],
  hospital: ['单位', 'Hospital or unit'],
  department: ['科室', 'Department'],
  title: ['职称', 'Title'],
  position: ['职务', 'Position'],
  education: ['学历', 'Education'],
  discipline: ['学科', 'Discipline'],
});
export const fieldText = (field: ProfileField): string => fields(field);

const roles = pairs({
  organiser: ['组委会', 'Organiser'],
  director: ['导播', 'Director'],
  assistant: ['助教', 'Assistant'],
  moderator: ['主持人', 'Moderator'],
  speaker: ['讲者', 'Speaker'],
  panelist: ['嘉宾', 'Panelist'],
  'organiser.can': ['管理会议的一切', 'Everything about the conference'],
  'director.can': ['开播、切换报告、日程、课件与回放', 'Live desk, programme, decks and replays'],
  'assistant.can': ['看会场，协助讲者上传课件', 'Sees the venues, helps with decks'],
  'moderator.can': ['看会场状态', 'Sees how the venues do'],
  'speaker.can': ['看会议', 'Sees the conference'],
  'panelist.can': ['看会议', 'Sees the conference'],
  'platform.admin': ['平台管理员', 'Administrator'],
  'platform.support': ['技术支持', 'Support engineer'],
  'platform.organiser': ['可新建会议', 'May make conferences'],
});
export const roleText = (role: ConferenceRole): string => roles(role);
export const roleHint = (role: ConferenceRole): string => roles(`${role}.can`);
export const platformRoleText = (role: PlatformRole): string => roles(`platform.${role}`);
export const roleOptions = () => conferenceRoles.map((value) => ({ value, label: roleText(value) }));

const states = pairs({
  pending: ['待审核', 'To decide'],
  approved: ['已通过', 'Approved'],
  waiting: ['候补', 'Waiting list'],
  refused: ['未通过', 'Refused'],
  cancelled: ['已取消', 'Cancelled'],
});
export const registrationText = (state: RegistrationState): string => states(state);

export const timeText = (epochMs: number | null | undefined): string =>
  epochMs === null || epochMs === undefined ? '—' : dateText(epochMs);

/** `¥1,280` or `¥0.50`. */
export const moneyText = (fen: number): string =>
  `¥${(fen / 100).toLocaleString('en', { minimumFractionDigits: fen % 100 === 0 ? 0 : 2 })}`;

export const yesNo = (is: boolean): string => c(is ? 'yes' : 'no');
