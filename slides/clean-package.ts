/**
 * An office package without what could act or reach out (FAULTS 59–61): external relationships, macros, events, controls,
 * programs behind links, films, font files. What was taken out and what the file tells of itself is handed back.
 */
import { CodedError } from '#contracts/errors.ts';
import type { OfficeFacts } from './office-facts.ts';
import type { Tag, XmlWatcher } from './package-xml.ts';
import { rewriteXml } from './package-xml.ts';
import { pixelLimit } from './page-limits.ts';
import { picturePixels } from './picture-size.ts';
import type { Archive } from './zip-archive.ts';
import { zipLimits } from './zip-limits.ts';
import { ZipWriter } from './zip-writer.ts';

export type CleanDeck = {
  readonly bytes: Buffer;
  readonly facts: OfficeFacts;
  /** Font files that came with the deck, checked. */
  readonly fonts: readonly Buffer[];
};

/** What a kind of package does with its parts. */
export type PackageRules = {
  /** Parts that are left out. */
  readonly leftOut: (part: string) => boolean;
  readonly isXml: (part: string) => boolean;
  readonly watch: (part: string) => XmlWatcher;
  /** Parts that must be read before the others, in order. */
  readonly first: readonly string[];
};

/** Copies the package through the rules; what is not XML is stored, as ODF wants of its `mimetype` (part 2, 3.3) and pictures lose nothing by. @throws CodedError deck.hostile or deck.broken */
export async function cleanPackage(archive: Archive, name: string, rules: PackageRules): Promise<Buffer> {
  const writer = new ZipWriter();
  const names = archive.entries.map((entry) => entry.fileName);
  const firsts = rules.first.filter((part) => names.includes(part));
  for (const part of [...firsts, ...names.filter((one) => !firsts.includes(one))]) {
    if (rules.leftOut(part)) continue;
    if (rules.isXml(part)) {
      const bytes = await archive.read(part, zipLimits.xmlBytes);
      if (bytes.length > 0) writer.add(part, rewriteXml(bytes, `${name}: ${part}`, rules.watch(part)));
      continue;
    }
    const bytes = await archive.read(part, zipLimits.growthBytes);
    checkPicture(bytes, `${name}: ${part}`);
    writer.add(part, bytes, true);
  }
  return writer.end();
}

function checkPicture(bytes: Buffer, what: string): void {
  const size = picturePixels(bytes);
  if (size && size.width * size.height > pixelLimit)
    throw new CodedError(
      'deck.hostile',
      `${what} has ${size.width} × ${size.height} pixels, at most ${pixelLimit} in all are allowed`,
    );
}

/** Attributes no office part needs: addresses of the office itself and scripts. */
export function dropActing(tag: Tag): void {
  for (const [key, value] of Object.entries(tag.attributes))
    if (/^\s*(vnd\.sun\.star|macro:|slot:|service:|javascript:|vbscript:|\.uno:)/i.test(value))
      delete tag.attributes[key];
}
