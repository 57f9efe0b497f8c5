/** Texts of the registrations' page. */
import { pairs } from '../pairs.ts';

export const t = pairs({
  title: ['报名', 'Registrations'],
  export: ['导出 Excel', 'Export to Excel'],
  capacity: ['名额 {count}', 'Places {count}'],
  searchHint: ['搜索姓名、单位或手机', 'Name, unit or phone'],
  empty: ['还没有人报名', 'Nobody has registered yet'],
  emptyHint: [
    '把会议页面的链接发出去，观众在那里填写报名表；需要审核时会出现在这里。',
    'Share the conference page: people register there, and show up here to be decided on.',
  ],
  emptyClosed: ['报名没有开放。在“会议设置”里打开。', 'Registration is closed. Open it in Settings.'],
  toSettings: ['去会议设置', 'To Settings'],
  registeredAt: ['报名时间', 'Registered'],
  decidedAt: ['审核时间', 'Decided'],
  decide: ['审核', 'Decide'],
  decideAll: ['审核全部 {count} 人', 'Decide on all {count}'],
  decideTitle: ['审核 {count} 人的报名', 'Decide on {count} registrations'],
  decideNow: ['确定', 'Decide'],
  decision: ['结果', 'Decision'],
  approve: ['通过', 'Approve'],
  refuse: ['不通过', 'Refuse'],
  reopen: ['改回待审核', 'Back to “to decide”'],
  note: ['附言', 'Note'],
  noteHint: ['报名人会看到，例如不通过的原因。', 'They see it, e.g. the reason for a refusal.'],
  tell: ['同时发短信通知', 'Tell them by SMS'],
  decided: [
    '通过 {approved} 人，候补 {waiting} 人，不通过 {refused} 人，未变 {unchanged} 人',
    '{approved} approved, {waiting} waiting, {refused} refused, {unchanged} unchanged',
  ],
});
