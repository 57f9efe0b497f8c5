/** Ms to wait before trying again after `failures` failures in a row: 0.5 s doubling to `cap`, ± 30 % so that a crowd spreads out. */
export function backoff(failures: number, random: number, cap = 10_000): number {
  const base = Math.min(cap, 500 * 2 ** Math.min(failures, 10));
  return Math.round(base * (0.7 + 0.6 * random));
}
