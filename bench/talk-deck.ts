/** A talk of a medical congress, 16:9, Chinese and English: titles, points and a chart a page. */
import { pptxParts, zipped } from '../slides/test-decks.ts';

const topics = [
  '急性心肌梗死的再灌注策略',
  '抗血小板治疗 Antiplatelet therapy',
  '心力衰竭的四联治疗',
  '房颤与抗凝 Atrial fibrillation',
  '高血压的长期管理',
  '冠脉影像与功能学评估',
];
const points = [
  '首次医疗接触至导丝通过 ≤ 90 min',
  '随机对照试验，n = 12,480，随访 24 个月',
  'HR 0.82 (95% CI 0.74–0.91), P < 0.001',
  '亚组：年龄 ≥ 75 岁、糖尿病、肾功能不全',
  'Major bleeding 2.4% vs 3.1% per year',
  '指南推荐等级 I，证据水平 A',
  '基层医院的转运与远程会诊流程',
  'Limitations: open label, single country',
];
const colours = ['2F6FB7', 'C0504D', '4F9D69', 'E3A72F'];
const emu = 9525;

export function talkDeck(pages: number): Buffer {
  return zipped(
    pptxParts(
      Array.from({ length: pages }, (_, page) => ({
        title: `${page + 1}. ${topics[page % topics.length]}`,
        font: '微软雅黑',
        shapes: [...textBoxes(page), ...bars(page)].join(''),
      })),
    ),
  );
}

function textBoxes(page: number): string[] {
  return Array.from({ length: 5 }, (_, i) => {
    const text = (points[(page * 3 + i) % points.length] ?? '').replaceAll('<', '&lt;');
    return `<p:sp><p:nvSpPr><p:cNvPr id="${20 + i}" name="t${i}"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="${40 * emu}" y="${(160 + i * 62) * emu}"/><a:ext cx="${520 * emu}" cy="${50 * emu}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:p><a:r><a:rPr lang="zh-CN" sz="1600"><a:latin typeface="Calibri"/><a:ea typeface="宋体"/></a:rPr><a:t>• ${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
  });
}

function bars(page: number): string[] {
  return Array.from({ length: 8 }, (_, i) => {
    const height = 60 + ((page * 37 + i * 53) % 220);
    return `<p:sp><p:nvSpPr><p:cNvPr id="${40 + i}" name="b${i}"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="${(600 + i * 40) * emu}" y="${(470 - height) * emu}"/><a:ext cx="${30 * emu}" cy="${height * emu}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="${colours[i % colours.length]}"/></a:solidFill></p:spPr></p:sp>`;
  });
}
