/** Small decks that the tests make themselves. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ZipWriter } from './zip-writer.ts';

const ns =
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"';
const relType = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const group = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>';

export type TestSlide = {
  readonly title?: string;
  readonly body?: string;
  readonly notes?: string;
  readonly hidden?: boolean;
  readonly font?: string;
  /** Put into the shape tree. */
  readonly shapes?: string;
  /** Put behind the shape tree. */
  readonly after?: string;
  /** `<Relationship …/>` of the slide. */
  readonly rels?: string;
};

const paragraph = (text: string, font?: string): string =>
  `<a:p><a:r><a:rPr lang="zh-CN" sz="2400">${font ? `<a:latin typeface="${font}"/><a:ea typeface="${font}"/>` : ''}</a:rPr><a:t>${text}</a:t></a:r></a:p>`;

const shape = (id: number, type: string, y: number, text: string, font?: string): string =>
  `<p:sp><p:nvSpPr><p:cNvPr id="${id}" name="s${id}"/><p:cNvSpPr/><p:nvPr><p:ph type="${type}"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="500000" y="${y}"/><a:ext cx="8000000" cy="1200000"/></a:xfrm></p:spPr><p:txBody><a:bodyPr/>${paragraph(text, font)}</p:txBody></p:sp>`;

/** The parts of a PPTX; a test changes or adds some before `zipped`. */
export function pptxParts(slides: readonly TestSlide[]): Map<string, string | Buffer> {
  const parts = new Map<string, string | Buffer>();
  const types = slides.map(
    (_, i) =>
      `<Override PartName="/ppt/slides/slide${i + 1}.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.slide+xml"/>`,
  );
  parts.set(
    '[Content_Types].xml',
    `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Override PartName="/ppt/presentation.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/>${types.join('')}</Types>`,
  );
  parts.set(
    '_rels/.rels',
    rels(`<Relationship Id="r1" Type="${relType}/officeDocument" Target="ppt/presentation.xml"/>`),
  );
  parts.set(
    'ppt/presentation.xml',
    `${head}<p:presentation ${ns}><p:sldIdLst>${slides.map((_, i) => `<p:sldId id="${256 + i}" r:id="s${i + 1}"/>`).join('')}</p:sldIdLst><p:sldSz cx="9144000" cy="5143500"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`,
  );
  parts.set(
    'ppt/_rels/presentation.xml.rels',
    rels(
      slides
        .map(
          (_, i) =>
            `<Relationship Id="s${i + 1}" Type="${relType}/slide" Target="slides/slide${i + 1}.xml"/>`,
        )
        .join(''),
    ),
  );
  for (const [i, slide] of slides.entries()) {
    const n = i + 1;
    const shapes = `${slide.title ? shape(2, 'title', 300_000, slide.title, slide.font) : ''}${slide.body ? shape(3, 'body', 2_000_000, slide.body, slide.font) : ''}${slide.shapes ?? ''}`;
    parts.set(
      `ppt/slides/slide${n}.xml`,
      `${head}<p:sld ${ns}${slide.hidden ? ' show="0"' : ''}><p:cSld><p:spTree>${group}${shapes}</p:spTree></p:cSld>${slide.after ?? ''}</p:sld>`,
    );
    const notesRel = slide.notes
      ? `<Relationship Id="n1" Type="${relType}/notesSlide" Target="../notesSlides/notesSlide${n}.xml"/>`
      : '';
    parts.set(`ppt/slides/_rels/slide${n}.xml.rels`, rels(`${notesRel}${slide.rels ?? ''}`));
    if (slide.notes)
      parts.set(
        `ppt/notesSlides/notesSlide${n}.xml`,
        `${head}<p:notes ${ns}><p:cSld><p:spTree>${group}${shape(2, 'body', 0, slide.notes)}</p:spTree></p:cSld></p:notes>`,
      );
  }
  return parts;
}

const rels = (inside: string): string =>
  `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inside}</Relationships>`;

export const relation = (id: string, kind: string, target: string, external = true): string =>
  `<Relationship Id="${id}" Type="${relType}/${kind}" Target="${target}"${external ? ' TargetMode="External"' : ''}/>`;

/** A picture that is loaded from an address. */
export const linkedPicture = (id: string): string =>
  `<p:pic><p:nvPicPr><p:cNvPr id="9" name="p"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:link="${id}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1000000" cy="1000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>`;

export function odpParts(body: string, styles = ''): Map<string, string | Buffer> {
  const odf = [
    'office',
    'draw',
    'text',
    'style',
    'presentation',
    'xlink:http://www.w3.org/1999/xlink',
    'svg',
    'script',
  ]
    .map((name) => {
      const [prefix, uri] = name.includes(':') ? [name.slice(0, 5), name.slice(6)] : [name, undefined];
      const own = { draw: 'drawing', svg: 'svg-compatible' }[prefix] ?? prefix;
      return `xmlns:${prefix}="${uri ?? `urn:oasis:names:tc:opendocument:xmlns:${own}:1.0`}"`;
    })
    .join(' ');
  return new Map<string, string>([
    ['mimetype', 'application/vnd.oasis.opendocument.presentation'],
    [
      'content.xml',
      `${head}<office:document-content ${odf} office:version="1.3"><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:presentation>${body}</office:presentation></office:body></office:document-content>`,
    ],
    [
      'META-INF/manifest.xml',
      `${head}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.presentation"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`,
    ],
  ]);
}

export function zipped(parts: ReadonlyMap<string, string | Buffer>): Buffer {
  const writer = new ZipWriter();
  for (const [name, content] of parts) writer.add(name, Buffer.from(content), name === 'mimetype');
  return writer.end();
}

/** A PDF of pages 960 × 540 with a line of text each. `catalog` goes into its root, `trailer` into its trailer. */
export function pdfOf(lines: readonly string[], catalog = '', trailer = ''): Buffer {
  const kids = lines.map((_, i) => `${4 + i * 2} 0 R`).join(' ');
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    `<< /Type /Pages /Kids [${kids}] /Count ${lines.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...lines.flatMap((line, i) => {
      const stream = `BT /F1 48 Tf 96 400 Td (${line}) Tj ET`;
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 960 540] /Contents ${5 + i * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> /Annots [<< /Type /Annot /Subtype /Link /Rect [96 380 400 460] /Border [0 0 0] /A << /S /URI /URI (https://example.org/${i}) >> >>] >>`,
        `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
      ];
    }),
  ];
  let text = '%PDF-1.7\n';
  const offsets = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const xref = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`;
  return Buffer.from(
    `${text}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${xref}\n%%EOF\n`,
    'latin1',
  );
}

export type Folder = {
  readonly path: string;
  /** Writes a file and gives what `convertDeck` takes. */
  put(name: string, content: Buffer): Promise<{ path: string; name: string }>;
  remove(): Promise<void>;
};
export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'rostrum-slides-'));
  return {
    path,
    put: async (name, content) => {
      await writeFile(join(path, name), content);
      return { path: join(path, name), name };
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
