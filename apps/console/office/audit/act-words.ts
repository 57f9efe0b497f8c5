/** The names of acts in the audit log (`thing.deed`) in words. */
import { type Pair, pairs } from '../pairs.ts';

const things = {
  access: ['观看规则', 'Access rules'],
  account: ['账号', 'Account'],
  clip: ['回放', 'Replay'],
  code: ['邀请码', 'Invite codes'],
  conference: ['会议', 'Conference'],
  consent: ['回放授权', 'Consent'],
  deck: ['课件', 'Slides'],
  delegates: ['代表名单', 'Delegates'],
  events: ['事件数据', 'Event data'],
  file: ['文件', 'File'],
  font: ['字体', 'Font'],
  grant: ['观看权', 'Grant'],
  import: ['日程导入', 'Programme import'],
  invitation: ['邀请', 'Invitation'],
  key: ['API 密钥', 'API key'],
  member: ['工作人员', 'Member'],
  presenter: ['讲者页链接', 'Presenter link'],
  programme: ['日程', 'Programme'],
  registration: ['报名', 'Registration'],
  run: ['录制', 'Recording'],
  session: ['专场', 'Session'],
  source: ['日程来源', 'Programme source'],
  talk: ['报告', 'Talk'],
  track: ['推流', 'Ingest'],
  venue: ['会场', 'Venue'],
  viewer: ['观众', 'Viewer'],
  webhook: ['回调', 'Webhook'],
} as const satisfies Record<string, Pair>;

const deeds = {
  accept: ['接受', 'accepted'],
  add: ['添加', 'added'],
  answer: ['答复', 'answered'],
  apply: ['应用', 'applied'],
  arrange: ['调整', 'rearranged'],
  ban: ['封禁', 'banned'],
  block: ['禁播', 'blocked'],
  cancelImport: ['取消导入', 'import cancelled'],
  change: ['修改', 'changed'],
  create: ['新建', 'created'],
  decide: ['审核', 'decided'],
  delay: ['顺延', 'delayed'],
  'delay.confirm': ['确认延迟校准', 'delay confirmed'],
  delete: ['删除', 'deleted'],
  devices: ['设备数', 'devices'],
  export: ['导出', 'exported'],
  import: ['导入', 'imported'],
  join: ['合并', 'joined'],
  link: ['生成链接', 'link made'],
  open: ['打开', 'opened'],
  order: ['排序', 'reordered'],
  preview: ['预览', 'previewed'],
  record: ['代为登记', 'recorded by staff'],
  remind: ['提醒', 'reminded'],
  remove: ['移除', 'removed'],
  rename: ['改名', 'renamed'],
  resend: ['重发', 'sent again'],
  revoke: ['撤销', 'revoked'],
  set: ['设置', 'set'],
  sign: ['生成推流地址', 'address signed'],
  swap: ['对调', 'swapped'],
  take: ['认领', 'taken'],
  test: ['测试', 'tested'],
  unban: ['解除封禁', 'unbanned'],
  undo: ['撤销', 'undone'],
  upload: ['上传', 'uploaded'],
} as const satisfies Record<string, Pair>;

const thing = pairs(things);
const deed = pairs(deeds);
const joined = pairs({ both: ['{thing}：{deed}', '{thing} {deed}'] });
const has = <T extends object>(table: T, key: string): key is keyof T & string => Object.hasOwn(table, key);

/** Undefined for an act that has no words yet. */
export function actWords(action: string): string | undefined {
  const cut = action.indexOf('.');
  const [noun, verb] = [action.slice(0, cut), action.slice(cut + 1)];
  if (!has(things, noun) || !has(deeds, verb)) return undefined;
  // A delay of the picture behind the slides is measured, not granted.
  if (action === 'track.delay') return joined('both', { thing: thing(noun), deed: deed('delay.confirm') });
  return joined('both', { thing: thing(noun), deed: deed(verb) });
}
