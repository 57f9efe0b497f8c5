/** The watch page around the player: title, state, stage; with slides as soon as the venue shows any. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { mediaBase, openPass } from '#contracts/media-urls.ts';
import { VenueFeed } from '../follow/venue-feed.ts';
import { api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { clockTime, useLanguage } from '../ui/i18n.ts';
import { PersonIcon, SlidesIcon } from '../ui/icons.tsx';
import { StateBadge, stateWord } from '../ui/state-badge.tsx';
import { t as shared } from '../ui/texts.ts';
import { mount as show } from './mount.ts';
import type { Player, Snapshot } from './player/player.ts';
import { Agenda, nextTalk } from './slides/agenda.tsx';
import { CapturedSlides } from './slides/captured-slides.tsx';
import { Files } from './slides/files.tsx';
import { SlidesRoom } from './slides/slides-room.tsx';
import { liveSource } from './slides/stage-source.ts';
import { Stage } from './stage.tsx';
import { t } from './texts.ts';
import { TopBar } from './top-bar.tsx';
import './slides/slides.css';

export const mount = (player: Player, venueId: string): void =>
  show(<WatchPage player={player} venueId={venueId} />);

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

/** The venue's data streams, followed from when now.json first tells where they are. */
function useFeed(player: Player, base: string, venueId: string, told: boolean): VenueFeed {
  const feed = useMemo(() => new VenueFeed(base, venueId), [base, venueId]);
  useEffect(() => {
    if (!told) return;
    feed.start((stream) => player.snapshot().now?.events?.[stream]);
    return () => feed.close();
  }, [feed, player, told]);
  return feed;
}

/** Going back before we came needs what happened then. */
function useEarlier(player: Player, feed: VenueFeed, seen: Snapshot): void {
  const clip = seen.now?.tracks.program?.clip ?? seen.now?.tracks.slides?.clip;
  const back = seen.mode === 'shift' || seen.mode === 'replay';
  useEffect(() => {
    const [, id, version] = /^clips\/([^/]+)\/(\d+)\//.exec(clip ?? '') ?? [];
    if (!back || !id) return;
    const look = () => {
      const date = player.date();
      if (date !== undefined && date < feed.stage.from) void feed.reach(id, Number(version));
    };
    look();
    const timer = setInterval(look, 500);
    return () => clearInterval(timer);
  }, [player, feed, clip, back]);
}

function WatchPage({ player, venueId }: { player: Player; venueId: string }) {
  useLanguage();
  const seen = useSyncExternalStore(player.subscribe, player.snapshot);
  const base = mediaBase(openPass, encodeURIComponent(venueId));
  const feed = useFeed(player, base, venueId, seen.now?.events !== undefined);
  const { hall, newest } = useSyncExternalStore(feed.subscribe, feed.snapshot);
  useEarlier(player, feed, seen);
  const source = useMemo(() => liveSource(player, feed, base), [player, feed, base]);
  const title = useTitle(venueId, seen.now !== undefined);
  const state = seen.now?.state;
  useEffect(() => {
    const name = title ?? shared('product.name');
    document.title = state ? `${stateWord(state)} · ${name}` : name;
  });
  const pages = newest.shown.length > 0;
  const captured = !pages && seen.tracks.includes('slides') && seen.tracks.includes('program');
  const { talks } = hall;
  const name = title ?? t('page.untitled');
  return (
    <div className={pages || captured ? 'page page-wide' : 'page'}>
      <TopBar />
      <main>
        {pages || captured ? (
          <SlidesRoom
            player={player}
            seen={seen}
            title={name}
            source={source}
            captured={
              captured ? (
                <CapturedSlides player={player} base={base} seen={seen} stage={feed.stage} />
              ) : undefined
            }
            first={{
              id: 'agenda',
              label: t('tab.agenda'),
              content: () => <Agenda talks={talks} venueId={venueId} />,
            }}
            last={{ id: 'files', label: t('tab.files'), content: () => <Files talks={talks} /> }}
          />
        ) : (
          <Stage player={player} seen={seen} title={name} />
        )}
        <section className="about">
          <div className="about-head">
            <h1>{title ?? t('page.untitled')}</h1>
            {state && <StateBadge state={state} />}
          </div>
          <About seen={seen} />
          <NowTalk talks={talks} />
          {!captured && seen.tracks.length > 1 && <TrackSwitch player={player} seen={seen} />}
        </section>
        {!pages && !captured && talks.length > 0 && (
          <section className="programme">
            <h2>{t('tab.agenda')}</h2>
            <Agenda talks={talks} venueId={venueId} />
            <Files talks={talks} />
          </section>
        )}
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

function NowTalk({ talks }: { talks: Parameters<typeof nextTalk>[0] }) {
  const now = talks.find((talk) => talk.state === 'now');
  const next = nextTalk(talks);
  if (!now && !next) return null;
  return (
    <p className="muted now-talk">
      {now && (
        <span>
          {t('agenda.now')}: {now.title}
        </span>
      )}
      {next && (
        <span>
          {t('agenda.next')}: {next.title}
        </span>
      )}
    </p>
  );
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
