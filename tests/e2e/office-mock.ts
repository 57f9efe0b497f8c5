/** The office's side of the API as the contracts say it answers: a congress with something in every list. */

import { type Conference, conferenceDefaults, type ImportPreview } from '#contracts/conference.ts';
import type { ConferenceAction, PlatformRole } from '#contracts/roles.ts';
import { conferenceActions } from '#contracts/roles.ts';
import type { Talk } from '#contracts/talk.ts';
import type { Venue } from '#contracts/venue.ts';

export const conferenceId = 'c1';
const day = Date.parse('2027-04-16T00:00:00+08:00');
const at = (hours: number) => day + hours * 3_600_000;

export const conferenceOf = (actions: readonly ConferenceAction[] = conferenceActions): Conference => ({
  ...conferenceDefaults,
  id: conferenceId,
  slug: 'gwicc-2027',
  titleZh: '第 18 届东方心血管病学大会暨青年医师论坛',
  titleEn: 'Oriental Congress of Cardiology 2027',
  startDate: '2027-04-16',
  endDate: '2027-04-17',
  place: '上海国际会议中心',
  state: 'published',
  createdAt: day,
  roles: ['organiser'],
  actions: [...actions],
  venues: 2,
  talks: 3,
  pageUrl: 'https://live.example.org/c/gwicc-2027',
  introductionZh: '<p>欢迎参加。</p>',
  registration: { ...conferenceDefaults.registration, approval: true, capacity: 500 },
});

const speaker = { name: '王建国', unit: '复旦大学附属中山医院', title: '主任医师' };
const talk = (id: string, title: string, start: number, rest: Partial<Talk> = {}): Talk => ({
  ...{ id, title, venueId: 'v1', sessionId: 's1', position: 0, speakers: [speaker], plannedStart: start },
  ...{ plannedMinutes: 20, download: 'no', type: 'talk', abstract: '', state: 'planned', actualStart: null },
  ...{ actualEnd: null, key: null, changed: null, deck: null, replay: null },
  ...rest,
});
const talksOf = (): Talk[] => [
  talk('t1', '急性冠脉综合征抗栓治疗新进展', at(8.5), {
    state: 'done',
    deck: { id: 'd1', version: 2, state: 'ready', pages: 42, name: 'ACS 2027.pptx' },
    replay: { clip: 'k1', version: 1, state: 'published' },
  }),
  talk('t2', '结构性心脏病介入治疗：从证据到实践', at(9), { changed: { at: at(0), what: ['time'] } }),
  talk('t3', '茶歇', at(10), { type: 'break', sessionId: null, speakers: [] }),
];

const page = (items: readonly unknown[]) => ({ items, next: null, total: items.length });
const people = Array.from({ length: 12 }, (_, k) => ({
  ...{ userId: `u${k + 10}`, state: k % 3 === 0 ? 'pending' : 'approved', name: `李医生${k + 1}` },
  ...{ phone: `138****10${k + 10}`, hospital: '北京协和医院', position: '', note: '' },
  region: { code: '1101', label: '北京市', version: 'GB/T 2260-2023' },
  department: { code: '03.04', label: '内科 / 心血管内科', version: '2017' },
  ...{ title: null, education: null, discipline: null, createdAt: at(-k), decidedAt: null },
}));
const preview: ImportPreview = {
  id: 'i1',
  format: 'xlsx',
  rows: [
    {
      ...{ sheet: '', row: 3, action: 'add', key: 'k3', title: '心力衰竭的器械治疗', venue: '主会场' },
      ...{ start: at(11), minutes: 20, speakers: [speaker], session: '心衰专场', problems: [] },
    },
    {
      ...{
        sheet: '',
        row: 4,
        action: 'error',
        key: '',
        title: '',
        venue: '主会场',
        start: null,
        minutes: null,
      },
      ...{ speakers: [], session: '心衰专场' },
      problems: [{ zh: '时间“8:3O”看不懂', en: 'The time "8:3O" cannot be read', fatal: true }],
    },
  ],
  newVenues: ['第三会场'],
  missing: [],
  counts: { add: 1, change: 0, same: 0, skip: 0, error: 1 },
};
const delegateImport = (state: 'ready' | 'done') => ({
  ...{ id: 'x1', listId: 'l1', file: '代表.xlsx', state, headingRow: 1, failure: null },
  columns: [
    { heading: '姓名', as: 'name' },
    { heading: '手机号', as: 'phone' },
    { heading: '房间', as: 'none' },
  ],
  sample: [['李明', '13800001234', '801']],
  bytes: { read: 100, all: 100 },
  counts: { rows: 3, added: 2, changed: 0, same: 0, removed: 0, errors: state === 'done' ? 1 : 0 },
  errors: state === 'done' ? [{ row: 4, kind: 'phone', detail: '1380000' }] : [],
});

