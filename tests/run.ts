/**
 * `./rostrum test`: everything there is to check, in one run. Installs what the tests need besides the packages
 * (Chromium, ffmpeg, nginx, fonts: by apt on Debian as root; elsewhere it says what is missing), then types, lint,
 * pages build, and every Vitest project. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPages } from '../server/cli/build-pages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (text: string) => process.stdout.write(`${text}\n`);

/** Program → Debian package. */
const needed: Record<string, string> = {
  chromium: 'chromium',
  ffmpeg: 'ffmpeg',
  ffprobe: 'ffmpeg',
  varnishd: 'varnish',
};

const onPath = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

function installTools(): void {
  const missing = Object.keys(needed).filter((program) => !onPath(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => needed[program] ?? program))];
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0 || !onPath('apt-get')) {
    say(`tests need ${missing.join(', ')}: install ${packages.join(', ')} and run again`);
    say('0 passed, 1 failed');
    process.exit(1);
  }
  say(`installing ${packages.join(', ')} (apt)`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
  const apt = spawnSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...packages, 'fonts-noto-cjk'],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    },
  );
  if (apt.status !== 0) say('apt-get install failed; the tests that need these programs will fail');
}

type Tally = { passed: number; failed: number };

function step(name: string, command: string, args: string[]): Tally {
  const started = performance.now();
  say(`\n== ${name}`);
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`== ${name}: ${done.status === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  return done.status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Built once here, so that no test waits for it. */
function pages(): Tally {
  say('\n== pages');
  try {
    buildPages(say);
    return { passed: 1, failed: 0 };
  } catch (error) {
    say(`== pages: FAILED (${error instanceof Error ? error.message : String(error)})`);
    return { passed: 0, failed: 1 };
  }
}

type Report = {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; name: string; message?: string; startTime: number; endTime: number }[];
};

/** Where the time of a project went, so that a file that grew is seen. */
function slowest({ testResults }: Report): string {
  const seconds = ({ startTime, endTime }: Report['testResults'][number]) => (endTime - startTime) / 1000;
  return testResults
    .toSorted((a, b) => seconds(b) - seconds(a))
    .slice(0, 8)
    .map((one) => `${relative(root, one.name)} ${seconds(one).toFixed(0)} s`)
    .join(', ');
}

function vitest(project: string, filters: string[]): Tally {
  const started = performance.now();
  say(`\n== ${project}`);
  const folder = mkdtempSync(join(tmpdir(), 'rostrum-test-'));
  const file = join(folder, 'report.json');
  const done = spawnSync(
    join(root, 'node_modules/.bin/vitest'),
    [
      'run',
      '--project',
      project,
      '--passWithNoTests',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...filters,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'test' } },
  );
  let tally: Tally = { passed: 0, failed: 1 };
  if (existsSync(file)) {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    say(`slowest files: ${slowest(report)}`);
    tally = { passed: report.numPassedTests, failed: report.numFailedTests };
    // A file that fails to load has no failed test of its own, and an unhandled error none at all.
    if (tally.failed === 0 && done.status !== 0)
      tally.failed = Math.max(1, report.testResults.filter((r) => r.status === 'failed').length);
  }
  rmSync(folder, { recursive: true, force: true });
  say(
    `== ${project}: ${tally.passed} passed, ${tally.failed} failed (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
  return tally;
}

/** Runs everything, or the named steps (`types`, `lint`, `pages`, `unit`, `fuzz`, `interop`, `faults`, `browser`, `e2e`); the rest are Vitest filters. */
export function runTests(args: string[]): number {
  const bin = (name: string) => join(root, 'node_modules/.bin', name);
  const steps: [string, (filters: string[]) => Tally][] = [
    ['types', () => step('types', bin('tsc'), ['-p', '.'])],
    ['lint', () => step('lint', bin('biome'), ['check', '.'])],
    ['pages', pages],
    ...(['unit', 'fuzz', 'interop', 'faults', 'browser', 'e2e'] as const).map(
      (project): [string, (filters: string[]) => Tally] => [project, (filters) => vitest(project, filters)],
    ),
  ];
  const named = args.filter((arg) => steps.some(([name]) => name === arg));
  const filters = args.filter((arg) => !named.includes(arg));
  installTools();
  const total: Tally = { passed: 0, failed: 0 };
  for (const [name, run] of steps) {
    if (named.length > 0 && !named.includes(name)) continue;
    const tally = run(filters);
    total.passed += tally.passed;
    total.failed += tally.failed;
  }
  say(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}
