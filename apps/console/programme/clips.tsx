/** Replays of the venue: watch, hide, trim with a preview, join, delete. */
import { useCallback, useState } from 'react';
import type { Clip } from '#contracts/clip.ts';
import { Button } from '../../ui/button.tsx';
import { errorText } from '../api.ts';
import { Confirm } from '../dialog.tsx';
import { runningTime } from '../format.ts';
import { type PollPace, usePoll } from '../poll.ts';
import { ClipTrim } from './clip-trim.tsx';
import { programmeApi } from './programme-api.ts';
import { t } from './texts.ts';

const pace: PollPace = { base: 4000, hidden: 20_000 };

/** Seconds; an open end counts up to now. */
const lengthOf = ({ ranges }: Clip): number =>
  ranges.reduce((sum, { from, to }) => sum + ((to ?? Date.now()) - from) / 1000, 0);

export function Clips({ venueId }: { venueId: string }) {
  const ask = useCallback((signal: AbortSignal) => programmeApi.clips(venueId, signal), [venueId]);
  const clips = usePoll(ask, pace);
  const [trimming, setTrimming] = useState<Clip>();
  const [deleting, setDeleting] = useState<Clip>();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [title, setTitle] = useState('');
  const [problem, setProblem] = useState('');
  const list = [...(clips.data ?? [])].sort((a, b) => b.createdAt - a.createdAt);
  const run = async (doing: () => Promise<unknown>) => {
    setProblem('');
    try {
      await doing();
    } catch (error) {
      setProblem(errorText(error));
    }
    clips.refresh();
  };
  const join = () => {
    // Joined in the order of the timeline, whatever the order of clicking.
    const ids = [...list].reverse().flatMap(({ id }) => (chosen.includes(id) ? [id] : []));
    void run(async () => {
      await programmeApi.joinClips(ids, title.trim());
      setChosen([]);
      setTitle('');
    });
  };
  return (
    <section className="card" aria-labelledby="clips-title">
      <h2 id="clips-title">{t('clips.title')}</h2>
      {clips.error !== undefined && (
        <p className="problem" role="alert">
          {t('clips.failed')} · {errorText(clips.error)}
        </p>
      )}
      {clips.data && list.length === 0 && <p className="muted">{t('clips.none')}</p>}
      <ul className="run-list">
        {list.map((clip) => (
          <li key={clip.id}>
            <label className="clip-words">
              <input
                type="checkbox"
                aria-label={t('clips.select', { title: clip.title })}
                checked={chosen.includes(clip.id)}
                onChange={(event) =>
                  setChosen(
                    event.target.checked ? [...chosen, clip.id] : chosen.filter((id) => id !== clip.id),
                  )
                }
              />
              <span className="run-words">
                <strong>{clip.title}</strong>
                {clip.state === 'hidden' && <span className="tag">{t('clips.hidden')}</span>}
                <span className="muted digits">
                  {t('clips.version', { version: clip.version, duration: runningTime(lengthOf(clip)) })}
                </span>
              </span>
            </label>
            <span className="button-row">
              {clip.state === 'published' && (
                <a
                  className="r-button r-button-plain"
                  href={`/replay/${encodeURIComponent(venueId)}/${encodeURIComponent(clip.id)}`}
                  target="_blank"
                  rel="noreferrer"
                  aria-label={`${t('clips.watch')} · ${clip.title}`}
                >
                  {t('clips.watch')}
                </a>
              )}
              <Button
                aria-label={`${t(clip.state === 'hidden' ? 'clips.show' : 'clips.hide')} · ${clip.title}`}
                onClick={() =>
                  void run(() =>
                    programmeApi.updateClip(clip.id, {
                      state: clip.state === 'hidden' ? 'published' : 'hidden',
                    }),
                  )
                }
              >
                {t(clip.state === 'hidden' ? 'clips.show' : 'clips.hide')}
              </Button>
              <Button aria-label={`${t('clips.trim')} · ${clip.title}`} onClick={() => setTrimming(clip)}>
                {t('clips.trim')}
              </Button>
              <Button
                className="danger-line"
                aria-label={`${t('clips.delete')} · ${clip.title}`}
                onClick={() => setDeleting(clip)}
              >
                {t('clips.delete')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {chosen.length > 1 && (
        <div className="clip-join">
          <label>
            {t('clips.joinName')}
            <input value={title} maxLength={300} onChange={(event) => setTitle(event.target.value)} />
          </label>
          <Button kind="primary" disabled={title.trim() === ''} onClick={join}>
            {t('clips.join')}
          </Button>
        </div>
      )}
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {trimming && (
        <ClipTrim
          clip={trimming}
          onClose={() => {
            setTrimming(undefined);
            clips.refresh();
          }}
        />
      )}
      {deleting && (
        <Confirm
          title={t('clips.delete')}
          body={t('clips.deleteBody', { title: deleting.title })}
          confirm={t('clips.delete')}
          act={async () => {
            await programmeApi.deleteClip(deleting.id);
            clips.refresh();
          }}
          onClose={() => setDeleting(undefined)}
        />
      )}
    </section>
  );
}
