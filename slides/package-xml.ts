/**
 * Reads an XML part and writes it again with only what a watcher lets through. No document type is accepted, so there
 * are no entities to expand or to fetch (FAULTS 58); comments and processing instructions are left out.
 */
import { SaxesParser } from 'saxes';
import { CodedError } from '#contracts/errors.ts';

export type Tag = {
  /** As written, with its prefix. */
  readonly name: string;
  /** Without the prefix. Prefixes are the author's choice; names are what converters go by. */
  readonly local: string;
  /** By full name; changes are written. */
  readonly attributes: Record<string, string>;
};
export type XmlWatcher = {
  /** False leaves the element out with all that is in it. */
  open?(tag: Tag): boolean | undefined;
  text?(text: string): void;
  close?(local: string): void;
};

/** Elements inside each other: what no program writes and every recursive reader falls over. */
const depthLimit = 500;

/** @throws CodedError deck.hostile or deck.broken, naming the part */
export function rewriteXml(bytes: Buffer, part: string, watcher: XmlWatcher): Buffer {
  const out: string[] = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'];
  const parser = new SaxesParser({ xmlns: false, position: false });
  let depth = 0;
  /** Depth at which an element is being left out; 0: none is. */
  let leftOut = 0;
  parser.on('doctype', () => {
    throw new CodedError('deck.hostile', `${part} declares a document type`);
  });
  parser.on('error', (error) => {
    throw new CodedError('deck.broken', `${part}: ${error.message.slice(0, 160)}`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    depth++;
    if (depth > depthLimit)
      throw new CodedError('deck.hostile', `${part} has more than ${depthLimit} elements inside each other`);
    if (leftOut > 0) return;
    const tag: Tag = { name, local: localName(name), attributes };
    if (watcher.open?.(tag) === false) {
      leftOut = depth;
      return;
    }
    out.push('<', name);
    for (const [key, value] of Object.entries(tag.attributes)) out.push(' ', key, '="', escaped(value), '"');
    out.push('>');
  });
  parser.on('closetag', ({ name }) => {
    if (leftOut === 0) {
      watcher.close?.(localName(name));
      out.push('</', name, '>');
    } else if (leftOut === depth) leftOut = 0;
    depth--;
  });
  const onText = (text: string): void => {
    // White space around the root is text too, and must not be written before it.
    if (leftOut > 0 || depth === 0) return;
    watcher.text?.(text);
    out.push(escaped(text));
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.write(decoded(bytes, part)).close();
  return Buffer.from(out.join(''), 'utf8');
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};
const escaped = (text: string): string => text.replace(/[&<>"\n\r\t]/g, (char) => escapes[char] ?? char);

/** XML 1.0 appendix F: a byte order mark, else the declared encoding, else UTF-8. */
function decoded(bytes: Buffer, part: string): string {
  const declared = /^<\?xml[^>]{0,200}?encoding=["']([A-Za-z0-9._-]{1,40})["']/.exec(
    bytes.toString('latin1', 0, 300),
  )?.[1];
  if (bytes.length < 2) throw new CodedError('deck.broken', `${part} is empty`);
  const mark = bytes.readUInt16BE(0);
  const label = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : (declared ?? 'utf-8');
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    throw new CodedError('deck.broken', `${part} is not text in ${label}`);
  }
}
