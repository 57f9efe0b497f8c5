/** The demo's lectures as slides: text, bars and curves drawn as shapes. People, hospitals and numbers are invented. */
import { type Shape, type Slide, writePptx } from './demo-pptx.ts';

export type DemoDeck = {
  readonly name: string;
  readonly pages: readonly Page[];
};
type Page = { readonly notes?: string } & (
  | { readonly kind: 'cover'; readonly title: string; readonly under: readonly string[] }
  | { readonly kind: 'text'; readonly title: string; readonly lines: readonly string[] }
  | {
      readonly kind: 'bars';
      readonly title: string;
      readonly unit: string;
      readonly bars: readonly (readonly [string, number])[];
      readonly says: string;
    }
  | {
      readonly kind: 'curves';
      readonly title: string;
      readonly axis: string;
      /** Where the upright axis begins, 0…1; it ends at 1. */
      readonly least: number;
      readonly curves: readonly (readonly [string, readonly number[]])[];
      readonly says: string;
    }
);

const ink = '1B2733';
const blue = '1F6FB2';
const deep = '12355B';
const grey = '6B7785';
const colours = ['1F6FB2', 'D1495B', '2A9D8F', 'E9A23B', '6C5B7B', '8D99AE'];

export const writeDeck = ({ pages }: DemoDeck): Buffer =>
  writePptx(pages.map((page, i) => draw(page, i, pages.length)));

function draw(page: Page, index: number, count: number): Slide {
  const notes = page.notes ?? '';
  if (page.kind === 'cover') {
    return {
      notes,
      shapes: [
        { kind: 'box', at: [0, 0, 1280, 720], fill: deep },
        { kind: 'box', at: [96, 384, 120, 6], fill: 'E9A23B' },
        {
          ...{ kind: 'text', at: [96, 200, 1088, 170], lines: [page.title], size: 40 },
          ...{ colour: 'FFFFFF', bold: true, title: true },
        },
        { kind: 'text', at: [96, 416, 1088, 200], lines: page.under, size: 20, colour: 'D6E2EE' },
      ],
    };
  }
  const frame: Shape[] = [
    { kind: 'box', at: [0, 0, 1280, 720], fill: 'FFFFFF' },
    { kind: 'box', at: [0, 0, 16, 112], fill: blue },
    {
      ...{ kind: 'text', at: [64, 40, 1152, 64], lines: [page.title], size: 30 },
      ...{ colour: deep, bold: true, title: true },
    },
    { kind: 'box', at: [64, 112, 1152, 2], fill: 'D5DDE5' },
    {
      ...{ kind: 'text', at: [1016, 676, 200, 28], lines: [`${index + 1} / ${count}`], size: 12 },
      ...{ colour: grey, align: 'r' },
    },
  ];
  return { notes, shapes: [...frame, ...content(page)] };
}

function content(page: Exclude<Page, { kind: 'cover' }>): Shape[] {
  if (page.kind === 'text')
    return [
      { kind: 'text', at: [80, 152, 1120, 500], lines: page.lines, size: 24, colour: ink, bullets: true },
    ];
  const says: Shape[] = [
    { kind: 'box', at: [880, 152, 336, 480], fill: 'EEF3F8', round: true },
    { kind: 'text', at: [912, 200, 272, 400], lines: [page.says], size: 20, colour: deep },
  ];
  return [...says, ...(page.kind === 'bars' ? bars(page) : curves(page))];
}

const bottom = 580;
const height = 380;
const left = 112;
const width = 720;

function bars({ bars: values, unit }: Extract<Page, { kind: 'bars' }>): Shape[] {
  const most = Math.max(...values.map(([, value]) => value)) * 1.15;
  const step = width / values.length;
  return [
    ...axes(),
    { kind: 'text', at: [left, 148, 400, 28], lines: [unit], size: 14, colour: grey },
    ...values.flatMap(([name, value], i): Shape[] => {
      const tall = (value / most) * height;
      const x = left + i * step;
      return [
        {
          ...{ kind: 'box', fill: colours[i % colours.length] ?? blue },
          at: [x + step * 0.2, bottom - tall, step * 0.6, tall],
        },
        {
          ...{ kind: 'text', at: [x, bottom - tall - 32, step, 28], lines: [String(value)], size: 16 },
          ...{ colour: ink, bold: true, align: 'ctr' },
        },
        {
          ...{ kind: 'text', at: [x, bottom + 12, step, 60], lines: [name], size: 14 },
          ...{ colour: ink, align: 'ctr' },
        },
      ];
    }),
  ];
}

