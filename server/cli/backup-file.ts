/**
 * A backup is one tar.gz: `database.jsonl`, `files/…` (the data folder without what is made anew) and last `manifest.json`
 * with the checksum of each. It may be made while the server runs.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import type { TarFile } from './tar.ts';

export const databaseFile = 'database.jsonl';
export const manifestFile = 'manifest.json';
export const filesFolder = 'files/';

const listed = z.object({ name: z.string(), size: z.number() });
export const manifestSchema = z.object({
  format: z.literal(1),
  version: z.string(),
  /** Epoch ms. */
  at: z.number(),
  files: z.array(listed.extend({ sha256: z.string() })),
  /** Recordings that were left out (`--without-media`). */
  leftOut: z.array(listed),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Made anew at a start, or only about this machine. */
const skipped =
  /^(postgres|postgresql-[^/]*|postgres\.json|secrets\/postgres|\.demo|demo\.json|replaced-[^/]*|uploads|imports|decks\/[^/]*\/work)(\/|$)/;
const unfinished = /(\.tmp|\.sock|(^|\/)lock\.(db|owner)(-journal)?)$/;
const isMedia = (name: string): boolean => /\.(m4s|mp4)$/.test(name);

export type BackupContent = {
  readonly dataDir: string;
  /** The dump, already a file: a tar needs the size first. */
  readonly dump: string;
  readonly withMedia: boolean;
  readonly version: string;
  readonly now: number;
};

/** The files of the archive in order. Indexes are read before the media they speak of, so that each one's media is there. */
export async function* backupFiles(content: BackupContent): AsyncGenerator<TarFile> {
  const { dataDir, dump, withMedia, version, now } = content;
  const manifest: Manifest = { format: 1, version, at: now, files: [], leftOut: [] };
  yield* summed(databaseFile, dump, manifest);
  for (const name of await listFiles(dataDir)) {
    if (!isMedia(name)) yield* summed(filesFolder + name, join(dataDir, name), manifest);
  }
  for (const name of await listFiles(dataDir)) {
    if (!isMedia(name)) continue;
    if (withMedia) yield* summed(filesFolder + name, join(dataDir, name), manifest);
    else manifest.leftOut.push({ name, size: (await stat(join(dataDir, name))).size });
  }
  const text = Buffer.from(JSON.stringify(manifest, null, 1));
  yield {
    name: manifestFile,
    size: text.length,
    mtime: seconds(now),
    content: (async function* () {
      yield text;
    })(),
  };
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** Relative names with `/`, sorted. */
export async function listFiles(dataDir: string): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dataDir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !skipped.test(name) && !unfinished.test(name))
    .sort();
}

/** A file as long as it is now (it may grow), noted in the manifest when it was read; nothing when it is gone by now. */
async function* summed(name: string, path: string, manifest: Manifest): AsyncGenerator<TarFile> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return;
  try {
    const { size, mtimeMs } = await handle.stat();
    const hash = createHash('sha256');
    const stream =
      size === 0 ? [] : createReadStream('', { fd: handle.fd, autoClose: false, start: 0, end: size - 1 });
    yield { name, size, mtime: seconds(mtimeMs), content: through(stream, hash) };
    manifest.files.push({ name, size, sha256: hash.digest('hex') });
  } finally {
    await handle.close();
  }
}

/** Passes the chunks on and hashes them. */
export async function* through(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  hash: Hash,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}