export class OfficeMock {
  platform: PlatformRole | null = 'admin';
  conference: Conference = conferenceOf();
  /** Everything is empty, as in an installation just made. */
  bare = false;
  venues: Venue[];
  #imported = false;

  constructor(venue: Venue) {
    this.venues = [
      { ...venue, conferenceId, position: 0 },
      { ...venue, id: 'v2', title: '第二会场', conferenceId, position: 1 },
    ];
  }

  get(path: string): unknown {
    if (path === '/me') return { id: 'u1', name: '张工', platform: this.platform };
    if (path === '/conferences') return page(this.bare ? [] : [this.conference]);
    if (path === '/users')
      return page([
        {
          ...{
            id: 'u1',
            name: '张工',
            email: 'desk@example.org',
            phone: null,
            platform: 'admin',
            banned: false,
          },
          createdAt: at(0),
        },
        {
          ...{ id: 'u2', name: '赵老师', email: null, phone: '+8613800001234', platform: null, banned: true },
          createdAt: at(0),
        },
      ]);
    if (path === '/audit') return this.#audit();
    if (path === '/fonts')
      return {
        fonts: [{ id: 'f1', name: 'msyh.ttf', families: ['微软雅黑'], bytes: 2.2e7, addedAt: at(0) }],
      };
    if (path.startsWith('/public/dictionaries/'))
      return { field: 'region', version: 'x', entries: [{ code: '42', zh: '湖北省', children: [] }] };
    const own = `/conferences/${conferenceId}`;
    if (path === own) return this.conference;
    if (!path.startsWith(`${own}/`)) return undefined;
    return this.#ofConference(path.slice(own.length + 1));
  }

