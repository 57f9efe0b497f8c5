/** The demo's congress: two days, three venues. People, hospitals and numbers are invented. */
import type { ConferenceSettings, TalkType } from '#contracts/conference.ts';
import type { Speaker } from '#contracts/events.ts';

export type DemoCongressTalk = {
  readonly title: string;
  readonly minutes: number;
  readonly speakers: readonly Speaker[];
  readonly type: TalkType;
  /** Viewers may download its courseware; not unless told. */
  readonly download?: 'original' | 'pdf';
};
export type DemoCongressSession = {
  /** 0: the day of the first start, 1: the one after. */
  readonly day: 0 | 1;
  /** Minutes after midnight; undefined: about now, so that a talk of it is on. */
  readonly start?: number;
  readonly title: string;
  readonly chairs: readonly Speaker[];
  readonly talks: readonly DemoCongressTalk[];
};
export type DemoCongressVenue = {
  readonly title: string;
  readonly sessions: readonly DemoCongressSession[];
};

const person = (name: string, unit: string, title = '主任医师'): Speaker => ({ name, unit, title });
const talk = (title: string, minutes: number, ...speakers: Speaker[]): DemoCongressTalk => ({
  ...{ title, minutes, speakers, type: 'talk' },
});
const pause = (title: string, minutes: number): DemoCongressTalk => ({
  ...{ title, minutes, speakers: [], type: 'break' },
});
const discussion = (title: string, minutes: number, ...speakers: Speaker[]): DemoCongressTalk => ({
  ...{ title, minutes, speakers, type: 'discussion' },
});

const jiang = '江城大学附属第一医院';
const bin = '滨海市心血管病医院';
const ming = '明州医科大学附属医院';
const yun = '云岭省人民医院';
const he = '河东医学院第二附属医院';

const lin = person('林若溪', jiang);
const zhou = person('周启明', bin, '副主任医师');
const shen = person('沈知远', ming, '教授');
const xu = person('许安澜', jiang, '教授');
const tang = person('唐亦舟', yun);
const fang = person('方书言', he, '副主任医师');
const meng = person('孟怀瑾', bin, '教授');
const qiao = person('乔子衿', ming, '副教授');
const lu = person('陆闻笙', yun, '主任技师');
const song = person('宋清和', he);

export const demoSlug = 'jiangcheng-imaging';

export const demoSettings = {
  titleZh: '第十二届江城心血管影像论坛',
  titleEn: '12th Jiangcheng Forum on Cardiovascular Imaging',
  timeZone: 'Asia/Shanghai',
  place: '江城国际会议中心 · 三层',
  colour: '#12507b',
  introductionZh:
    '<p>江城心血管影像论坛创办于虚构的 2013 年，由江城大学附属第一医院放射科发起，每年一届，面向影像科、心内科与急诊科同道。</p><p>本届论坛设<strong>主会场</strong>与两个分会场，关注胸痛中心的一站式影像、功能学评估，以及报告怎样真正改变治疗决策。所有报告结束后即可回看，授权情况由讲者决定。</p><p>本会议为演示内容：人物、医院与数据均属虚构。</p>',
  introductionEn:
    '<p>A yearly forum for radiologists, cardiologists and emergency physicians: one main hall and two parallel venues. This congress is a demonstration: people, hospitals and numbers are invented.</p>',
  organisers: [
    { role: '主办', name: '江城市心血管影像学会' },
    { role: '承办', name: jiang },
    { role: '协办', name: bin },
    { role: '协办', name: ming },
  ],
  sponsors: [
    { name: '远光影像（虚构）', logo: null, link: null },
    { name: '澄明医疗（虚构）', logo: null, link: null },
  ],
  support: { name: '会务组 小何', phone: '027-0000 0012', email: 'help@forum.example' },
  thanks: '<p>感谢您参加本届论坛。报告回放已陆续上线，欢迎回看与指正，我们明年江城再会。</p>',
  registration: { open: true, approval: true, capacity: 500, waitingList: true },
} satisfies Partial<ConferenceSettings>;