/** Values `least`…1 at equal steps, drawn as survival curves are: level, then down. */
function curves({ curves: lines, axis, least }: Extract<Page, { kind: 'curves' }>): Shape[] {
  return [
    ...axes(),
    ...[0, 0.25, 0.5, 0.75, 1].map(
      (value): Shape => ({
        ...{ kind: 'text', at: [48, bottom - value * height - 12, 56, 24] },
        ...{
          lines: [`${Number((100 * (least + value * (1 - least))).toFixed(1))}%`],
          size: 12,
          colour: grey,
          align: 'r',
        },
      }),
    ),
    {
      ...{ kind: 'text', at: [left, bottom + 16, width, 28], lines: [axis], size: 14 },
      ...{ colour: grey, align: 'ctr' },
    },
    ...lines.flatMap(([name, values], k): Shape[] => {
      const colour = colours[k % colours.length] ?? blue;
      const step = width / Math.max(1, values.length - 1);
      const up = (value: number): number => bottom - ((value - least) / (1 - least)) * height;
      const points = values.flatMap((value, i): (readonly [number, number])[] => {
        const [x, y] = [left + i * step, up(value)];
        const before = values[i - 1];
        return before === undefined
          ? [[x, y]]
          : [
              [x, up(before)],
              [x, y],
            ];
      });
      return [
        { kind: 'path', points, colour, width: 4 },
        { kind: 'box', at: [left + 24 + k * 300, 626, 24, 8], fill: colour },
        { kind: 'text', at: [left + 56 + k * 300, 616, 240, 28], lines: [name], size: 14, colour: ink },
      ];
    }),
  ];
}

const axes = (): Shape[] => [
  { kind: 'box', at: [left, bottom, width, 2], fill: grey },
  { kind: 'box', at: [left, bottom - height, 2, height], fill: grey },
];

/** A short talk. */
export const screeningDeck: DemoDeck = {
  name: '冠脉CT筛查.pptx',
  pages: [
    {
      kind: 'cover',
      title: '冠脉CT在胸痛中心的快速分诊',
      under: ['林若溪 主任医师', '江城大学附属第一医院 · 影像科'],
      notes: '感谢主席。今天讲三点：谁该做、多快做、做完怎么走。',
    },
    {
      kind: 'text',
      title: '为什么需要更快的分诊',
      lines: [
        '急诊胸痛患者中，真正的急性冠脉综合征约占 15%',
        '传统流程：心电图 + 两次肌钙蛋白，平均留观 9.4 小时',
        '低中危患者占床时间最长，漏诊风险并未下降',
        '目标：2 小时内给出可执行的结论',
      ],
      notes: '这一页讲慢一点。',
    },
    {
      kind: 'bars',
      title: '从进门到结论的时间',
      unit: '中位数（小时）',
      bars: [
        ['常规流程', 9.4],
        ['肌钙蛋白 0/1h', 4.2],
        ['CT 优先', 1.8],
      ],
      says: 'CT 优先流程把留观时间缩短到 1.8 小时，30 天主要不良事件没有增加（0.6% 对 0.7%）。',
    },
    {
      kind: 'text',
      title: '小结',
      lines: ['低中危胸痛：CT 优先', '钙化评分为零，可以直接出院随访', '需要影像科 24 小时值守与结构化报告'],
    },
  ],
};

/** A short talk. */
export const flowDeck: DemoDeck = {
  name: '血流储备分数.pptx',
  pages: [
    {
      kind: 'cover',
      title: 'CT-FFR：一次扫描里的功能学答案',
      under: ['周启明 副主任医师', '滨海市心血管病医院 · 心内科'],
    },
    {
      kind: 'text',
      title: '解剖狭窄不等于缺血',
      lines: [
        '50%–69% 的狭窄中，只有约三分之一引起缺血',
        '有创 FFR 是标准，但需要导丝与腺苷',
        'CT-FFR 由静息图像计算，不增加扫描与用药',
      ],
    },
    {
      kind: 'curves',
      title: '免于再次造影的比例',
      axis: '随访（月）',
      least: 0,
      curves: [
        ['CT-FFR 指导', [1, 0.98, 0.96, 0.95, 0.94, 0.93, 0.92]],
        ['常规治疗', [1, 0.92, 0.86, 0.81, 0.77, 0.74, 0.72]],
      ],
      says: '12 个月时，CT-FFR 指导组再次造影的风险下降 61%。',
    },
    {
      kind: 'text',
      title: '什么时候不要用',
      lines: ['严重钙化与运动伪影', '支架内与桥血管', '急性心肌梗死的罪犯血管'],
    },
  ],
};