  #audit() {
    return page([
      {
        ...{ id: 7, at: at(1), actorId: 'u1', actorName: '张工', action: 'venue.create', conferenceId },
        ...{ venueId: 'v1', details: { title: '主会场' }, remote: '192.168.1.20' },
      },
    ]);
  }

  #ofConference(leaf: string): unknown {
    if (leaf === 'venues') return { items: this.bare ? [] : this.venues };
    if (leaf === 'access') return { items: this.bare ? [] : this.#rules(), devices: 3 };
    if (leaf === 'programme')
      return this.bare ? { sessions: [], talks: [], marks: [] } : { ...this.#programme() };
    if (leaf === 'delegate-imports/x1') return delegateImport(this.#imported ? 'done' : 'ready');
    if (this.bare) return page([]);
    const lists: Record<string, () => readonly unknown[]> = {
      members: () => [
        {
          userId: 'u1',
          name: '张工',
          email: 'desk@example.org',
          phone: null,
          roles: ['organiser'],
          banned: false,
        },
        {
          userId: 'u2',
          name: '赵老师',
          email: null,
          phone: '13800001234',
          roles: ['director', 'moderator'],
          banned: false,
        },
      ],
      invitations: () => [
        {
          ...{ id: 'n1', roles: ['director'], to: null, note: '给导播', uses: 3, used: 1, createdAt: at(0) },
          ...{ createdBy: '张工', expiresAt: at(300), state: 'open' },
        },
      ],
      registrations: () => people,
      'delegate-lists': () => [
        {
          id: 'l1',
          name: '正式代表',
          delegates: 1200,
          present: 430,
          tiers: ['会员', '理事'],
          createdAt: at(0),
          importedAt: at(1),
        },
      ],
      'delegate-lists/l1/delegates': () => [
        {
          id: 'g1',
          name: '李明',
          phone: '138****1234',
          hasIdTail: true,
          unit: '协和医院',
          tier: '会员',
          present: true,
        },
      ],
      'code-batches': () => [
        {
          ...{ id: 'b1', name: '企业嘉宾', codes: 100, uses: 1, used: 7, opened: 7, expiresAt: null },
          ...{ createdAt: at(0), createdBy: '张工', revokedAt: null },
        },
      ],
      grants: () => [
        {
          ...{
            id: 'r1',
            userId: null,
            name: '',
            phone: '139****0000',
            thing: { kind: 'conference', id: conferenceId },
          },
          ...{
            fen: 12_800,
            note: '汇款',
            source: 'staff',
            createdAt: at(0),
            createdBy: '张工',
            revokedAt: null,
          },
        },
      ],
      sittings: () => [
        {
          ...{
            id: 'z1',
            conferenceId,
            conferenceTitle: '',
            agent: 'Chrome · Windows',
            createdAt: at(1),
            seenAt: at(2),
          },
          ...{ expiresAt: at(9), userId: 'u9', name: '沈知微', phone: '139****0001' },
        },
      ],
      bans: () => [{ userId: 'u8', name: '顾明远', phone: '', at: at(1), by: '张工', note: '' }],
      consents: () => [
        {
          ...{ talkId: 't1', title: '急性冠脉综合征抗栓治疗新进展', venueId: 'v1', policy: 'unless-refused' },
          ...{ verdict: { out: 'yes', from: null, download: null }, state: 'waiting', missing: [] },
          consents: [
            {
              ...{
                id: 'o1',
                name: '王建国',
                unit: '中山医院',
                phone: '138****1234',
                email: '',
                state: 'asked',
              },
              ...{ answer: null, answeredAt: null, answeredBy: null, note: '', linkUntil: at(300) },
              ...{ remindedAt: null, reminders: 0 },
            },
          ],
        },
        {
          ...{
            talkId: 't2',
            title: '结构性心脏病介入治疗',
            venueId: 'v1',
            policy: 'unless-refused',
            consents: [],
          },
          ...{ verdict: { out: 'delegates', from: at(100), download: null }, state: 'unasked' },
          missing: [{ name: '陈教授', unit: '安贞医院' }],
        },
      ],
      audit: () => this.#audit().items,
      keys: () => [
        {
          ...{ id: 'q1', name: '学会官网', hint: 'rk_4f1c', actions: ['conference.view'], createdAt: at(0) },
          ...{ createdBy: '张工', expiresAt: null, lastUsedAt: null },
        },
      ],
      webhooks: () => [
        {
          ...{
            id: 'w1',
            name: '签到系统',
            url: 'https://hook.example.org/in',
            events: ['talk.started'],
            on: true,
          },
          ...{ createdAt: at(0), last: { at: at(1), ok: false } },
        },
      ],
      'webhooks/w1/deliveries': () => [
        {
          ...{
            id: 'y1',
            event: 'talk.started',
            state: 'failed',
            attempts: 5,
            createdAt: at(1),
            at: at(2),
            next: null,
          },
          ...{ status: 500, ms: 120, answer: 'oops', payload: '{}' },
        },
      ],
      'programme/history': () => [
        {
          id: 3,
          at: at(1),
          actor: '张工',
          kind: 'talk.move',
          summary: '移动“抗栓”',
          summaryEn: 'Moved',
          undone: false,
        },
      ],
      sources: () => [],
    };
    const list = lists[leaf];
    const counts = { pending: 4, approved: 8, waiting: 0, refused: 0, cancelled: 0, capacity: 500 };
    return list && { ...page(list()), ...(leaf === 'registrations' ? { counts } : {}) };
  }

  #rules() {
    const rule = (kind: string, more: object = {}) => ({
      join: 'any',
      conditions: [{ kind, ...more }],
      previewMinutes: 5,
    });
    return [
      {
        thing: { kind: 'conference', id: conferenceId },
        rules: { live: rule('registered'), replay: rule('delegate', { lists: ['l1'] }) },
      },
      { thing: { kind: 'talk', id: 't2' }, rules: { live: rule('paid', { fen: 9900 }), replay: 'closed' } },
    ];
  }

  #programme() {
    return {
      sessions: [
        {
          ...{ id: 's1', conferenceId, venueId: 'v1', title: '冠心病专场', chairs: [speaker], key: null },
          ...{ plannedStart: at(8.5), plannedMinutes: 90 },
        },
      ],
      talks: talksOf(),
      marks: [{ kind: 'speaker-twice', things: ['t1', 't2'], detail: '王建国' }],
    };
  }

  /** Undefined: nothing is answered but 204. */
  act(method: string, path: string, body: unknown): unknown {
    const own = `/conferences/${conferenceId}`;
    if ((method === 'POST' && path === '/conferences') || (method === 'PATCH' && path === own)) {
      this.conference = { ...this.conference, ...(body as Partial<Conference>) };
      return this.conference;
    }
    if (path === `${own}/venues/order`) {
      const { ids } = body as { ids: string[] };
      this.venues = ids.flatMap((id) => this.venues.filter((venue) => venue.id === id));
      return undefined;
    }
    if (path === `${own}/invitations`)
      return { invitation: {}, url: '/join#tok-1234567890abcdefghij', sent: null };
    if (path === `${own}/imports`) return preview;
    if (path.endsWith('/imports/i1/apply')) return { change: 9, counts: preview.counts, cancelled: 0 };
    if (path.endsWith('/delegate-lists/l1/import')) return delegateImport('ready');
    if (path.endsWith('/delegate-imports/x1/apply')) {
      this.#imported = true;
      return delegateImport('done');
    }
    if (path.endsWith('/registrations/decide'))
      return { approved: 2, waiting: 0, refused: 0, pending: 0, unchanged: 0 };
    if (path === `${own}/keys`) return { key: {}, secret: 'rk_secret_shown_once' };
    if (path.endsWith('/consents/remind')) return { sent: 1, skipped: 0 };
    if (path.endsWith('/link')) return { url: '/consent#abc', consent: {} };
    return undefined;
  }
}