/** The main hall: its first session is about now, and its first four talks are those the demo presents by itself. */
export const mainHall: DemoCongressVenue = {
  title: '主会场 · 心血管影像学新进展',
  sessions: [
    {
      day: 0,
      title: '影像与胸痛中心',
      chairs: [xu, meng],
      talks: [
        { ...talk('冠脉CT在胸痛中心的快速分诊', 15, lin), download: 'pdf' },
        talk('CT-FFR：一次扫描里的功能学答案', 15, zhou),
        { ...talk('斑块定量如何改变他汀治疗决策', 30, shen), download: 'original' },
        discussion('圆桌讨论：影像报告应该写到多细？', 30, xu),
        talk('低剂量扫描：从一个毫西弗到半个', 20, lu),
        talk('急诊夜班的三分钟：结构化报告落地记', 20, fang),
      ],
    },
    {
      ...{ day: 1, start: 8 * 60 + 30, title: '开幕与主旨报告', chairs: [xu] },
      talks: [
        { ...talk('开幕致辞', 20, xu), type: 'opening' },
        talk('十年回顾：心脏影像怎样走进决策', 40, meng),
        talk('人工智能判读的边界', 30, qiao),
        pause('茶歇', 20),
        talk('心肌灌注：定量的时代', 30, song),
        talk('结构性心脏病介入的术前影像', 30, tang),
      ],
    },
    {
      ...{ day: 1, start: 13 * 60 + 30, title: '疑难病例', chairs: [lin, song] },
      talks: [
        talk('病例一：不典型胸痛的年轻人', 20, zhou),
        talk('病例二：支架之后', 20, fang),
        discussion('讨论', 30, lin, song, tang),
      ],
    },
  ],
};

export const parallelVenues: readonly DemoCongressVenue[] = [
  {
    title: '分会场一 · 冠脉功能学',
    sessions: [
      {
        ...{ day: 0, start: 19 * 60, title: '晚间工作坊', chairs: [zhou] },
        talks: [talk('CT-FFR 操作演示', 40, zhou), discussion('问答', 20, zhou, qiao)],
      },
      {
        ...{ day: 1, start: 8 * 60 + 30, title: '功能学评估', chairs: [zhou, qiao] },
        talks: [
          talk('FFR 与 iFR：同一条血管的两种说法', 25, tang),
          talk('微循环阻力指数的测量要点', 25, song),
          pause('茶歇', 20),
          talk('负荷 CT 灌注：流程与陷阱', 25, lu),
          talk('从影像到导管室：一次会诊的二十分钟', 25, meng),
        ],
      },
      {
        ...{ day: 1, start: 13 * 60 + 30, title: '技术论坛', chairs: [lu] },
        talks: [
          talk('光子计数 CT：第一年的经验', 30, lu),
          talk('心率不齐时怎么扫', 25, fang),
          talk('对比剂用量的减法', 25, qiao),
        ],
      },
    ],
  },
  {
    title: '分会场二 · 心脏磁共振继续教育班',
    sessions: [
      {
        ...{ day: 1, start: 9 * 60, title: '心肌病', chairs: [shen, tang] },
        talks: [
          talk('T1 mapping 入门：数值背后的心肌', 30, shen),
          talk('肥厚型心肌病的纤维化评估', 30, tang),
          pause('茶歇', 15),
          talk('淀粉样变：别把它当成肥厚', 30, song),
        ],
      },
      {
        ...{ day: 1, start: 14 * 60, title: '读片会', chairs: [shen] },
        talks: [talk('十张图，十个诊断', 60, shen, song), discussion('自由讨论', 30, shen, song, tang)],
      },
    ],
  },
];

/** The list of the second venue; the codes of these phones come to the demo's own log of messages. */
export const demoDelegates = [
  { name: '王晓川', phone: '13800000001', unit: jiang },
  { name: '李慕白', phone: '13800000002', unit: yun },
  { name: '赵景行', phone: '13800000003', unit: he },
] as const;

export const demoPriceFen = 19_900;
