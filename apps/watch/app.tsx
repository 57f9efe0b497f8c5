/** The watch page around the player: title, state, stage. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { clockTime, language, setLanguage, useLanguage } from '../ui/i18n.ts';
import { PersonIcon, SlidesIcon } from '../ui/icons.tsx';
import { StateBadge, stateWord } from '../ui/state-badge.tsx';
import { t as shared } from '../ui/texts.ts';
import type { Player, Snapshot } from './player/player.ts';
import { Stage } from './stage.tsx';
import { t } from './texts.ts';

export function mount(player: Player, venueId: string): void {
  const start = () => {
    const root = document.getElementById('root');
    if (root) createRoot(root).render(<WatchPage player={player} venueId={venueId} />);
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start, { once: true });
  else start();
}

/** The venue's name, asked once the venue is known; without it the page works all the same. */
function useTitle(venueId: string, known: boolean): string | undefined {
  const [title, setTitle] = useState<string>();
  useEffect(() => {
    if (!known) return;
    const leaving = new AbortController();
    api<{ title: string }>(`/api/v1/public/venues/${encodeURIComponent(venueId)}`, { signal: leaving.signal })
      .then((venue) => setTitle(venue.title))
      .catch(() => {}); // The page goes on with its general name.
    return () => leaving.abort();
  }, [venueId, known]);
  return title;
}

function WatchPage({ player, venueId }: { player: Player; venueId: string }) {
  useLanguage();
  const seen = useSyncExternalStore(player.subscribe, player.snapshot);
  const title = useTitle(venueId, seen.now !== undefined);
  const state = seen.now?.state;
  useEffect(() => {
    const name = title ?? shared('product.name');
    document.title = state ? `${stateWord(state)} · ${name}` : name;
  });
  return (
    <div className="page">
      <header className="top">
        <span className="brand">{shared('product.name')}</span>
        <Button
          className="language"
          title={shared('language.label')}
          lang={language() === 'zh-CN' ? 'en' : 'zh-CN'}
          onClick={() => setLanguage(language() === 'zh-CN' ? 'en' : 'zh-CN')}
        >
          {shared('language.switch')}
        </Button>
      </header>
      <main>
        <Stage player={player} seen={seen} title={title ?? t('page.untitled')} />
        <section className="about">
          <div className="about-head">
            <h1>{title ?? t('page.untitled')}</h1>
            {state && <StateBadge state={state} />}
          </div>
          <About seen={seen} />
          {seen.tracks.length > 1 && <TrackSwitch player={player} seen={seen} />}
        </section>
      </main>
    </div>
  );
}

function About({ seen }: { seen: Snapshot }) {
  const start = seen.now?.runStart;
  if (seen.mode === 'replay') return <p className="muted">{t('about.replay')}</p>;
  if (!start || seen.now?.state === 'off') return null;
  return <p className="muted">{t('about.started', { time: clockTime(start).slice(0, 5) })}</p>;
}

function TrackSwitch({ player, seen }: { player: Player; seen: Snapshot }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset asks for a visible legend; these are two plain buttons.
    <div className="tracks" role="group" aria-label={t('track.switch')}>
      {seen.tracks.map((track) => (
        <Button
          key={track}
          kind={track === seen.track ? 'primary' : 'plain'}
          aria-pressed={track === seen.track}
          icon={track === 'slides' ? <SlidesIcon /> : <PersonIcon />}
          onClick={() => player.setTrack(track)}
        >
          {t(`track.${track}`)}
        </Button>
      ))}
    </div>
  );
}
