/** The speaker's own deck, uploaded by the link: a file, or pictures in the order of their names; it becomes the next version. */
import { useRef } from 'react';
import { ApiError } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { deckFiles, useDeckUpload } from '../ui/use-deck-upload.ts';
import { t } from './texts.ts';

const problemText = (error: unknown): string =>
  error instanceof ApiError ? [error.message, error.detail].filter(Boolean).join(' · ') : String(error);

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
  const { progress, problem, start, cancel } = useDeckUpload(talk, problemText, onDone);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="p-upload">
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={deckFiles}
        aria-label={t('deck.choose')}
        onChange={(event) => start(event.target)}
      />
      {progress ? (
        <>
          <progress max={100} value={progress.percent} aria-label={t('deck.choose')} />
          <span role="status">
            {t(progress.paused ? 'deck.paused' : 'deck.uploading', { percent: progress.percent })}
          </span>
          <Button onClick={cancel}>{t('deck.cancel')}</Button>
        </>
      ) : (
        <Button onClick={() => input.current?.click()}>{t(again ? 'deck.again' : 'deck.choose')}</Button>
      )}
      {problem !== '' && <p role="alert">{problem}</p>}
    </div>
  );
}
