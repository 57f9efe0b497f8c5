/** Writes a PPTX (ECMA-376 parts 1 and 2) of text and drawn shapes: the smallest package that office programs open. */
import { ZipWriter } from '../../slides/zip-writer.ts';

/** Positions and sizes in pixels of a page of 1280 × 720; colours as `rrggbb`. */
export type Shape =
  | {
      readonly kind: 'text';
      readonly at: Box;
      readonly lines: readonly string[];
      /** Points. */
      readonly size: number;
      readonly colour: string;
      readonly bold?: boolean;
      readonly align?: 'l' | 'ctr' | 'r';
      readonly bullets?: boolean;
      readonly title?: boolean;
    }
  | { readonly kind: 'box'; readonly at: Box; readonly fill: string; readonly round?: boolean }
  /** A line through points, in the order given. */
  | {
      readonly kind: 'path';
      readonly points: readonly (readonly [number, number])[];
      readonly colour: string;
      readonly width: number;
    };
/** x, y, width, height. */
export type Box = readonly [number, number, number, number];
export type Slide = { readonly shapes: readonly Shape[]; readonly notes: string };

/** English Metric Units a pixel (1/96 inch). */
const emu = (pixels: number): number => Math.round(pixels * 9525);
const ns =
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"';
const xml = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${content}`;
const relationType = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const partType = 'application/vnd.openxmlformats-officedocument';
const font = 'Noto Sans SC';

export function writePptx(slides: readonly Slide[]): Buffer {
  const zip = new ZipWriter();
  const types: string[] = [];
  const add = (name: string, type: string, content: string, relations: readonly Relation[] = []): void => {
    types.push(`<Override PartName="/${name}" ContentType="${partType}.${type}+xml"/>`);
    parts.push([name, xml(content)]);
    if (relations.length > 0) parts.push([relsOf(name), relationsXml(relations)]);
  };
  const parts: [string, string][] = [];

  add(
    'ppt/presentation.xml',
    'presentationml.presentation.main',
    `<p:presentation ${ns}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="master"/></p:sldMasterIdLst><p:notesMasterIdLst><p:notesMasterId r:id="notes"/></p:notesMasterIdLst><p:sldIdLst>${slides.map((_, i) => `<p:sldId id="${256 + i}" r:id="slide${i + 1}"/>`).join('')}</p:sldIdLst><p:sldSz cx="${emu(1280)}" cy="${emu(720)}"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`,
    [
      ['master', 'slideMaster', 'slideMasters/slideMaster1.xml'],
      ['notes', 'notesMaster', 'notesMasters/notesMaster1.xml'],
      ...slides.map((_, i): Relation => [`slide${i + 1}`, 'slide', `slides/slide${i + 1}.xml`]),
    ],
  );
  add(
    'ppt/slideMasters/slideMaster1.xml',
    'presentationml.slideMaster',
    `<p:sldMaster ${ns}>${page('')}${colourMap}<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="layout"/></p:sldLayoutIdLst></p:sldMaster>`,
    [
      ['layout', 'slideLayout', '../slideLayouts/slideLayout1.xml'],
      ['theme', 'theme', '../theme/theme1.xml'],
    ],
  );
  add(
    'ppt/slideLayouts/slideLayout1.xml',
    'presentationml.slideLayout',
    `<p:sldLayout ${ns} type="blank">${page('')}</p:sldLayout>`,
    [['master', 'slideMaster', '../slideMasters/slideMaster1.xml']],
  );
  add(
    'ppt/notesMasters/notesMaster1.xml',
    'presentationml.notesMaster',
    `<p:notesMaster ${ns}>${page('')}${colourMap}</p:notesMaster>`,
    [['theme', 'theme', '../theme/theme2.xml']],
  );
  for (const name of ['theme1', 'theme2']) add(`ppt/theme/${name}.xml`, 'theme', theme);
  for (const [i, slide] of slides.entries()) {
    add(
      `ppt/slides/slide${i + 1}.xml`,
      'presentationml.slide',
      `<p:sld ${ns}>${page(slide.shapes.map(shapeXml).join(''))}</p:sld>`,
      [
        ['layout', 'slideLayout', '../slideLayouts/slideLayout1.xml'],
        ['notes', 'notesSlide', `../notesSlides/notesSlide${i + 1}.xml`],
      ],
    );
    add(
      `ppt/notesSlides/notesSlide${i + 1}.xml`,
      'presentationml.notesSlide',
      `<p:notes ${ns}>${page(notesXml(slide.notes))}</p:notes>`,
      [
        ['slide', 'slide', `../slides/slide${i + 1}.xml`],
        ['master', 'notesMaster', '../notesMasters/notesMaster1.xml'],
      ],
    );
  }

  const file = (name: string, text: string): void => zip.add(name, Buffer.from(text));
  file(
    '[Content_Types].xml',
    xml(
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${types.join('')}</Types>`,
    ),
  );
  file('_rels/.rels', relationsXml([['main', 'officeDocument', 'ppt/presentation.xml']]));
  for (const [name, text] of parts) file(name, text);
  return zip.end();
}

