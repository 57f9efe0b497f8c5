/** Asks now.json again and again: about every two seconds while something may change, slower where nobody looks, spread out after errors. */
import type { Now } from '#contracts/now.ts';
import { backoff } from './watchdog.ts';

export type NowResult =
  | { readonly kind: 'now'; readonly now: Now; readonly receivedAt: number; readonly sentAt: number }
  | { readonly kind: 'unknownVenue' }
  /** No answer, or one that makes no sense. */
  | { readonly kind: 'lost'; readonly failures: number };

/** Ms until the next question. `random` is 0…1: viewers who opened the page together must not ask together. */
export function pollDelay(result: NowResult, hidden: boolean, random: number): number {
  switch (result.kind) {
    case 'lost':
      return backoff(result.failures, random);
    case 'unknownVenue':
      return 15_000 * (0.7 + 0.6 * random);
    case 'now': {
      const base = hidden ? 8000 : result.now.state === 'ended' ? 5000 : 1700;
      return base * (0.85 + 0.3 * random);
    }
  }
}

/** Trusts no answer that is not ours (a captive portal answers 200 with HTML). */
export function readNow(body: unknown): Now | undefined {
  const now = body as Partial<Now> | null;
  if (typeof now !== 'object' || now === null) return undefined;
  const known = ['off', 'live', 'break', 'away', 'ended'].includes(now.state ?? '');
  if (!known || typeof now.tracks !== 'object' || now.tracks === null) return undefined;
  return now as Now;
}

export async function fetchNow(url: string, failures: number, signal?: AbortSignal): Promise<NowResult> {
  const sentAt = Date.now();
  try {
    const response = await fetch(url, { cache: 'no-cache', ...(signal ? { signal } : {}) });
    if (response.status === 404 || response.status === 403) return { kind: 'unknownVenue' };
    const now = response.ok ? readNow(await response.json()) : undefined;
    if (now) return { kind: 'now', now, receivedAt: Date.now(), sentAt };
  } catch {
    // Counted below: to the viewer no answer and a bad answer are the same.
  }
  return { kind: 'lost', failures: failures + 1 };
}

/** Asks once; counts on from so many failures in a row. */
export type AskNow = (failures: number, signal: AbortSignal) => Promise<NowResult>;

export class NowPoller {
  private readonly question: AskNow;
  private readonly onResult: (result: NowResult) => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking: AbortController | undefined;
  private failures = 0;
  private closed = false;

  constructor(question: AskNow, onResult: (result: NowResult) => void) {
    this.question = question;
    this.onResult = onResult;
  }

  /** Starts with the question that was already asked while the page loaded. */
  start(first: Promise<NowResult>): void {
    void first.then((result) => this.take(result));
  }

  /** Asks at once: back online, page shown again, playback failed. */
  ask(): void {
    if (this.closed || this.asking) return;
    clearTimeout(this.timer);
    const asking = new AbortController();
    this.asking = asking;
    // Longer than any cache on the way may hold it; a dead connection must not stop the questions.
    const deadline = setTimeout(() => asking.abort(), 6000);
    void this.question(this.failures, asking.signal).then((result) => {
      clearTimeout(deadline);
      this.asking = undefined;
      this.take(result);
    });
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  private take(result: NowResult): void {
    if (this.closed) return;
    this.failures = result.kind === 'lost' ? result.failures : 0;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), pollDelay(result, document.hidden, Math.random()));
    this.onResult(result);
  }
}
