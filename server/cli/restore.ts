/** `rostrum restore FILE [--force]`: everything is read and checked before anything is replaced. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, normalize, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import type { Logger } from 'pino';
import { type Config, readConfig } from '../config.ts';
import { lockData } from '../data-lock.ts';
import { openDatabase } from '../db/database.ts';
import { restoreRows } from '../db/dump.ts';
import type { Environment } from '../env.ts';
import { createLogger } from '../log.ts';
import {
  databaseFile,
  filesFolder,
  listFiles,
  type Manifest,
  manifestFile,
  manifestSchema,
  through,
} from './backup-file.ts';
import { unpackTar } from './tar.ts';

export async function restore(args: string[], env: Environment): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { force: { type: 'boolean' } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    process.stderr.write('rostrum restore FILE [--force]\n');
    return 2;
  }
  const done = await restoreBackup(
    readConfig(env),
    resolve(file),
    values.force === true,
    createLogger('warn'),
  );
  process.stdout.write(`${done.rows} rows and ${done.files} files restored`);
  process.stdout.write(done.leftOut > 0 ? `; ${done.leftOut} recordings were not in the backup\n` : '\n');
  return 0;
}

export type Restored = { readonly rows: number; readonly files: number; readonly leftOut: number };

/** Without `force` the data folder must be empty. With it, what was there is kept beside, in `replaced-<time>`. */
export async function restoreBackup(
  config: Config,
  file: string,
  force: boolean,
  log: Logger,
): Promise<Restored> {
  const { dataDir } = config;
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const before = await listFiles(dataDir);
  if (before.length > 0 && !force)
    throw new Error(
      `${dataDir} must be empty (it has ${before.length} files); --force keeps them beside and goes on`,
    );
  const lock = lockData(dataDir);
  const work = join(dataDir, 'restore.tmp');
  try {
    await rm(work, { recursive: true, force: true });
    const manifest = await unpack(file, work);
    const rows = await restoreDatabase(config, join(work, databaseFile), force, log);
    await setAside(dataDir, before);
    const names = manifest.files.map(({ name }) => name).filter((name) => name.startsWith(filesFolder));
    for (const name of names) {
      const target = join(dataDir, name.slice(filesFolder.length));
      await mkdir(dirname(target), { recursive: true, mode: target.includes('/secrets/') ? 0o700 : 0o755 });
      await rename(join(work, name), target);
    }
    return { rows, files: names.length, leftOut: manifest.leftOut.length };
  } finally {
    await rm(work, { recursive: true, force: true });
    lock.release();
  }
}

/** Unpacks into `work` and checks each file against the manifest, which comes last. */
async function unpack(file: string, work: string): Promise<Manifest> {
  const found = new Map<string, { size: number; sha256: string }>();
  const source = createReadStream(file);
  const plain = source.pipe(createGunzip());
  source.on('error', (error) => plain.destroy(error));
  for await (const entry of unpackTar(plain)) {
    const target = safePath(work, entry.name);
    const hash = createHash('sha256');
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await pipeline(through(entry.content, hash), createWriteStream(target, { mode: 0o600 }));
    found.set(entry.name, { size: entry.size, sha256: hash.digest('hex') });
  }
  if (!found.has(manifestFile)) throw new Error('this is not a whole backup: it has no manifest');
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(work, manifestFile), 'utf8')));
  if (!manifest.files.some(({ name }) => name === databaseFile))
    throw new Error('the backup has no database');
  for (const { name, size, sha256 } of manifest.files) {
    const got = found.get(name);
    if (got?.size !== size || got.sha256 !== sha256)
      throw new Error(`${name} in the backup is damaged (its checksum does not match)`);
  }
  return manifest;
}

/** A name in an archive is not to be trusted: it must stay inside. */
function safePath(folder: string, name: string): string {
  const known = name === databaseFile || name === manifestFile || name.startsWith(filesFolder);
  if (!known || normalize(name) !== name || name.includes('..') || name.includes('\0'))
    throw new Error(`a name in the backup is not allowed (got ${JSON.stringify(name)})`);
  return join(folder, name);
}

async function restoreDatabase(config: Config, dump: string, force: boolean, log: Logger): Promise<number> {
  const { url, connections } = config.database;
  const database = await openDatabase({
    dataDir: config.dataDir,
    url,
    connections,
    limits: 'unlimited',
    log,
  });
  try {
    const { rows } = await database.pool.query('SELECT 1 FROM "user" LIMIT 1');
    if (rows.length > 0 && !force)
      throw new Error('the database must be empty; --force replaces what it holds');
    return await restoreRows(database.pool, linesOf(dump));
  } finally {
    await database.close();
  }
}

/** Opened when the first line is asked for: readline loses what it reads before someone listens. */
async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file) });
}

async function setAside(dataDir: string, names: readonly string[]): Promise<void> {
  const aside = join(dataDir, `replaced-${new Date().toISOString().replaceAll(':', '')}`);
  for (const name of names) {
    await mkdir(dirname(join(aside, name)), { recursive: true, mode: 0o700 });
    await rename(join(dataDir, name), join(aside, name));
  }
  // Folders left empty by that would be taken for venues and runs.
  for (const name of new Set(names.map((one) => one.split('/')[0] ?? ''))) {
    const entries = await readdir(join(dataDir, name), { recursive: true, withFileTypes: true }).catch(
      () => undefined,
    );
    if (entries?.every((entry) => entry.isDirectory()))
      await rm(join(dataDir, name), { recursive: true, force: true });
  }
}