type Relation = readonly [id: string, type: string, target: string];
const relsOf = (part: string): string => part.replace(/([^/]+)$/, '_rels/$1.rels');
const relationsXml = (relations: readonly Relation[]): string =>
  xml(
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relations.map(([id, type, target]) => `<Relationship Id="${id}" Type="${relationType}/${type}" Target="${target}"/>`).join('')}</Relationships>`,
  );

const page = (shapes: string): string =>
  `<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>${shapes}</p:spTree></p:cSld>`;
const colourMap =
  '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>';

function shapeXml(shape: Shape, index: number): string {
  const id = index + 2;
  if (shape.kind === 'path') return pathXml(shape.points, shape.colour, shape.width, id);
  const [x, y, w, h] = shape.at;
  const frame = `<a:xfrm><a:off x="${emu(x)}" y="${emu(y)}"/><a:ext cx="${emu(w)}" cy="${emu(h)}"/></a:xfrm>`;
  if (shape.kind === 'box') {
    const form = shape.round ? 'roundRect' : 'rect';
    return `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="Box ${id}"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>${frame}<a:prstGeom prst="${form}"><a:avLst/></a:prstGeom>${solid(shape.fill)}<a:ln><a:noFill/></a:ln></p:spPr></p:sp>`;
  }
  const { lines, size, colour, bold = false, align = 'l', bullets = false, title = false } = shape;
  const bullet = bullets
    ? ` marL="${emu(28)}" indent="-${emu(28)}"><a:lnSpc><a:spcPct val="110000"/></a:lnSpc><a:spcAft><a:spcPts val="900"/></a:spcAft><a:buFont typeface="Arial"/><a:buChar char="•"/>`
    : '><a:buNone/>';
  const paragraphs = lines
    .map(
      (text) =>
        `<a:p><a:pPr algn="${align}"${bullet}</a:pPr><a:r><a:rPr lang="zh-CN" sz="${size * 100}" b="${bold ? 1 : 0}">${solid(colour)}<a:latin typeface="${font}"/><a:ea typeface="${font}"/></a:rPr><a:t>${escaped(text)}</a:t></a:r></a:p>`,
    )
    .join('');
  const place = title ? '<p:nvPr><p:ph type="title"/></p:nvPr>' : '<p:nvPr/>';
  return `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="${title ? 'Title' : 'Text'} ${id}"/><p:cNvSpPr txBox="1"/>${place}</p:nvSpPr><p:spPr>${frame}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr><p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/></a:bodyPr><a:lstStyle/>${paragraphs}</p:txBody></p:sp>`;
}

function pathXml(
  points: readonly (readonly [number, number])[],
  colour: string,
  width: number,
  id: number,
): string {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const w = Math.max(1, emu(Math.max(...xs) - left));
  const h = Math.max(1, emu(Math.max(...ys) - top));
  const steps = points
    .map(([x, y], i) => {
      const name = i === 0 ? 'moveTo' : 'lnTo';
      return `<a:${name}><a:pt x="${emu(x - left)}" y="${emu(y - top)}"/></a:${name}>`;
    })
    .join('');
  return `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="Line ${id}"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="${emu(left)}" y="${emu(top)}"/><a:ext cx="${w}" cy="${h}"/></a:xfrm><a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path w="${w}" h="${h}" fill="none">${steps}</a:path></a:pathLst></a:custGeom><a:noFill/><a:ln w="${emu(width)}">${solid(colour)}</a:ln></p:spPr></p:sp>`;
}

const notesXml = (text: string): string =>
  `<p:sp><p:nvSpPr><p:cNvPr id="2" name="Notes"/><p:cNvSpPr/><p:nvPr><p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang="zh-CN"/><a:t>${escaped(text)}</a:t></a:r></a:p></p:txBody></p:sp>`;
const solid = (colour: string): string => `<a:solidFill><a:srgbClr val="${colour}"/></a:solidFill>`;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const fonts = `<a:latin typeface="${font}"/><a:ea typeface="${font}"/><a:cs typeface=""/>`;
const fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>';
const theme = `<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Rostrum"><a:themeElements><a:clrScheme name="Rostrum">${Object.entries(
  {
    dk1: '1B2733',
    lt1: 'FFFFFF',
    dk2: '12355B',
    lt2: 'EEF3F8',
    accent1: '1F6FB2',
    accent2: 'D1495B',
    accent3: '2A9D8F',
    accent4: 'E9A23B',
    accent5: '6C5B7B',
    accent6: '8D99AE',
    hlink: '1F6FB2',
    folHlink: '6C5B7B',
  },
)
  .map(([name, value]) => `<a:${name}><a:srgbClr val="${value}"/></a:${name}>`)
  .join(
    '',
  )}</a:clrScheme><a:fontScheme name="Rostrum"><a:majorFont>${fonts}</a:majorFont><a:minorFont>${fonts}</a:minorFont></a:fontScheme><a:fmtScheme name="Rostrum"><a:fillStyleLst>${fill.repeat(3)}</a:fillStyleLst><a:lnStyleLst>${`<a:ln w="9525">${fill}</a:ln>`.repeat(3)}</a:lnStyleLst><a:effectStyleLst>${'<a:effectStyle><a:effectLst/></a:effectStyle>'.repeat(3)}</a:effectStyleLst><a:bgFillStyleLst>${fill.repeat(3)}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>`;
