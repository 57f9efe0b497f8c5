/** CPU time of processes as the kernel counts it (Linux: /proc/PID/stat, 10 ms steps). */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Fields of proc(5) stat after the name, which may hold spaces: [0] is the state, field 3. */
const fields = (pid: number): string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
};

/** User and system seconds of one process with all its threads, without its children. Throws when it is gone. */
export function cpuSeconds(pid: number): number {
  const stat = fields(pid);
  return (Number(stat[11]) + Number(stat[12])) / ticksPerSecond;
}

/** All processes below it. */
export function descendants(pid: number): number[] {
  const found: number[] = [];
  const visit = (parent: number) => {
    try {
      const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'latin1').trim();
      for (const child of children === '' ? [] : children.split(' ').map(Number)) {
        found.push(child);
        visit(child);
      }
    } catch {
      // Ended meanwhile.
    }
  };
  visit(pid);
  return found;
}

/** Sum over those that still run. */
export function cpuOfAll(pids: readonly number[]): number {
  let sum = 0;
  for (const pid of pids) {
    try {
      sum += cpuSeconds(pid);
    } catch {
      // Ended meanwhile.
    }
  }
  return sum;
}

/** Resident bytes. */
export function residentBytes(pid: number): number {
  const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ');
  return Number(pages) * 4096;
}
