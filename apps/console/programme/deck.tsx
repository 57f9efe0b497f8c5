/** A talk's deck: upload with progress, conversion by page, what was lost and which fonts were replaced. */
import { useCallback, useRef, useState } from 'react';
import type { Deck } from '#contracts/deck.ts';
import { errors } from '#contracts/errors.ts';
import type { Talk } from '#contracts/talk.ts';
import { Button } from '../../ui/button.tsx';
import { language } from '../../ui/i18n.ts';
import { deckFiles, useDeckUpload } from '../../ui/use-deck-upload.ts';
import { errorText } from '../api.ts';
import { Confirm } from '../dialog.tsx';
import { type PollPace, usePoll } from '../poll.ts';
import { programmeApi } from './programme-api.ts';
import { t } from './texts.ts';

const pace: PollPace = { base: 2000, hidden: 10_000 };

export function TalkDeck({ talk, onChange }: { talk: Talk; onChange(): void }) {
  const { progress, problem, start, cancel } = useDeckUpload(talk.id, errorText, onChange);
  const [deleting, setDeleting] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const { deck } = talk;
  return (
    <div className="talk-deck">
      <h3>{t('deck.title')}</h3>
      {deck ? <DeckReport key={deck.id} deck={deck} /> : <p className="muted">{t('deck.none')}</p>}
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={deckFiles}
        aria-label={`${t('deck.choose')} · ${talk.title}`}
        onChange={(event) => start(event.target)}
      />
      {progress ? (
        <div className="upload">
          <progress max={100} value={progress.percent} aria-label={t('deck.choose')} />
          <span role="status">
            {t(progress.paused ? 'deck.paused' : 'deck.uploading', { percent: progress.percent })}
          </span>
          <Button onClick={cancel}>{t('deck.cancel')}</Button>
        </div>
      ) : (
        <div className="button-row">
          <Button onClick={() => input.current?.click()}>{t(deck ? 'deck.again' : 'deck.choose')}</Button>
          {deck && (
            <Button className="danger-line" onClick={() => setDeleting(true)}>
              {t('deck.delete')}
            </Button>
          )}
        </div>
      )}
      <p className="hint">{t('deck.kinds')}</p>
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {deck && deleting && (
        <Confirm
          title={t('deck.delete')}
          body={t('deck.deleteBody', { name: deck.name, version: deck.version })}
          confirm={t('deck.delete')}
          act={async () => {
            await programmeApi.deleteDeck(deck.id);
            onChange();
          }}
          onClose={() => setDeleting(false)}
        />
      )}
    </div>
  );
}

function DeckReport({ deck }: { deck: NonNullable<Talk['deck']> }) {
  const ask = useCallback((signal: AbortSignal) => programmeApi.deck(deck.id, signal), [deck.id]);
  const { data } = usePoll(ask, pace);
  const full: Deck | undefined = data;
  const state = full?.state ?? deck.state;
  return (
    <>
      <p>
        <strong>{deck.name}</strong>{' '}
        <span className={state === 'failed' ? 'bad' : 'muted'} role="status">
          {state === 'ready' &&
            t('deck.ready', { pages: full?.pages.length ?? deck.pages, version: deck.version })}
          {state === 'waiting' && t('deck.waiting')}
          {state === 'converting' &&
            t('deck.converting', { done: full?.done ?? 0, total: full?.total || '…' })}
          {state === 'failed' && t('deck.failed', { why: reason(full) })}
        </span>
      </p>
      {state === 'converting' && full && full.total > 0 && (
        <progress max={full.total} value={full.done} aria-label={t('deck.title')} />
      )}
      {state === 'ready' && full && <Report deck={full} />}
    </>
  );
}

function reason(deck: Deck | undefined): string {
  const code = deck?.error?.code;
  if (!code || !(code in errors)) return deck?.error?.detail ?? '';
  const entry = errors[code as keyof typeof errors];
  return [language() === 'en' ? entry.en : entry.zh, deck?.error?.detail].filter(Boolean).join(' ');
}

function Report({ deck }: { deck: Deck }) {
  const replaced = deck.fonts.filter(({ substitute }) => substitute !== null);
  return (
    <details>
      <summary>{t('deck.details')}</summary>
      {deck.losses.length === 0 && replaced.length === 0 && <p className="muted">{t('deck.clean')}</p>}
      {deck.losses.length > 0 && (
        <>
          <h4>{t('deck.losses')}</h4>
          <ul>
            {deck.losses.map(({ page, what }) => (
              <li key={`${page} ${what}`}>
                {page === null ? what : t('deck.lossPage', { page: page + 1, what })}
              </li>
            ))}
          </ul>
        </>
      )}
      {replaced.length > 0 && (
        <>
          <h4>{t('deck.fonts')}</h4>
          <ul>
            {replaced.map(({ name, substitute }) => (
              <li key={name}>{t('deck.font', { name, substitute: substitute ?? '' })}</li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}
