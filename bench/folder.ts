/** A folder for one run of a bench, and what a server killed in it may leave behind. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '#tests/harness/until.ts';

/** Others may enter, as in a real data folder's parent: PostgreSQL, which does not run as root, then keeps its data inside. */
export async function benchFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `rostrum-bench-${name}-`));
  await chmod(folder, 0o711);
  return folder;
}

export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 5 });

/** Ends the database that a killed server left in its data folder, if no next server took care of it. */
export async function endOrphanedDatabase(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postgres', 'data', 'postmaster.pid');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (!(pid > 1) || !isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  await until(() => !isAlive(pid), { seconds: 10, what: 'the database to end' });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
