/** The speaker's own deck, uploaded by the link: a file, or pictures in the order of their names; it becomes the next version. */
import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { type UploadProgress, uploadDeck } from '../ui/deck-upload.ts';
import { t } from './texts.ts';

const accept = '.pptx,.ppt,.ppsx,.odp,.pdf,.png,.jpg,.jpeg,.webp';
const byName = (a: File, b: File): number => a.name.localeCompare(b.name, undefined, { numeric: true });

export function DeckUpload({
  talk,
  again,
  onDone,
}: {
  readonly talk: string;
  /** There is a deck already. */
  readonly again: boolean;
  readonly onDone: () => void;
}) {
  const [progress, setProgress] = useState<UploadProgress>();
  const [problem, setProblem] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const start = async (files: readonly File[]) => {
    if (files.length === 0) return;
    const controller = new AbortController();
    running.current = controller;
    setProblem('');
    setProgress({ percent: 0, paused: false });
    try {
      await uploadDeck(talk, files, controller.signal, setProgress);
      onDone();
    } catch (error) {
      if (!controller.signal.aborted)
        setProblem(
          error instanceof ApiError
            ? [error.message, error.detail].filter(Boolean).join(' · ')
            : String(error),
        );
    }
    setProgress(undefined);
    if (input.current) input.current.value = '';
  };
  return (
    <div className="p-upload">
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={accept}
        aria-label={t('deck.choose')}
        onChange={(event) => void start([...(event.target.files ?? [])].sort(byName))}
      />
      {progress ? (
        <>
          <progress max={100} value={progress.percent} aria-label={t('deck.choose')} />
          <span role="status">
            {t(progress.paused ? 'deck.paused' : 'deck.uploading', { percent: progress.percent })}
          </span>
          <Button onClick={() => running.current?.abort()}>{t('deck.cancel')}</Button>
        </>
      ) : (
        <Button onClick={() => input.current?.click()}>{t(again ? 'deck.again' : 'deck.choose')}</Button>
      )}
      {problem !== '' && <p role="alert">{problem}</p>}
    </div>
  );
}
