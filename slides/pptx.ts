/** PPTX and PPSX (ECMA-376 parts 1 and 2): what is taken out before conversion, and what is read from the slides. */
import { posix } from 'node:path';
import { isLink, leavesPackage } from './addresses.ts';
import { type CleanDeck, cleanPackage, dropActing } from './clean-package.ts';
import { fontFamilies, fontFromEot } from './font-file.ts';
import { DeckFonts } from './fonts.ts';
import { type Loss, Losses } from './losses.ts';
import type { OfficePage } from './office-facts.ts';
import { rewriteXml, type Tag, type XmlWatcher } from './package-xml.ts';
import type { Archive } from './zip-archive.ts';
import { zipLimits } from './zip-limits.ts';

const presentation = 'ppt/presentation.xml';
const relsOf = (part: string): string => `${posix.dirname(part)}/_rels/${posix.basename(part)}.rels`;

type Relation = { readonly type: string; readonly part: string };
type Slide = { shown: boolean; title: string; readonly losses: Losses };

/** `uploaded`: families of fonts given by the organiser. */
export async function cleanPptx(
  archive: Archive,
  name: string,
  uploaded: readonly string[],
): Promise<CleanDeck> {
  const deck = new Losses();
  const relations = new Map<string, Map<string, Relation>>();
  const lossesOfRels = new Map<string, Losses>();
  const slides = new Map<string, Slide>();
  const notes = new Map<string, string>();
  const order: string[] = [];
  const embedded: Buffer[] = [];
  const families: string[] = [];

  // The presentation and its relations first: they name the slides in order and the fonts that came along.
  const fontIds: string[] = [];
  for (const part of [relsOf(presentation), presentation]) {
    if (!archive.find(part)) continue;
    rewriteXml(await archive.read(part, zipLimits.xmlBytes), `${name}: ${part}`, {
      ...(part === presentation
        ? { open: (tag) => noteOrder(tag, order, fontIds) }
        : relsWatcher(part, relations, new Losses())),
    });
  }
  for (const id of fontIds.slice(0, 50)) {
    const part = relations.get(presentation)?.get(id)?.part;
    if (!part || !archive.find(part)) continue;
    const font = fontFromEot(await archive.read(part, 40 * 1024 * 1024));
    if (font) {
      embedded.push(font);
      families.push(...fontFamilies(font));
    } else deck.add('font');
  }
  const fonts = new DeckFonts([...families, ...uploaded]);

  const bytes = await cleanPackage(archive, name, {
    first: ['[Content_Types].xml'],
    leftOut: (part) => {
      if (/(^|\/)vbaProject\.bin$/i.test(part)) deck.add('macros');
      return (
        /(^|\/)(vbaProject|vbaData)[^/]*$|(^|\/)(activeX|ctrlProps|customUI|fonts)\//i.test(part) ||
        /\.(mp4|m4v|mov|avi|wmv|mpe?g|mkv|webm|mp3|m4a|wav|wma|aiff?|exe|dll|js|vbs)$/i.test(part)
      );
    },
    isXml: (part) => /\.(xml|rels|vml)$/i.test(part),
    watch: (part) => {
      if (part.endsWith('.rels')) {
        const losses = new Losses();
        lossesOfRels.set(part, losses);
        return relsWatcher(part, relations, losses);
      }
      if (/^ppt\/slides\/[^/]+\.xml$/.test(part)) {
        const slide: Slide = { shown: true, title: '', losses: new Losses() };
        slides.set(part, slide);
        return slideWatcher(slide, fonts);
      }
      if (/^ppt\/notesSlides\/[^/]+\.xml$/.test(part))
        return placeholderWatcher(
          (type) => type === 'body',
          '\n',
          (text) => notes.set(part, text),
        );
      return { open: (tag) => cleanTag(tag, fonts, deck, false, /\/theme\//.test(part)) };
    },
  });

  const pages: OfficePage[] = [];
  const losses = [];
  let hidden = 0;
  for (const id of order) {
    const part = relations.get(presentation)?.get(id)?.part;
    const slide = part === undefined ? undefined : slides.get(part);
    if (part === undefined || !slide) continue;
    if (!slide.shown) {
      hidden++;
      continue;
    }
    const own = relations.get(part);
    const notesPart = [...(own?.values() ?? [])].find(({ type }) => type.endsWith('/notesSlide'))?.part;
    losses.push(
      ...slide.losses.list(pages.length),
      ...(lossesOfRels.get(relsOf(part))?.list(pages.length) ?? []),
    );
    pages.push({ title: slide.title, notes: (notesPart && notes.get(notesPart)) || '' });
  }
  deck.add('hidden', hidden);
  for (const [part, rels] of lossesOfRels)
    if (!/^ppt\/(slides|notesSlides)\//.test(part)) losses.push(...rels.list(null));
  return {
    bytes,
    fonts: embedded,
    facts: { pages, losses: [...deck.list(null), ...losses], fonts: fonts.report() },
  };
}

function noteOrder({ local, attributes }: Tag, order: string[], fontIds: string[]): undefined {
  const id = attributes['r:id'] ?? Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
  if (id === undefined) return;
  if (local === 'sldId') order.push(id);
  else if (local === 'regular' || local === 'bold' || local === 'italic' || local === 'boldItalic')
    fontIds.push(id);
}

/** External targets go, except web and mail addresses of links (part 2, 9.3). */
function relsWatcher(
  rels: string,
  relations: Map<string, Map<string, Relation>>,
  losses: Losses,
): XmlWatcher {
  const folder = posix.dirname(posix.dirname(rels));
  const source = posix.join(folder, posix.basename(rels, '.rels'));
  const found = new Map<string, Relation>();
  relations.set(source, found);
  return {
    open: ({ local, attributes }) => {
      if (local !== 'Relationship') return;
      const { Id = '', Type = '', Target = '', TargetMode = '' } = attributes;
      const kind = Type.slice(Type.lastIndexOf('/') + 1);
      if (/^(vbaProject|control|activeX\w*|ctrlProp|attachedTemplate|customUI\w*|extensibility)$/i.test(kind))
        return false;
      if (TargetMode.toLowerCase() === 'external' || leavesPackage(Target)) {
        if (kind === 'hyperlink' && isLink(Target)) return;
        losses.add(lossOfExternal(kind));
        return false;
      }
      if (/(macro|program)/i.test(Target) && /^ppaction:/i.test(Target)) return false;
      found.set(Id, { type: Type, part: partName(folder, Target) });
      // Font files are handed to the converter under names of ours.
      return kind === 'font' ? false : undefined;
    },
  };
}

/** Part 2, 6.5: relative to the folder of the source, without the leading slash. */
const partName = (folder: string, target: string): string =>
  (target.startsWith('/') ? posix.normalize(target) : posix.join('/', folder, target)).slice(1);

function lossOfExternal(kind: string): Loss {
  if (kind === 'image') return 'linkedPicture';
  if (kind === 'video' || kind === 'audio' || kind === 'media') return 'linkedMedia';
  return kind === 'hyperlink' ? 'unsafeLink' : 'linkedObject';
}

/** Rules for every part; false: the element goes. */
function cleanTag(
  tag: Tag,
  fonts: DeckFonts,
  losses: Losses,
  isShown: boolean,
  isTheme: boolean,
): boolean | undefined {
  const { local, attributes } = tag;
  if (local === 'embeddedFontLst' || local === 'custDataLst' || local === 'timing') return false;
  if (local === 'control' || local === 'controls') {
    if (local === 'control') losses.add('control');
    return false;
  }
  const { action, typeface, ContentType } = attributes;
  if (action !== undefined && /^ppaction:\/\/(macro|program|ole)/i.test(action)) {
    losses.add('macro');
    delete attributes.action;
  }
  // A macro-enabled or show package is an ordinary one without its macros.
  if (
    ContentType &&
    /(macroEnabled|slideshow|template)\.main\+xml$|slideshow\.macroEnabled/i.test(ContentType)
  )
    attributes.ContentType =
      'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml';
  if (typeface && !typeface.startsWith('+')) {
    // Of a theme only the two main fonts are used by name; the list by script is a stock of all the world's.
    const isUsed = isShown || (isTheme && (local === 'latin' || local === 'ea'));
    attributes.typeface = isUsed ? fonts.use(typeface) : fonts.resolve(typeface);
  }
  dropActing(tag);
  return;
}

function slideWatcher(slide: Slide, fonts: DeckFonts): XmlWatcher {
  const { losses } = slide;
  const title = placeholderWatcher(
    (type) => type === 'title' || type === 'ctrTitle',
    ' ',
    (text) => {
      slide.title ||= text;
    },
  );
  /** Inside `mc:Fallback`, which repeats what the choice holds. */
  let fallback = 0;
  let effects = 0;
  return {
    open: (tag) => {
      const { local, attributes } = tag;
      if (local === 'Fallback') fallback++;
      if (local === 'sld' && (attributes.show === '0' || attributes.show === 'false')) slide.shown = false;
      if (fallback === 0) countLoss(tag, losses);
      // Effects are counted, then the timing is left in place: it holds no address, and steps are made from it.
      if (local === 'cTn' && /^(click|with|after)Effect$/.test(attributes.nodeType ?? '')) effects++;
      title.open?.(tag);
      return local === 'timing' ? undefined : cleanTag(tag, fonts, losses, true, false);
    },
    text: (text) => title.text?.(text),
    close: (local) => {
      if (local === 'Fallback') fallback--;
      if (local === 'sld') losses.add('animation', effects);
      title.close?.(local);
    },
  };
}

function countLoss({ local, attributes }: Tag, losses: Losses): void {
  if (local === 'transition') {
    if (losses.of('transition') === 0) losses.add('transition');
  } else if (local === 'videoFile' || local === 'quickTimeFile') losses.add('video');
  else if (local === 'audioFile' || local === 'wavAudioFile' || local === 'audioCd') losses.add('audio');
  else if (local === 'oleObj') losses.add('object');
  else if (local === 'model3d') losses.add('model');
  else if (local === 'graphicData' && attributes.uri?.endsWith('/diagram')) losses.add('smartArt');
}

/** Text of the placeholders (`p:ph`) that are wanted: paragraphs joined, runs as they are. */
function placeholderWatcher(
  isWanted: (type: string) => boolean,
  between: string,
  found: (text: string) => void,
): XmlWatcher {
  let wanted = false;
  let inText = false;
  let paragraphs: string[] = [];
  const append = (text: string): void => {
    paragraphs[paragraphs.length - 1] = (paragraphs[paragraphs.length - 1] ?? '') + text;
  };
  return {
    open: ({ local, attributes }) => {
      if (local === 'sp') {
        wanted = false;
        paragraphs = [];
      } else if (local === 'ph') wanted = isWanted(attributes.type ?? 'obj');
      else if (local === 'p') paragraphs.push('');
      else if (local === 't') inText = true;
      else if (local === 'br') append(between);
      return undefined;
    },
    text: (text) => {
      if (inText && wanted) append(text);
    },
    close: (local) => {
      if (local === 't') inText = false;
      else if (local === 'sp' && wanted) {
        const text = paragraphs
          .map((line) => line.trim())
          .join(between)
          .trim();
        wanted = false;
        if (text) found(text.slice(0, 20_000));
      }
    },
  };
}
