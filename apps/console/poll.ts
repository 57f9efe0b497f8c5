/** Asks for something again and again, one request at a time, and says how old the last answer is. */
import { useCallback, useEffect, useRef, useState } from 'react';

export type PollPace = { readonly base: number; readonly hidden: number };

/** Statuses: every second, every 3 s in a tab nobody looks at (its alarms must still sound). */
export const statusPace: PollPace = { base: 1000, hidden: 3000 };
export const systemPace: PollPace = { base: 15_000, hidden: 30_000 };

const slowest = 10_000;

/** ms until the next request: the pace, doubled with each failure in a row up to 10 s (or the pace if that is slower). */
export function nextDelay(pace: PollPace, failures: number, hidden: boolean): number {
  const usual = hidden ? pace.hidden : pace.base;
  return Math.min(usual * 2 ** Math.min(failures, 10), Math.max(slowest, usual));
}

/** An answer is shown as present only while it is younger than this, ms. */
export const freshFor = (pace: PollPace, hidden: boolean): number =>
  (hidden ? pace.hidden : pace.base) + 2500;

export type Polled<T> = {
  /** The last answer, however old. */
  data: T | undefined;
  /** The last failure; gone with the next answer. */
  error: unknown;
  /** The last answer is too old to be believed, or there was none and a request failed. */
  lost: boolean;
  /** Age of the last answer, whole seconds; undefined before the first. */
  age: number | undefined;
  /** Asks at once; an answer already under way is thrown away, as it may be older than what was just done. */
  refresh(): void;
};

export function usePoll<T>(ask: (signal: AbortSignal) => Promise<T>, pace: PollPace): Polled<T> {
  const [answer, setAnswer] = useState<{ data: T; at: number }>();
  const [error, setError] = useState<unknown>();
  const [now, setNow] = useState(() => performance.now());
  const again = useRef<() => void>(() => {});

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running: AbortController | undefined;
    let failures = 0;
    let closed = false;

    const run = async () => {
      clearTimeout(timer);
      running?.abort();
      const mine = new AbortController();
      running = mine;
      try {
        const data = await ask(mine.signal);
        if (mine.signal.aborted) return;
        failures = 0;
        setAnswer({ data, at: performance.now() });
        setError(undefined);
      } catch (failure) {
        if (mine.signal.aborted) return;
        failures += 1;
        setError(failure);
      }
      setNow(performance.now());
      if (!closed) timer = setTimeout(run, nextDelay(pace, failures, document.hidden));
    };
    const seen = () => {
      if (!document.hidden) void run();
    };
    const online = () => void run();
    again.current = online;
    document.addEventListener('visibilitychange', seen);
    window.addEventListener('online', online);
    const ticker = setInterval(() => setNow(performance.now()), 500);
    void run();
    return () => {
      closed = true;
      clearTimeout(timer);
      clearInterval(ticker);
      running?.abort();
      again.current = () => {};
      document.removeEventListener('visibilitychange', seen);
      window.removeEventListener('online', online);
    };
  }, [ask, pace]);

  const refresh = useCallback(() => again.current(), []);
  const age = answer ? Math.max(0, now - answer.at) : undefined;
  const lost = age === undefined ? error !== undefined : age > freshFor(pace, document.hidden);
  return {
    data: answer?.data,
    error,
    lost,
    age: age === undefined ? undefined : Math.round(age / 1000),
    refresh,
  };
}
