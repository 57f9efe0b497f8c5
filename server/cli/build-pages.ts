/** Builds the pages into dist/ when they are missing or their sources have changed since. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const stampFile = join(root, 'dist', '.sources');

/** Throws when the build fails. `say` is told before a build starts. */
export function buildPages(say: (text: string) => void): void {
  const sources = fingerprint();
  if (readStamp() === sources) return;
  say('building the pages (a few seconds, once)');
  const done = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', 'apps', '--logLevel', 'warn'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      // Otherwise React's development code is built in, where tests start us.
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  if (done.status !== 0) throw new Error('the pages could not be built; see above');
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampFile, sources);
}

function readStamp(): string {
  try {
    return readFileSync(stampFile, 'utf8');
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
