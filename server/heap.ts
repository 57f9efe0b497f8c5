/** How V8 collects garbage in a process whose memory is mostly media outside its heap. */
import { setFlagsFromString } from 'node:v8';

/**
 * By default V8 marks the whole heap after every 32 to 64 MB of new buffers, which 16 venues of 4 Mbit/s make in
 * 0.6 s: half of the server's CPU, and pauses. Counted in the common limit, and with a limit of three times what lives,
 * dead buffers go in cheap young collections instead: 0.34 → 0.18 cores (`./rostrum bench ingest`).
 */
export function tuneHeap(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  setFlagsFromString('--heap-growing-percent=200');
}
