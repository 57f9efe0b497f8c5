/** The venue's talks: what is on, what comes next, cutting to it by one button or key, and its undo. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { VenueState } from '#contracts/now.ts';
import type { Talk } from '#contracts/talk.ts';
import { Button } from '../../ui/button.tsx';
import { errorText } from '../api.ts';
import { dateText } from '../format.ts';
import { type PollPace, usePoll } from '../poll.ts';
import { TalkDeck } from './deck.tsx';
import { PresenterLinks } from './presenter-links.tsx';
import { programmeApi } from './programme-api.ts';
import { TalkDialog } from './talk-dialog.tsx';
import { t } from './texts.ts';

const pace: PollPace = { base: 3000, hidden: 15_000 };
/** "It was N seconds ago". */
const agoChoices = [0, 10, 20, 30, 60, 120];

/** `04-16 14:05` in the reader's zone. */
const plannedText = ({ plannedStart }: Talk): string =>
  plannedStart === null ? '' : dateText(plannedStart).slice(5);

type Said = { readonly text: string; readonly bad: boolean };

export function Talks({
  venueId,
  state,
  onCut,
}: {
  venueId: string;
  state: VenueState | undefined;
  onCut(): void;
}) {
  const ask = useCallback((signal: AbortSignal) => programmeApi.talks(venueId, signal), [venueId]);
  const talks = usePoll(ask, pace);
  const [editing, setEditing] = useState<Talk | 'new'>();
  const [open, setOpen] = useState<string>();
  const [ago, setAgo] = useState(0);
  const [said, setSaid] = useState<Said>();
  const [busy, setBusy] = useState(false);

  const list = [...(talks.data ?? [])].sort((a, b) => a.position - b.position);
  const now = list.find((talk) => talk.state === 'now');
  const next =
    list.find((talk) => talk.state === 'planned' && talk.position > (now?.position ?? -1)) ??
    list.find((talk) => talk.state === 'planned');
  const onAir = state === 'live' || state === 'away' || state === 'break';

  const act = async (doing: () => Promise<unknown>, text: string) => {
    setBusy(true);
    try {
      await doing();
      setSaid({ text, bad: false });
      setAgo(0);
      onCut();
    } catch (error) {
      setSaid({ text: errorText(error), bad: true });
    }
    setBusy(false);
    talks.refresh();
  };
  const cut = () => {
    if (next && onAir && !busy)
      void act(() => programmeApi.nextTalk(venueId, ago), t('talks.done', { title: next.title }));
  };
  const key = useRef(cut);
  key.current = cut;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement && event.target.closest('input, select, textarea, dialog');
      if (
        event.shiftKey &&
        event.code === 'KeyN' &&
        !event.ctrlKey &&
        !event.metaKey &&
        !event.altKey &&
        !typing
      )
        key.current();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);

  const move = (i: number, by: -1 | 1) => {
    const ids = list.map(({ id }) => id);
    const [moved] = ids.splice(i, 1);
    if (moved === undefined) return;
    ids.splice(i + by, 0, moved);
    void programmeApi
      .order(venueId, ids)
      .then(talks.refresh, (error: unknown) => setSaid({ text: errorText(error), bad: true }));
  };

  return (
    <section className="card" aria-labelledby="talks-title">
      <div className="card-head">
        <h2 id="talks-title">{t('talks.title')}</h2>
        <Button className="push-right" onClick={() => setEditing('new')}>
          {t('talks.add')}
        </Button>
      </div>
      {talks.error !== undefined && (
        <p className="problem" role="alert">
          {t('talks.failed')} · {errorText(talks.error)}
        </p>
      )}
      {talks.data && list.length === 0 && <p className="muted">{t('talks.none')}</p>}
      {list.length > 0 && (
        <div className="cut-bar">
          <Button kind="primary" size="large" disabled={!next || !onAir || busy} onClick={cut}>
            {t('talks.next')} <small>{t('talks.nextKey')}</small>
          </Button>
          <label className="cut-ago">
            <span>{t('talks.ago')}</span>
            <select value={ago} onChange={(event) => setAgo(Number(event.target.value))}>
              {agoChoices.map((seconds) => (
                <option key={seconds} value={seconds}>
                  {seconds === 0 ? t('talks.ago.0') : t('talks.ago.n', { seconds })}
                </option>
              ))}
            </select>
          </label>
          <div className="button-row">
            <Button
              disabled={!now || busy}
              onClick={() => void act(() => programmeApi.endTalk(venueId, ago), t('talks.ended'))}
            >
              {t('talks.end')}
            </Button>
            <Button
              disabled={busy || !list.some((talk) => talk.state === 'now' || talk.state === 'done')}
              onClick={() => void act(() => programmeApi.undoCut(venueId), t('talks.undone'))}
            >
              {t('talks.undo')}
            </Button>
          </div>
          <p className={said?.bad ? 'problem' : 'hint'} role="status">
            {said?.text ??
              (!onAir
                ? t('talks.notLive')
                : next
                  ? t('talks.nextIs', { title: next.title })
                  : t('talks.noNext'))}
          </p>
        </div>
      )}
      <ol className="talk-list">
        {list.map((talk, i) => (
          <li key={talk.id} data-state={talk.state}>
            <div className="talk-row">
              <span
                className={
                  talk.state === 'now' ? 'tag tag-bad' : talk.state === 'done' ? 'tag tag-good' : 'tag'
                }
              >
                {t(`state.${talk.state}`)}
              </span>
              <button
                type="button"
                className="talk-name"
                aria-expanded={open === talk.id}
                onClick={() => setOpen(open === talk.id ? undefined : talk.id)}
              >
                <strong>{talk.title}</strong>
                <span className="muted">
                  {[plannedText(talk), talk.speakers.map(({ name }) => name).join(' ')]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </button>
              <span className="button-row">
                <Button
                  aria-label={t('talks.up', { title: talk.title })}
                  disabled={i === 0}
                  onClick={() => move(i, -1)}
                >
                  ↑
                </Button>
                <Button
                  aria-label={t('talks.down', { title: talk.title })}
                  disabled={i === list.length - 1}
                  onClick={() => move(i, 1)}
                >
                  ↓
                </Button>
                <Button aria-label={`${t('talks.edit')} · ${talk.title}`} onClick={() => setEditing(talk)}>
                  {t('talks.edit')}
                </Button>
              </span>
            </div>
            {(open === talk.id || talk.state === 'now') && (
              <div className="talk-more">
                <TalkDeck talk={talk} onChange={talks.refresh} />
                <PresenterLinks talk={talk} />
              </div>
            )}
          </li>
        ))}
      </ol>
      {editing !== undefined && (
        <TalkDialog
          venueId={venueId}
          talk={editing === 'new' ? undefined : editing}
          onClose={() => {
            setEditing(undefined);
            talks.refresh();
          }}
        />
      )}
    </section>
  );
}
