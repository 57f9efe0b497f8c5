/** A conference, its programme and who may watch, as the contracts say the server answers: for looking at the public pages without one. */
import type { Page, Route } from 'playwright-core';
import type { AccessLabel, Decision, Sitting } from '#contracts/access.ts';
import {
  type ConferenceProgramme,
  conferenceDefaults,
  type PublicConference,
  type PublicTalk,
  type PublicVenue,
} from '#contracts/conference.ts';
import type { ConsentOpened } from '#contracts/consent.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Dictionary } from '#contracts/profile.ts';
import type { OwnRegistration } from '#contracts/registration.ts';

export const slug = 'cardio-2026';
const minute = 60_000;
const day = 86_400_000;

export const labelOf = (
  kinds: AccessLabel['kinds'] = ['open'],
  more: Partial<AccessLabel> = {},
): AccessLabel => ({
  join: 'any',
  kinds,
  fen: null,
  previewMinutes: 0,
  from: null,
  ...more,
});
export const yes: Decision = { allowed: true, by: 'rules', until: null };
export const refused = (more: Partial<Extract<Decision, { allowed: false }>> = {}): Decision => ({
  allowed: false,
  reason: 'rules',
  join: 'any',
  ways: [],
  from: null,
  ...more,
});

const support = { name: '会务组 李老师', phone: '027-8572 6000', email: 'meeting@society.example' };
export const sittingOf = (venueId: string, more: Partial<Sitting> = {}): Sitting => ({
  venueId,
  conference: {
    id: 'c1',
    slug,
    titleZh: '2026 长江心血管病学大会暨第十二届冠心病介入治疗论坛',
    titleEn: 'Yangtze Cardiology Congress 2026',
  },
  title: '心血管论坛 主会场',
  live: yes,
  replay: yes,
  labels: { live: labelOf(), replay: labelOf() },
  talks: [],
  pass: 'public',
  until: null,
  person: null,
  support,
  ...more,
});

