import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/** Notes each call, and takes as long as starting node a few times takes. */
const npm = `#!/bin/sh
echo "$1" >>calls
mkdir -p node_modules
for i in 1 2 3 4 5; do node -e 0; done
`;

it('two first starts at once install the packages once', async () => {
  const clone = await mkdtemp(join(tmpdir(), 'rostrum-launcher-'));
  try {
    await copyFile(join(import.meta.dirname, '../../rostrum'), join(clone, 'rostrum'));
    await mkdir(join(clone, 'server'));
    await mkdir(join(clone, 'bin'));
    await writeFile(join(clone, 'server/main.ts'), '');
    await writeFile(join(clone, 'package-lock.json'), '{}');
    await writeFile(join(clone, 'bin/npm'), npm);
    await chmod(join(clone, 'bin/npm'), 0o755);
    const PATH = [join(clone, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter);
    const start = async () => {
      const child = spawn(join(clone, 'rostrum'), [], { env: { ...process.env, PATH }, stdio: 'ignore' });
      return ((await once(child, 'exit')) as [number | null])[0];
    };
    expect(await Promise.all([start(), start(), start()])).toEqual([0, 0, 0]);
    expect(await readFile(join(clone, 'calls'), 'utf8')).toBe('ci\n');
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
});
