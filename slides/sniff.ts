/** What a file is, by its bytes and structure, never by its name (FAULTS 64). Reads a bounded part of it and decodes nothing. */
import { type FileHandle, open } from 'node:fs/promises';
import { CodedError } from '#contracts/errors.ts';
import { openArchive } from './zip-archive.ts';

export type OfficeKind = 'pptx' | 'ppsx' | 'ppt' | 'odp';
export type PictureKind = 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' | 'tiff';
export type FileKind = OfficeKind | PictureKind | 'pdf';

export const isPicture = (kind: FileKind): kind is PictureKind =>
  kind === 'png' ||
  kind === 'jpeg' ||
  kind === 'webp' ||
  kind === 'gif' ||
  kind === 'avif' ||
  kind === 'tiff';

const headBytes = 4096;

/** @throws CodedError deck.kind, deck.broken, deck.encrypted or deck.hostile, with the file's name */
export async function sniff(path: string, name: string): Promise<FileKind> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size === 0) throw new CodedError('deck.broken', `${name} is empty`);
    const head = Buffer.alloc(Math.min(headBytes, size));
    await file.read(head, 0, head.length, 0);
    const kind = byMagic(head);
    if (kind === 'zip') return await zipKind(path, name);
    if (kind === 'cfb') return await compoundKind(file, size, head, name);
    if (kind !== undefined) return kind;
    throw new CodedError('deck.kind', `${name} is ${otherKind(head)}`);
  } finally {
    await file.close();
  }
}

const ascii = (head: Buffer, at: number, text: string): boolean =>
  head.toString('latin1', at, at + text.length) === text;
const bytes = (head: Buffer, ...expected: number[]): boolean => expected.every((byte, i) => head[i] === byte);

function byMagic(head: Buffer): PictureKind | 'pdf' | 'zip' | 'cfb' | undefined {
  if (ascii(head, 0, 'PK\x03\x04') || ascii(head, 0, 'PK\x05\x06')) return 'zip';
  if (bytes(head, 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)) return 'cfb';
  if (bytes(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (bytes(head, 0xff, 0xd8, 0xff)) return 'jpeg';
  if (ascii(head, 0, 'RIFF') && ascii(head, 8, 'WEBP')) return 'webp';
  if (ascii(head, 0, 'GIF87a') || ascii(head, 0, 'GIF89a')) return 'gif';
  if (ascii(head, 4, 'ftypavif') || ascii(head, 4, 'ftypavis')) return 'avif';
  if (bytes(head, 0x49, 0x49, 0x2a, 0) || bytes(head, 0x4d, 0x4d, 0, 0x2a)) return 'tiff';
  // Readers accept the header anywhere in the first 1024 bytes (ISO 32000-1 annex H.3.4.1).
  const pdf = head.subarray(0, 1024).indexOf('%PDF-');
  return pdf >= 0 ? 'pdf' : undefined;
}

/** For the message only. */
function otherKind(head: Buffer): string {
  const text = head.toString('latin1', 0, 512).trimStart().toLowerCase();
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return 'a web page';
  if (text.includes('<svg')) return 'an SVG drawing';
  if (text.startsWith('{\\rtf')) return 'an RTF text';
  if (text.startsWith('<?xml')) return 'an XML file';
  if (ascii(head, 4, 'ftyp')) return 'a film or a HEIC picture';
  if (text.startsWith('mz')) return 'a program';
  if (text.startsWith('rar!') || bytes(head, 0x37, 0x7a, 0xbc, 0xaf)) return 'a RAR or 7z archive';
  return 'of an unknown kind';
}

async function zipKind(path: string, name: string): Promise<OfficeKind> {
  const archive = await openArchive(path, name);
  try {
    const main = archive.find('ppt/presentation.xml');
    if (main && archive.find('[Content_Types].xml')) {
      const types = await archive.read('[Content_Types].xml', 1024 * 1024);
      return types.includes('slideshow.') || types.includes('slideshow+') ? 'ppsx' : 'pptx';
    }
    const mimetype = archive.find('mimetype')
      ? (await archive.read('mimetype', 256)).toString('latin1').trim()
      : '';
    if (/^application\/vnd\.oasis\.opendocument\.presentation(-template)?$/.test(mimetype)) {
      const manifest = archive.find('META-INF/manifest.xml')
        ? await archive.read('META-INF/manifest.xml', 4 * 1024 * 1024)
        : Buffer.alloc(0);
      if (manifest.includes('encryption-data'))
        throw new CodedError('deck.encrypted', `${name} is an ODP with a password`);
      return 'odp';
    }
    if (archive.find('word/document.xml')) throw new CodedError('deck.kind', `${name} is a Word document`);
    if (archive.find('xl/workbook.xml')) throw new CodedError('deck.kind', `${name} is an Excel workbook`);
    if (mimetype) throw new CodedError('deck.kind', `${name} is ${JSON.stringify(mimetype.slice(0, 80))}`);
    throw new CodedError('deck.kind', `${name} is a ZIP archive that holds no presentation`);
  } finally {
    archive.close();
  }
}

const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');
/** CurrentUserAtom with the token of an encrypted file ([MS-PPT] 2.3.2). */
const encryptedToken = Buffer.from([0x14, 0, 0, 0, 0xdf, 0xc4, 0xd1, 0xf3]);

/** OLE compound file ([MS-CFB]): a PPT, or an encrypted PPTX. Entries of its directory are found by their names. */
async function compoundKind(file: FileHandle, size: number, head: Buffer, name: string): Promise<OfficeKind> {
  if (size < 1536) throw new CodedError('deck.broken', `${name} is cut off after ${size} bytes`);
  const sector = 1 << Math.min(head.readUInt16LE(30), 12);
  if ((head.readUInt32LE(48) + 1) * sector >= size)
    throw new CodedError('deck.broken', `${name} is cut off: its directory is missing`);
  const found = await findAll(file, size, {
    encryptedPackage: wide('EncryptedPackage'),
    powerpoint: wide('PowerPoint Document'),
    encryptedPpt: encryptedToken,
    word: wide('WordDocument'),
    excel: wide('Workbook'),
  });
  if (found.has('encryptedPackage') || found.has('encryptedPpt'))
    throw new CodedError('deck.encrypted', `${name} has a password`);
  if (found.has('powerpoint')) return 'ppt';
  if (found.has('word')) throw new CodedError('deck.kind', `${name} is a Word document`);
  if (found.has('excel')) throw new CodedError('deck.kind', `${name} is an Excel workbook`);
  throw new CodedError('deck.kind', `${name} is an Office file that holds no presentation`);
}

async function findAll(
  file: FileHandle,
  size: number,
  needles: Record<string, Buffer>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const overlap = 64;
  const chunk = Buffer.alloc(1024 * 1024 + overlap);
  for (let at = 0; at < size; at += chunk.length - overlap) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    const part = chunk.subarray(0, bytesRead);
    for (const [key, needle] of Object.entries(needles)) if (part.includes(needle)) found.add(key);
  }
  return found;
}