/** Days on which it takes place are given by its first. `today`: `YYYY-MM-DD` in Shanghai. */
const dateOf = (moment: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(moment);
const hour = (date: string, clock: string): number => Date.parse(`${date}T${clock}:00+08:00`);

export function conferenceOf(first: number, more: Partial<PublicConference> = {}): PublicConference {
  return {
    ...conferenceDefaults,
    id: 'c1',
    slug,
    state: 'published',
    titleZh: '2026 长江心血管病学大会暨第十二届冠心病介入治疗论坛',
    titleEn: 'Yangtze Cardiology Congress 2026',
    startDate: dateOf(first),
    endDate: dateOf(first + day),
    place: '武汉国际会议中心（汉口江滩馆）',
    introductionZh:
      '<p>大会由长江心血管病学会主办，面向全国心血管内科、心脏外科、影像与护理同道，设主会场与多个分会场，全程线上线下同步。</p><h3>学术亮点</h3><ul><li>冠心病介入治疗新技术现场演示</li><li>心力衰竭全程管理共识解读</li><li>青年医师病例竞赛</li></ul>',
    introductionEn: '<p>Two days of cardiology in Wuhan, on site and online.</p>',
    organisers: [
      { role: '主办单位', name: '长江心血管病学会' },
      { role: '承办单位', name: '华中同和医院心血管内科' },
      { role: '承办单位', name: '江城大学附属第一医院' },
      { role: '大会主席', name: '周明远 教授' },
    ],
    sponsors: [
      { name: '长江医学教育基金会', logo: null, link: 'https://fund.example' },
      { name: '同和医疗器械', logo: null, link: null },
    ],
    support,
    thanks: '<p>感谢全国 12,000 余名同道的参与。回放将在讲者同意后陆续公开，明年武汉再见！</p>',
    ...more,
  };
}

const titles = [
  '冠状动脉 CT 血流储备分数（CT-FFR）指导的介入治疗：从证据到临床路径',
  '急性心肌梗死合并心源性休克的机械循环支持',
  '左主干分叉病变的双支架策略选择',
  '慢性完全闭塞病变逆向介入治疗的并发症与处理',
  '心力衰竭全程管理中国专家共识（2026）解读',
  '经导管主动脉瓣置换术后传导阻滞的预测与随访',
  '药物涂层球囊在原发小血管病变中的应用',
  '血脂管理新靶点：Lp(a) 与残余风险',
];
const people = [
  { name: '周明远', title: '主任医师', unit: '华中同和医院' },
  { name: '陈思齐', title: '教授', unit: '江城大学附属第一医院心血管内科' },
  { name: '欧阳慧敏', title: '副主任医师', unit: '临江市人民医院' },
  { name: '刘建国', title: '主任医师', unit: '东湖医科大学第二附属医院' },
  { name: 'Anna Bergström', title: 'MD, PhD', unit: 'Karolinska Universitetssjukhuset' },
  { name: '赵蕾', title: '主治医师', unit: '滨江区中心医院' },
];
const at = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;

export type ProgrammeWish = {
  /** Of the first day, epoch ms. */
  readonly first: number;
  readonly phase: 'before' | 'during' | 'after';
  readonly venues?: number;
  readonly days?: number;
  readonly talksEach?: number;
};

const rooms = [
  '主会场 长江厅',
  '冠心病介入分会场',
  '心力衰竭分会场',
  '青年医师病例竞赛',
  '结构性心脏病分会场',
];
const rules = [
  labelOf(),
  labelOf(['registered']),
  labelOf(['delegate']),
  labelOf(['paid'], { fen: 9900, previewMinutes: 5 }),
];

/** A programme of so many venues, days and talks a day in each; during it the first three venues are on. */
export function programmeOf(wish: ProgrammeWish): ConferenceProgramme {
  const { first, phase, venues: rows = 4, days = 2, talksEach = 8 } = wish;
  const venues: PublicVenue[] = [];
  const talks: PublicTalk[] = [];
  const sessions: ConferenceProgramme['sessions'] = [];
  for (let v = 0; v < rows; v++) {
    const id = `v${v + 1}`;
    const title = rooms[v] ?? `第 ${v + 1} 分会场`;
    for (let d = 0; d < days; d++) {
      const date = dateOf(first + d * day);
      const opens = hour(date, '08:30');
      sessions.push({
        id: `s${v}-${d}`,
        venueId: id,
        title: d === 0 ? '专题一：冠心病诊治前沿' : '专题二：规范与实践',
        chairs: [at(people, v), at(people, v + 3)],
        plannedStart: opens,
        plannedMinutes: talksEach * 30,
      });
      for (let i = 0; i < talksEach; i++) talks.push(talkOf(wish, { v, d, i, id, opens }));
    }
    const on = phase === 'during' && v < 3;
    const own = talks.filter((talk) => talk.venueId === id);
    venues.push({
      id,
      title,
      state: on ? (v === 2 ? 'break' : 'live') : phase === 'after' ? 'ended' : 'off',
      now: own.find((talk) => talk.state === 'now')?.id ?? null,
      next: phase === 'after' ? null : (own.find((talk) => talk.state === 'planned')?.id ?? null),
      watching: on ? 12_345 - v * 4000 : 0,
      preview: on ? `/media/public/${id}/preview/program.jpg` : null,
      access: { live: at(rules, v), replay: at(rules, v) },
    });
  }
  return { rev: 1, full: true, venues, sessions, talks, gone: [], at: Date.now() };
}

type Place = { v: number; d: number; i: number; id: string; opens: number };
function talkOf({ phase }: ProgrammeWish, { v, d, i, id, opens }: Place): PublicTalk {
  const rest = i === 3;
  const done = phase === 'after' || (phase === 'during' && d === 0 && i < 2);
  const now = phase === 'during' && d === 0 && i === 2 && v < 2;
  const start = opens + i * 30 * minute;
  const speakers = rest ? [] : [at(people, v + d + i), ...(i === 5 ? [at(people, v + i + 2)] : [])];
  return {
    id: `t${v}-${d}-${i}`,
    title: rest ? '茶歇' : i === 0 && v === 0 && d === 0 ? '开幕式' : at(titles, v * 3 + d + i),
    speakers,
    plannedStart: start,
    plannedMinutes: rest ? 15 : 30,
    actualStart: done || now ? start + 4 * minute : null,
    actualEnd: done ? start + 31 * minute : null,
    state: i === 6 && v === 1 ? 'cancelled' : done ? 'done' : now ? 'now' : 'planned',
    replay: done && !rest ? { clip: `clip-${v}-${d}-${i}`, version: 1 } : null,
    courseware: [],
    venueId: id,
    sessionId: `s${v}-${d}`,
    type: rest ? 'break' : i === 0 && v === 0 && d === 0 ? 'opening' : i === 5 ? 'discussion' : 'talk',
    abstract:
      i === 1 ? '背景与目的：评估 CT-FFR 指导策略对介入决策的影响。方法：多中心、前瞻性、随机对照。' : '',
    changed:
      i === 4 && v < 2 ? { at: opens - 60 * minute, what: v === 0 ? ['time'] : ['speaker', 'venue'] } : null,
    access: {
      live: i === 4 && v === 0 ? labelOf(['closed']) : at(rules, v),
      replay: i === 1 ? labelOf(['delegate']) : at(rules, v),
    },
  };
}

export const dictionaryOf = (field: Dictionary['field']): Dictionary => ({
  field,
  version: 'GB/T 0000-2026',
  entries: [
    {
      code: '42',
      zh: '湖北省',
      en: 'Hubei',
      children: [
        { code: '4201', zh: '武汉市', en: 'Wuhan' },
        { code: '4205', zh: '宜昌市', en: 'Yichang' },
      ],
    },
    { code: '11', zh: '北京市', en: 'Beijing' },
  ],
});

export const registrationOf = (more: Partial<OwnRegistration> = {}): OwnRegistration => ({
  state: null,
  form: 'open',
  ahead: null,
  note: '',
  fields: [
    { field: 'name', required: true },
    { field: 'phone', required: true },
    { field: 'hospital', required: true },
    { field: 'region', required: true },
    { field: 'title', required: false },
  ],
  answers: { name: '王芳' },
  phone: '138****1234',
  registeredAt: null,
  ...more,
});

export const consentOf = (more: Partial<ConsentOpened> = {}): ConsentOpened => ({
  conference: {
    titleZh: '2026 长江心血管病学大会暨第十二届冠心病介入治疗论坛',
    titleEn: 'Yangtze Cardiology Congress 2026',
    slug,
  },
  talk: { id: 't1', title: titles[0] ?? '', plannedStart: Date.now() },
  name: '周明远 教授',
  phoneTail: '1234',
  email: null,
  confirmed: false,
  answer: null,
  answeredAt: null,
  replay: { venueId: 'v1', clipId: 'clip-1', version: 1 },
  linkUntil: Date.now() + 30 * day,
  support,
  ...more,
});

const picture = (words: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360"><rect width="640" height="360" fill="#28507a"/><circle cx="320" cy="150" r="60" fill="#d9b08c"/><rect x="220" y="220" width="200" height="140" fill="#23303f"/><text x="20" y="340" fill="#fff" font-size="28">${words}</text></svg>`;

/** What the mocked server says; tests change it while pages are open. */
export class ConferenceMock {
  conference: PublicConference;
  programme: ConferenceProgramme;
  me: string | null = null;
  registration: OwnRegistration = registrationOf();
  consent: ConsentOpened = consentOf();
  sitting: Sitting | undefined;
  /** Every API request is dropped, as when the network is gone. */
  offline = false;
  /** The next act is refused with this. */
  refusal: CodedError | undefined;
  /** After an act was taken. */
  onAct: (what: string) => void = () => {};
  /** `METHOD path` and body of everything that was asked but not a GET, sittings left out. */
  readonly acts: { what: string; body: unknown }[] = [];
  /** Bodies of the questions for a sitting. */
  readonly sittings: unknown[] = [];
  private held: { after: number; answer(body: ConferenceProgramme): void }[] = [];

  constructor(conference: PublicConference, programme: ConferenceProgramme) {
    this.conference = conference;
    this.programme = programme;
  }

  async install(page: Page): Promise<void> {
    await page.route(/\/(api\/v1|files)\/|\/media\/.*\.jpg/, (route) => this.#answer(route));
  }

  /** The programme changes; whoever holds a request hears of it at once. */
  change(change: (programme: ConferenceProgramme) => Partial<ConferenceProgramme>): void {
    const rev = this.programme.rev + 1;
    const changed = change(this.programme);
    const delta: ConferenceProgramme = {
      ...{ rev, full: false, venues: [], sessions: [], talks: [], gone: [], at: Date.now() },
      ...changed,
    };
    const by = <T extends { id: string }>(old: T[], fresh: T[]) =>
      old.map((one) => fresh.find((other) => other.id === one.id) ?? one);
    this.programme = {
      ...this.programme,
      rev,
      venues: by(this.programme.venues, delta.venues),
      talks: by(this.programme.talks, delta.talks),
    };
    const { held } = this;
    this.held = [];
    for (const one of held) one.answer(delta);
  }

  async #answer(route: Route): Promise<void> {
    if (this.offline) return route.abort('connectionrefused');
    const request = route.request();
    const url = new URL(request.url());
    const path = url.pathname.replace('/api/v1', '');
    if (/\.(jpg|webp)$/.test(path))
      return route.fulfill({ contentType: 'image/svg+xml', body: picture(path.split('/')[3] ?? 'cover') });
    if (path.endsWith('/sitting')) {
      this.sittings.push(request.postDataJSON());
      return this.sitting
        ? route.fulfill({ json: this.sitting })
        : fail(route, new CodedError('venue.notFound'));
    }
    if (path === '/consent/open') return route.fulfill({ json: this.consent });
    if (path === '/invitations/look') return this.#look(route);
    if (request.method() !== 'GET') return this.#act(route, `${request.method()} ${path}`);
    return this.#get(route, path, url.searchParams);
  }

  async #get(route: Route, path: string, query: URLSearchParams): Promise<void> {
    const base = `/public/conferences/${slug}`;
    if (path === '/auth/get-session')
      return route.fulfill({ json: this.me === null ? null : { user: { id: 'u1', name: this.me } } });
    if (path === base) return route.fulfill({ json: this.conference });
    if (path === `${base}/programme`) return route.fulfill({ json: { ...this.programme, at: Date.now() } });
    if (path === `${base}/programme/changes`) {
      const after = Number(query.get('after'));
      if (after < this.programme.rev) return route.fulfill({ json: { ...this.programme, at: Date.now() } });
      const body = await new Promise<ConferenceProgramme>((answer) => this.held.push({ after, answer }));
      // The page may have left meanwhile.
      return route.fulfill({ json: body }).catch(() => {});
    }
    if (path === `${base}/registration`) return route.fulfill({ json: this.registration });
    if (path === `${base}/reminder`) return route.fulfill({ json: { phone: '138****1234', reminders: [] } });
    const [, field] = /^\/public\/dictionaries\/(\w+)$/.exec(path) ?? [];
    if (field) return route.fulfill({ json: dictionaryOf(field as Dictionary['field']) });
    const [, venueId] = /^\/public\/venues\/([^/]+)$/.exec(path) ?? [];
    if (venueId) return route.fulfill({ json: { id: venueId, title: '心血管论坛 主会场' } });
    if (/^\/public\/venues\/[^/]+\/talks$/.test(path)) return route.fulfill({ json: { talks: [] } });
    return fail(route, new CodedError('notFound'));
  }

  #look(route: Route): Promise<void> {
    return route.fulfill({
      json: {
        conference: { id: 'c1', slug, titleZh: this.conference.titleZh, titleEn: this.conference.titleEn },
        roles: ['director', 'moderator'],
        by: '李老师',
        expiresAt: Date.now() + 7 * day,
      },
    });
  }

  #act(route: Route, what: string): Promise<void> {
    this.acts.push({ what, body: route.request().postDataJSON() });
    if (this.refusal) {
      const refusal = this.refusal;
      this.refusal = undefined;
      return fail(route, refusal);
    }
    this.onAct(what);
    const leaf = what.split('/').at(-1);
    if (leaf === 'registration') return route.fulfill({ json: this.registration });
    if (leaf === 'reminder')
      return route.fulfill({
        json: {
          phone: '138****1234',
          reminders: [{ ...route.request().postDataJSON(), start: null, sentAt: null }],
        },
      });
    if (what === 'POST /consent/code')
      return route.fulfill({
        json: { phoneTail: this.consent.phoneTail, email: this.consent.email, again: 60 },
      });
    if (what === 'POST /invitations/accept')
      return route.fulfill({ json: { conferenceId: 'c1', roles: ['director', 'moderator'] } });
    if (leaf === 'delegate') return route.fulfill({ json: { lists: ['l1'] } });
    if (leaf === 'code') return route.fulfill({ json: { batch: { id: 'b1', name: '企业' }, again: false } });
    return route.fulfill({ status: 204 });
  }
}

const fail = (route: Route, error: CodedError): Promise<void> =>
  route.fulfill({ status: error.status, json: error.body() });
