/** The upload of a deck as a form shows it: a file, or pictures in the order of their names. Ends when the form goes. */
import { useEffect, useRef, useState } from 'react';
import { type UploadProgress, uploadDeck } from './deck-upload.ts';

/** Of the file field. */
export const deckFiles = '.pptx,.ppt,.ppsx,.pps,.odp,.pdf,.png,.jpg,.jpeg,.webp';

const byName = (a: File, b: File): number => a.name.localeCompare(b.name, undefined, { numeric: true });

export type DeckUploading = {
  /** Undefined while nothing is uploaded. */
  readonly progress: UploadProgress | undefined;
  /** Why the last one did not end well; '' otherwise. */
  readonly problem: string;
  /** Takes the field's files and empties it, so that the same may be chosen again. */
  start(input: HTMLInputElement): void;
  cancel(): void;
};

export function useDeckUpload(
  talk: string,
  errorText: (error: unknown) => string,
  onDone: () => void,
): DeckUploading {
  const [progress, setProgress] = useState<UploadProgress>();
  const [problem, setProblem] = useState('');
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const upload = async (input: HTMLInputElement, files: readonly File[]) => {
    const controller = new AbortController();
    running.current = controller;
    setProblem('');
    setProgress({ percent: 0, paused: false });
    try {
      await uploadDeck(talk, files, controller.signal, setProgress);
      onDone();
    } catch (error) {
      if (!controller.signal.aborted) setProblem(errorText(error));
    }
    setProgress(undefined);
    input.value = '';
  };
  return {
    ...{ progress, problem },
    start: (input) => {
      const files = [...(input.files ?? [])].sort(byName);
      if (files.length > 0) void upload(input, files);
    },
    cancel: () => running.current?.abort(),
  };
}
