/** Goals in seconds on a machine that is slower or busier than the one they were set on. */
import { availableParallelism, loadavg } from 'node:os';

/** A goal in seconds holds on a quiet machine like ours; where other programs run, or on a slower one, in proportion. */
export const secondsHere = (goal: number): number =>
  goal * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism(), slowness);

/** How many times longer a fixed piece of work takes here than the 30 ms it took where the goals were set. */
const slowness = Math.min(...Array.from({ length: 3 }, fixedWork)) / 30;

/** Ms it takes. */
function fixedWork(): number {
  const started = performance.now();
  let sum = 0;
  for (let i = 0; i < 20_000_000; i++) sum = (Math.imul(sum ^ i, 0x9e3779b1) + i) | 0;
  // Looked at, so that nobody leaves the work out.
  return sum === 1 ? 0 : performance.now() - started;
}
