/** What a measurement prints: figures, goals, and the machine they were taken on. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

export type Goal = {
  readonly what: string;
  readonly value: number;
  /** The number to reach, in the unit of `value`. */
  readonly goal: number;
  readonly rule: '<=' | '>=';
  readonly unit: string;
};

export type BenchResult = {
  readonly name: string;
  readonly repetitions: string;
  /** Measured numbers, by name; units in the names. */
  readonly figures: Readonly<Record<string, unknown>>;
  readonly goals: readonly Goal[];
  /** What a reader must know to judge the numbers. */
  readonly notes?: readonly string[];
};

export const reached = (goal: Goal): boolean =>
  Number.isFinite(goal.value) && (goal.rule === '<=' ? goal.value <= goal.goal : goal.value >= goal.goal);

/** p in 0…1 of unsorted values, by nearest rank; NaN of none. */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

const version = (command: string, args: string[]): string => {
  try {
    return (
      execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0] ??
      ''
    ).trim();
  } catch {
    return 'absent';
  }
};

export function machine(): Record<string, unknown> {
  const cores = cpus();
  return {
    cpu: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    load1: round(loadavg()[0] ?? 0, 2),
    node: process.version,
    rostrum: (
      JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
    ).version,
    ffmpeg: version('ffmpeg', ['-version']),
    chromium: version('chromium', ['--version', '--no-sandbox']),
  };
}

/** For people. */
export function printed(result: BenchResult): string {
  const lines = [`${result.name} (${result.repetitions})`];
  for (const [name, value] of Object.entries(result.figures))
    lines.push(`  ${name}: ${JSON.stringify(value)}`);
  for (const goal of result.goals) {
    lines.push(
      `  ${reached(goal) ? 'ok    ' : 'MISSED'} ${goal.what}: ${round(goal.value)} ${goal.unit} (goal ${goal.rule} ${goal.goal})`,
    );
  }
  for (const note of result.notes ?? []) lines.push(`  note: ${note}`);
  return lines.join('\n');
}
