/**
 * Changes made in the grid: shown at once, sent one after the other, rolled back with a message when the server refuses; taken back and
 * done again through its history. Changes of others are seen by looking at the history's newest lines.
 */
import { App } from 'antd';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Arrangement, ProgrammeChange } from '#contracts/conference.ts';
import { errorText } from '../api.ts';
import type { StaffProgramme } from '../office/programme/programme-api.ts';
import { useSession } from '../session.ts';
import { arranged } from './arranging.ts';
import { editorApi, merged } from './editor-api.ts';
import { t } from './texts.ts';
import { doneAgain, made, nothingDone, takenBack, type UndoStack } from './undo-stack.ts';

/** How often the history is looked at, ms. */
const lookEvery = 2500;

export type Source = {
  readonly conferenceId: string;
  readonly programme: StaffProgramme;
  /** An answer that is newer than `programme`. */
  put(programme: StaffProgramme): void;
  /** Asks for the whole programme again. */
  again(): void;
};
export type Edits = {
  /** With what is still on its way to the server. */
  readonly shown: StaffProgramme;
  readonly pending: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** `said` is told to the person's screen reader when it is done. */
  arrange(arrangement: Arrangement, said: string): void;
  undo(): void;
  redo(): void;
};

export function useEdits(source: Source, say: (text: string) => void): Edits {
  const { message } = App.useApp();
  const { user } = useSession();
  const latest = useRef(source);
  latest.current = source;
  const [waiting, setWaiting] = useState<readonly Arrangement[]>([]);
  const [busy, setBusy] = useState(0);
  const [stack, setStack] = useState<UndoStack>(nothingDone);
  const stackNow = useRef(stack);
  stackNow.current = stack;
  /** Changes that came from here, undone ones too: the history tells them late. */
  const own = useRef(new Set<number>());
  const queue = useRef<Promise<void>>(Promise.resolve());
  /** The newest line of the history that is in what is shown. */
  const seen = useRef<number | undefined>(undefined);

  const set = useCallback((next: UndoStack) => {
    stackNow.current = next;
    setStack(next);
  }, []);
  const enqueue = useCallback(
    (doing: () => Promise<void>) => {
      setBusy((n) => n + 1);
      queue.current = queue.current
        .then(doing)
        .catch((error: unknown) => {
          const text = t('refused', { why: errorText(error) });
          void message.error(text, 6);
          say(text);
          latest.current.again();
        })
        .finally(() => setBusy((n) => n - 1));
    },
    [message, say],
  );

  const arrange = useCallback(
    (arrangement: Arrangement, said: string) => {
      setWaiting((old) => [...old, arrangement]);
      enqueue(async () => {
        try {
          const { conferenceId } = latest.current;
          const answer = await editorApi.arrange(conferenceId, arrangement);
          const { programme, put } = latest.current;
          const next = merged(programme, answer);
          // Two answers may come before the page is drawn again.
          latest.current = { ...latest.current, programme: next };
          put(next);
          if (answer.change !== null) {
            own.current.add(answer.change);
            set(made(stackNow.current, answer.change));
          }
          say(said);
        } finally {
          setWaiting((old) => old.filter((one) => one !== arrangement));
        }
      });
    },
    [enqueue, say, set],
  );

  const turn = useCallback(
    (which: 'undo' | 'redo') =>
      enqueue(async () => {
        const { conferenceId, put } = latest.current;
        const { done, undone } = stackNow.current;
        const change = (which === 'undo' ? done : undone).at(-1);
        if (change === undefined) return;
        try {
          const { sessions, talks, marks } = await editorApi.undo(conferenceId, change);
          const next = { ...latest.current.programme, sessions, talks, marks };
          latest.current = { ...latest.current, programme: next };
          put(next);
        } catch (error) {
          // Others have changed the same things since, or it is gone: it can no longer be taken back from here.
          const { current } = stackNow;
          set(
            which === 'undo'
              ? { ...current, done: done.slice(0, -1) }
              : { ...current, undone: undone.slice(0, -1) },
          );
          throw error;
        }
        const lines = await editorApi.latest(conferenceId).catch(() => []);
        const by = lines.find((line) => line.kind === which && line.actor === user.name && !line.undone)?.id;
        if (by !== undefined) own.current.add(by);
        set((which === 'undo' ? takenBack : doneAgain)(stackNow.current, by));
        const text = t(which === 'undo' ? 'undone' : 'redone');
        void message.success(text);
        say(text);
      }),
    [enqueue, message, say, set, user.name],
  );

  useHistoryWatch(source.conferenceId, (lines) => {
    const [newest] = lines;
    const before = seen.current;
    seen.current = newest?.id ?? 0;
    if (before === undefined || !newest || newest.id <= before) return;
    const fresh = lines.filter(({ id }) => id > before);
    const known = fresh.filter(({ id }) => own.current.has(id));
    const news = known.length < fresh.length;
    // What this person did in a drawer, or beside the grid, can be taken back here too.
    for (const { id, actor, kind, undone } of fresh.toReversed()) {
      if (own.current.has(id) || actor !== user.name || kind === 'undo' || kind === 'redo' || undone)
        continue;
      own.current.add(id);
      set(made(stackNow.current, id));
    }
    if (news) latest.current.again();
  });

  const { programme } = source;
  const shown = useMemo(() => waiting.reduce(arranged, programme), [programme, waiting]);
  return {
    shown,
    pending: busy > 0,
    canUndo: stack.done.length > 0,
    canRedo: stack.undone.length > 0,
    arrange,
    undo: useCallback(() => turn('undo'), [turn]),
    redo: useCallback(() => turn('redo'), [turn]),
  };
}

/** Told the newest lines again and again while the page is seen; a failure is tried again at the next look. */
function useHistoryWatch(conferenceId: string, onLines: (lines: readonly ProgrammeChange[]) => void): void {
  const told = useRef(onLines);
  told.current = onLines;
  useEffect(() => {
    const closing = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      if (!document.hidden) {
        const lines = await editorApi.latest(conferenceId, closing.signal).catch(() => undefined);
        if (closing.signal.aborted) return;
        if (lines) told.current(lines);
      }
      timer = setTimeout(() => void look(), lookEvery);
    };
    void look();
    return () => {
      closing.abort();
      clearTimeout(timer);
    };
  }, [conferenceId]);
}
