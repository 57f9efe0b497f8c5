/** ODP (OpenDocument 1.3): what is taken out before conversion, and what is read from the pages. */
import { isLink, leavesPackage } from './addresses.ts';
import { type CleanDeck, cleanPackage, dropActing } from './clean-package.ts';
import { fontFamilies } from './font-file.ts';
import { DeckFonts } from './fonts.ts';
import { Losses } from './losses.ts';
import type { OfficePage } from './office-facts.ts';
import type { Tag, XmlWatcher } from './package-xml.ts';
import type { Archive } from './zip-archive.ts';

type Page = { readonly style: string; title: string; notes: string; readonly losses: Losses };

/** `uploaded`: families of fonts given by the organiser. */
export async function cleanOdp(
  archive: Archive,
  name: string,
  uploaded: readonly string[],
): Promise<CleanDeck> {
  const deck = new Losses();
  const embedded: Buffer[] = [];
  const families: string[] = [];
  for (const { fileName } of archive.entries
    .filter((entry) => /^Fonts\/[^/]+$/.test(entry.fileName))
    .slice(0, 50)) {
    const font = await archive.read(fileName, 40 * 1024 * 1024);
    const found = fontFamilies(font);
    if (found.length > 0) {
      embedded.push(font);
      families.push(...found);
    } else deck.add('font');
  }
  const fonts = new DeckFonts([...families, ...uploaded]);
  const pages: Page[] = [];
  const hiddenStyles = new Set<string>();
  const bytes = await cleanPackage(archive, name, {
    first: ['mimetype', 'styles.xml'],
    leftOut: (part) => {
      if (/^Basic\/.*\.xlb$/i.test(part)) deck.add('macros');
      return /^(Basic|Scripts|Dialogs|Configurations2|Fonts|Thumbnails)\/|^META-INF\/(?!manifest\.xml$)|\.(mp4|m4v|mov|avi|wmv|mpe?g|mkv|webm|mp3|m4a|wav|ogg|flac|jar|py|js)$/i.test(
        part,
      );
    },
    isXml: (part) => /\.(xml|rdf)$/i.test(part),
    watch: (part) => watcher(part, pages, hiddenStyles, fonts, deck),
  });
  const shown = pages.filter((page) => !hiddenStyles.has(page.style));
  deck.add('hidden', pages.length - shown.length);
  const facts: OfficePage[] = shown.map(({ title, notes }) => ({ title, notes }));
  return {
    bytes,
    fonts: embedded,
    facts: {
      pages: facts,
      losses: [...deck.list(null), ...shown.flatMap(({ losses }, index) => losses.list(index))],
      fonts: fonts.report(),
    },
  };
}

function watcher(
  part: string,
  pages: Page[],
  hidden: Set<string>,
  fonts: DeckFonts,
  deck: Losses,
): XmlWatcher {
  let page: Page | undefined;
  let style = '';
  let inNotes = false;
  /** Class of the frame we are in: title, notes, … */
  let frame = '';
  let text = '';
  return {
    open: (tag) => {
      const { local, attributes } = tag;
      if (part === 'content.xml') {
        if (local === 'page') {
          page = { style: attributes['draw:style-name'] ?? '', title: '', notes: '', losses: new Losses() };
          pages.push(page);
        } else if (local === 'notes') inNotes = true;
        else if (local === 'style') style = attributes['style:name'] ?? '';
        else if (local === 'drawing-page-properties' && attributes['presentation:visibility'] === 'hidden')
          hidden.add(style);
        else if (local === 'frame') {
          frame = attributes['presentation:class'] ?? '';
          text = '';
        } else if (local === 's') text += ' '.repeat(Math.min(100, Number(attributes['text:c'] ?? 1) || 1));
        else if (local === 'tab') text += '\t';
        else if (local === 'line-break') text += '\n';
        if (page && !inNotes) countLoss(tag, page.losses);
      }
      return cleanTag(tag, fonts, page?.losses ?? deck);
    },
    text: (piece) => {
      if (frame === 'title' || frame === 'notes') text += piece;
    },
    close: (local) => {
      if (local === 'page') page = undefined;
      else if (local === 'notes') inNotes = false;
      else if (local === 'p' && frame) text += '\n';
      else if (local === 'frame') {
        if (page && frame === 'title' && !inNotes) page.title ||= text.trim().replace(/\s+/g, ' ');
        if (page && frame === 'notes' && inNotes) page.notes ||= text.trim().slice(0, 20_000);
        frame = '';
      }
    },
  };
}

function countLoss({ local, attributes }: Tag, losses: Losses): void {
  if (local === 'plugin') losses.add(/audio/.test(attributes['draw:mime-type'] ?? '') ? 'audio' : 'video');
  else if (local === 'object-ole' || local === 'applet') losses.add('object');
  else if (/^(on-click|with-previous|after-previous)$/.test(attributes['presentation:node-type'] ?? ''))
    losses.add('animation');
}

/** Rules for every part; false: the element goes. */
function cleanTag(tag: Tag, fonts: DeckFonts, losses: Losses): boolean | undefined {
  const { local, attributes } = tag;
  if (
    local === 'event-listeners' ||
    local === 'scripts' ||
    local === 'event-listener' ||
    local === 'font-face-src'
  )
    return false;
  if (local === 'applet' || local === 'floating-frame' || local === 'forms') {
    losses.add('control');
    return false;
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (key.endsWith(':href') && leavesPackage(value)) {
      if (local === 'a' && isLink(value)) continue;
      losses.add(
        local === 'image' || local === 'fill-image'
          ? 'linkedPicture'
          : local === 'a'
            ? 'unsafeLink'
            : local === 'plugin'
              ? 'linkedMedia'
              : 'linkedObject',
      );
      if (local !== 'a') return false;
      attributes[key] = '#';
    } else if (key.endsWith(':href') && /(^|\/)\.\.\//.test(value)) {
      // Outside the package is the host's folder of the document.
      losses.add(local === 'image' ? 'linkedPicture' : 'linkedObject');
      if (local !== 'a') return false;
      attributes[key] = '#';
    } else if (/:font-family(-asian|-complex)?$/.test(key)) {
      const family = value.replace(/^['"]|['"]$/g, '');
      attributes[key] =
        local === 'font-face' ? `'${fonts.use(family).replaceAll("'", '')}'` : fonts.resolve(family);
    }
  }
  dropActing(tag);
  return;
}
