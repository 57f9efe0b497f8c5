/** Reads the server's own metrics (Prometheus text), and what the kernel knows of the process. */
import { readdirSync } from 'node:fs';
import { residentBytes } from './process-cpu.ts';

export type Health = {
  readonly rss: number;
  readonly heapUsed: number;
  /** Memory of buffers outside the heap. */
  readonly external: number;
  readonly handles: number;
  readonly descriptors: number;
  /** Of the event loop since the reading before, ms. */
  readonly lagP50: number;
  readonly lagP99: number;
};

/** Reading empties the server's lag histogram: the next one covers the time from here. */
export async function readHealth(apiBase: string, pid: number): Promise<Health> {
  const answer = await fetch(new URL('/metrics', apiBase));
  if (!answer.ok) throw new Error(`/metrics: ${answer.status}`);
  const values = new Map<string, number>();
  for (const line of (await answer.text()).split('\n')) {
    const [, name, value] = /^rostrum_(\w+) ([-\d.e+]+|Nan)$/i.exec(line) ?? [];
    if (name) values.set(name, Number(value));
  }
  const need = (name: string): number => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`/metrics has no rostrum_${name}`);
    return value;
  };
  return {
    rss: residentBytes(pid),
    heapUsed: need('nodejs_heap_size_used_bytes'),
    external: need('nodejs_external_memory_bytes'),
    handles: need('nodejs_active_handles_total'),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    lagP50: need('nodejs_eventloop_lag_p50_seconds') * 1000,
    lagP99: need('nodejs_eventloop_lag_p99_seconds') * 1000,
  };
}