/** The talk that goes on. */
export const plaqueDeck: DemoDeck = {
  name: '斑块定量与他汀治疗.pptx',
  pages: [
    {
      kind: 'cover',
      title: '斑块定量如何改变他汀治疗决策',
      under: ['沈知远 教授', '明州医科大学附属医院 · 心血管内科', '多中心随机对照研究 HARBOUR-CT 结果'],
      notes: '开场：一位 52 岁男性，狭窄 30%，要不要吃他汀？',
    },
    {
      kind: 'text',
      title: '一个常见的问题',
      lines: [
        '男，52 岁，体检发现前降支近段 30% 狭窄',
        'LDL-C 2.9 mmol/L，10 年风险评分 6.8%（临界）',
        '按指南：“可以考虑”他汀——患者问：到底要不要吃？',
        '斑块的量与性质，是否比狭窄百分比更能回答？',
      ],
      notes: '请大家心里先给一个答案。',
    },
    {
      kind: 'text',
      title: '研究设计',
      lines: [
        '前瞻、随机、开放、终点盲评；18 家中心，3,216 例',
        '入选：40–75 岁，狭窄 25%–69%，未用他汀',
        '干预：报告斑块总体积与低密度斑块体积，按阈值给药',
        '对照：常规报告，按风险评分给药',
        '主要终点：心血管死亡、心梗、不稳定心绞痛住院（36 个月）',
      ],
    },
    {
      kind: 'bars',
      title: '入组患者的斑块负荷',
      unit: '占患者的百分比（%）',
      bars: [
        ['无斑块', 11],
        ['< 100 mm³', 34],
        ['100–250', 29],
        ['250–500', 18],
        ['> 500 mm³', 8],
      ],
      says: '四分之一以上的“轻度狭窄”患者，斑块总体积已超过 250 mm³。',
    },
    {
      kind: 'text',
      title: '低密度斑块：谁最危险',
      lines: [
        '定义：CT 值 < 30 HU 的非钙化成分',
        '体积占比 > 4% 时，事件风险升高 3.1 倍（95% CI 2.2–4.4）',
        '与狭窄程度、钙化评分相互独立',
        '可重复性：两次扫描间变异 9%',
      ],
    },
    {
      kind: 'curves',
      title: '主要终点：无事件生存',
      axis: '随访（0–36 个月）',
      least: 0.9,
      curves: [
        ['斑块指导', [1, 0.993, 0.985, 0.979, 0.972, 0.966, 0.961]],
        ['常规治疗', [1, 0.986, 0.972, 0.959, 0.947, 0.936, 0.926]],
      ],
      says: '36 个月事件率 3.9% 对 7.4%，HR 0.52（95% CI 0.38–0.70），P < 0.001。纵轴从 90% 起。',
      notes: '停顿。这是全场最重要的一张图。',
    },
    {
      kind: 'bars',
      title: '他汀用到了谁身上',
      unit: '启动他汀的比例（%）',
      bars: [
        ['低负荷·常规', 41],
        ['低负荷·指导', 17],
        ['高负荷·常规', 48],
        ['高负荷·指导', 91],
      ],
      says: '总用药人数几乎相同：不是吃得更多，而是吃得更准。',
    },
    {
      kind: 'curves',
      title: '斑块体积的变化（相对总体积）',
      axis: '随访（0–36 个月）',
      least: 0,
      curves: [
        ['低密度斑块', [0.8, 0.71, 0.6, 0.52, 0.45, 0.4, 0.36]],
        ['钙化斑块', [0.3, 0.33, 0.37, 0.41, 0.45, 0.48, 0.5]],
      ],
      says: '治疗后低密度成分减少 55%，钙化成分增加：稳定化，而不是简单的“缩小”。',
    },
    {
      kind: 'text',
      title: '亚组与安全性',
      lines: [
        '女性、糖尿病、LDL-C < 2.6 mmol/L 亚组结论一致',
        '肌肉症状 4.1% 对 3.8%；肝酶升高 0.9% 对 0.8%',
        '额外辐射：无（同一次扫描）',
        '每例额外判读时间：半自动 6 分钟',
      ],
    },
    {
      kind: 'bars',
      title: '成本效果',
      unit: '每避免一次事件的费用（万元）',
      bars: [
        ['常规', 31.2],
        ['全员他汀', 22.5],
        ['斑块指导', 12.8],
      ],
      says: '需要治疗 29 人，避免一次事件（36 个月）。',
    },
    {
      kind: 'text',
      title: '局限',
      lines: [
        '开放设计：知道结果的医生可能更积极',
        '中国 18 家三级医院，基层可推广性待验证',
        '软件之间阈值不可直接互换',
        '随访 36 个月，长期获益仍在观察',
      ],
    },
    {
      kind: 'text',
      title: '回到那位患者',
      lines: [
        '斑块总体积 312 mm³，低密度占比 5.2%',
        '建议：中等强度他汀，目标 LDL-C < 1.8 mmol/L',
        '12 个月复查：低密度占比 2.9%',
      ],
      notes: '呼应开场。',
    },
    {
      kind: 'text',
      title: '带走三句话',
      lines: ['狭窄告诉你今天，斑块告诉你明天', '低密度占比 > 4%，不要等', '报告里写上体积，治疗才会改变'],
    },
    {
      kind: 'cover',
      title: '谢谢！欢迎提问',
      under: ['HARBOUR-CT 研究组', '本演示中的人物、机构与数据均为虚构'],
    },
  ],
};

/** For the discussion after the talks. */
export const panelDeck: DemoDeck = {
  name: '圆桌讨论.pptx',
  pages: [
    {
      kind: 'cover',
      title: '圆桌讨论：影像报告应该写到多细？',
      under: ['主持：许安澜 教授', '江城大学附属第一医院 · 影像科'],
    },
    {
      kind: 'text',
      title: '三个问题',
      lines: [
        '斑块体积要不要写进常规报告？',
        '谁来解释数字：影像科，还是心内科？',
        '基层医院没有软件，怎么办？',
      ],
    },
    {
      kind: 'text',
      title: '投票前的共识',
      lines: ['先统一阈值，再谈推广', '报告给结论，附录给数字', '建立会诊与复核的通路'],
    },
  ],
};
