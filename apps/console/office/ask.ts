/** One question to the server and its answer, asked again on demand; and acts that say when they are done or why not. */
import { App } from 'antd';
import { type DependencyList, useCallback, useEffect, useRef, useState } from 'react';
import { errorText } from '../api.ts';
import { useExpiry } from '../session.ts';

export type Asked<T> = {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  /** Asks again; the old answer stays until the new one is there. */
  again(): void;
  /** Puts an answer in that is already known, e.g. that of a PATCH. */
  put(data: T): void;
};

/** Asks when `deps` change. With `every` (ms) also again and again while the page is seen. */
export function useAsk<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  deps: DependencyList,
  every?: number,
): Asked<T> {
  const [state, setState] = useState<{ data: T | undefined; error: unknown; loading: boolean }>({
    data: undefined,
    error: undefined,
    loading: true,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what the question depends on
  useEffect(() => {
    const closing = new AbortController();
    setState((old) => ({ ...old, loading: true }));
    latest.current(closing.signal).then(
      (data) => {
        if (!closing.signal.aborted) setState({ data, error: undefined, loading: false });
      },
      (error: unknown) => {
        if (!closing.signal.aborted) setState((old) => ({ data: old.data, error, loading: false }));
      },
    );
    return () => closing.abort();
  }, [...deps, round]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  useEffect(() => {
    if (every === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) again();
    }, every);
    return () => clearInterval(timer);
  }, [every, again]);
  const put = useCallback((data: T) => setState({ data, error: undefined, loading: false }), []);
  useExpiry(state.error);
  return { ...state, again, put };
}

/** Runs an act with `busy` while it lasts; says `done` when it went well, and the reason when it did not. */
export function useAct(): {
  readonly busy: boolean;
  run(doing: () => Promise<unknown>, done?: string): Promise<boolean>;
} {
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const run = useCallback(
    async (doing: () => Promise<unknown>, done?: string) => {
      setBusy(true);
      try {
        await doing();
        if (done) void message.success(done);
        return true;
      } catch (error) {
        void message.error(errorText(error), 6);
        return false;
      } finally {
        setBusy(false);
      }
    },
    [message],
  );
  return { busy, run };
}
