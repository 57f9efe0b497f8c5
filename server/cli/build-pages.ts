/** Builds the pages into dist/ when they are missing or their sources have changed since: beside it, so that there is always a whole one. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');
const stamp = '.sources';

/** Throws when the build fails. `say` is told before a build starts. */
export function buildPages(say: (text: string) => void): void {
  const sources = fingerprint();
  if (readStamp() === sources) return;
  say('building the pages (a few seconds, once)');
  const made = `${dist}-${process.pid}`;
  const before = `${made}-before`;
  try {
    const done = spawnSync(
      process.execPath,
      [
        ...[join(root, 'node_modules/vite/bin/vite.js'), 'build', 'apps', '--logLevel', 'warn'],
        ...['--outDir', made, '--emptyOutDir'],
      ],
      {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
        // Otherwise React's development code is built in, where tests start us.
        env: { ...process.env, NODE_ENV: 'production' },
      },
    );
    if (done.status !== 0) throw new Error('the pages could not be built; see above');
    writeFileSync(join(made, stamp), sources);
    if (existsSync(dist)) renameSync(dist, before);
    renameSync(made, dist);
  } catch (error) {
    // Another start built the same at the same time and was first.
    if (readStamp() !== sources) throw error;
  } finally {
    for (const left of [made, before]) rmSync(left, { recursive: true, force: true });
  }
}

function readStamp(): string {
  try {
    return readFileSync(join(dist, stamp), 'utf8');
  } catch {
    return '';
  }
}

/** Of every file the pages are made from. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const folder of ['apps', 'contracts']) {
    for (const file of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const path = join(file.parentPath, file.name);
      hash.update(path.slice(root.length)).update(readFileSync(path));
    }
  }
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}
