/** The printable programme: A4, a day begins on a new page, page numbers; the font's subset is in the file. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import PDFDocument from 'pdfkit';
import type { PrintInput, PrintLine } from './print-layout.ts';

const require = createRequire(import.meta.url);
const fonts = dirname(require.resolve('@expo-google-fonts/noto-sans-sc/package.json'));

/** Points. */
const margin = 42;
const timeWidth = 82;
const ink = '#1a1a1a';
const grey = '#666666';

export async function printProgramme({ title, about, days }: PrintInput): Promise<Uint8Array> {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: margin, left: margin, right: margin, bottom: margin + 18 },
    bufferPages: true,
    info: { Title: title, Creator: 'Rostrum' },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  doc.registerFont('text', join(fonts, '400Regular/NotoSansSC_400Regular.ttf'));
  doc.registerFont('bold', join(fonts, '700Bold/NotoSansSC_700Bold.ttf'));
  const width = doc.page.width - 2 * margin;
  const floor = (): number => doc.page.height - margin - 18;
  const room = (height: number): void => {
    if (doc.y + height > floor()) doc.addPage();
  };

  doc.font('bold').fontSize(20).fillColor(ink).text(title, { width, align: 'center' });
  doc.moveDown(0.3).font('text').fontSize(10).fillColor(grey).text(about, { width, align: 'center' });
  doc.moveDown(1);
  if (days.length === 0) doc.font('text').fontSize(11).text('日程待定', { width, align: 'center' });

  const line = ({ time, title: text, people, kind, cancelled }: PrintLine): void => {
    const bold = kind === 'session';
    const size = bold ? 11 : 9.5;
    const label = cancelled ? `${text}（已取消）` : text;
    const left = margin + timeWidth;
    const rest = width - timeWidth;
    doc.font(bold ? 'bold' : 'text').fontSize(size);
    const titleHeight = doc.heightOfString(label, { width: rest });
    doc.font('text').fontSize(8.5);
    const peopleHeight = people === '' ? 0 : doc.heightOfString(people, { width: rest }) + 1;
    // A session's line is not left alone at the foot of a page.
    room(titleHeight + peopleHeight + (bold ? 40 : 6));
    const top = doc.y + (bold ? 6 : 2);
    doc
      .font('text')
      .fontSize(size)
      .fillColor(grey)
      .text(time, margin, top, { width: timeWidth - 6, lineBreak: false });
    doc
      .font(bold ? 'bold' : 'text')
      .fontSize(size)
      .fillColor(kind === 'break' || cancelled ? grey : ink)
      .text(label, left, top, { width: rest });
    if (people !== '')
      doc
        .font('text')
        .fontSize(8.5)
        .fillColor(grey)
        .text(people, left, top + titleHeight + 1, { width: rest });
    doc.x = margin;
    doc.y = top + titleHeight + peopleHeight + 2;
  };

  for (const [i, day] of days.entries()) {
    if (i > 0) doc.addPage();
    doc.font('bold').fontSize(15).fillColor(ink).text(day.date, margin, doc.y, { width });
    for (const venue of day.venues) {
      room(70);
      doc.y += 8;
      doc.font('bold').fontSize(12.5).fillColor('#0b5cad').text(venue.title, margin, doc.y, { width });
      doc
        .moveTo(margin, doc.y + 1)
        .lineTo(margin + width, doc.y + 1)
        .lineWidth(0.5)
        .strokeColor('#cccccc')
        .stroke();
      doc.y += 3;
      for (const one of venue.lines) line(one);
    }
  }
  const { start, count } = doc.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page);
    doc.page.margins.bottom = 0;
    doc
      .font('text')
      .fontSize(8)
      .fillColor(grey)
      .text(`${title.slice(0, 60)}   ${page - start + 1} / ${count}`, margin, doc.page.height - margin, {
        ...{ width, align: 'center', lineBreak: false },
      });
  }
  doc.end();
  await done;
  return Buffer.concat(chunks);
}
