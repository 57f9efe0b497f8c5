/** `rostrum backup FILE [--without-media]`: beside a running server, or by itself. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import type { Logger } from 'pino';
import { type Config, readConfig } from '../config.ts';
import { DataInUseError, lockData } from '../data-lock.ts';
import { openDatabase, openPool } from '../db/database.ts';
import { dumpRows } from '../db/dump.ts';
import { runningConnection } from '../db/postgres.ts';
import type { Environment } from '../env.ts';
import { createLogger } from '../log.ts';
import { version } from '../version.ts';
import { backupFiles } from './backup-file.ts';
import { packTar } from './tar.ts';

export async function backup(args: string[], env: Environment): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { 'without-media': { type: 'boolean' } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    process.stderr.write('rostrum backup FILE [--without-media]\n');
    return 2;
  }
  const config = readConfig(env);
  await writeBackup(config, resolve(file), !values['without-media'], createLogger('warn'));
  process.stdout.write(`${resolve(file)}: ${(await stat(file)).size} bytes\n`);
  return 0;
}

/** The file appears whole or not at all, readable by its owner only: it holds password hashes and stream keys. */
export async function writeBackup(
  config: Config,
  file: string,
  withMedia: boolean,
  log: Logger,
): Promise<void> {
  const { dataDir } = config;
  const work = await mkdtemp(join(dirname(file), '.rostrum-backup-'));
  try {
    const dump = join(work, 'database.jsonl');
    await dumpDatabase(config, dump, log);
    const draft = join(work, 'backup.tar.gz');
    const files = backupFiles({ dataDir, dump, withMedia, version, now: Date.now() });
    // Level 1: recordings do not shrink anyway.
    await pipeline(
      Readable.from(packTar(files), { objectMode: false }),
      createGzip({ level: 1 }),
      createWriteStream(draft, { mode: 0o600 }),
    );
    const handle = await open(draft);
    await handle.sync();
    await handle.close();
    await rename(draft, file);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** With a running server its database is asked; else the built-in one is started for it, under the lock. */
async function dumpDatabase(config: Config, file: string, log: Logger): Promise<void> {
  const { dataDir } = config;
  const { url, connections } = config.database;
  const write = (pool: Parameters<typeof dumpRows>[0]): Promise<void> =>
    pipeline(Readable.from(dumpRows(pool)), createWriteStream(file, { mode: 0o600 }));
  let lock: ReturnType<typeof lockData>;
  try {
    await stat(dataDir);
    lock = lockData(dataDir);
  } catch (error) {
    if (!(error instanceof DataInUseError)) throw error;
    const pool = openPool(
      url === undefined ? await runningConnection(dataDir) : { connectionString: url },
      2,
      log,
      'unlimited',
    );
    await write(pool).finally(() => pool.end());
    return;
  }
  try {
    const database = await openDatabase({ dataDir, url, connections, limits: 'unlimited', log });
    await write(database.pool).finally(() => database.close());
  } finally {
    lock.release();
  }
}
