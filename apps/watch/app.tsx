/** The watch page around the player: who may watch, title, state, stage; with slides as soon as the venue shows any. */
import { lazy, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { liveAdmission } from '../access/admission.ts';
import { isOpenLabel, RuleLabel } from '../access/label.tsx';
import type { SittingState } from '../access/sitting-keeper.ts';
import { VenueFeed } from '../follow/venue-feed.ts';
import { api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { clockTime, named, useLanguage } from '../ui/i18n.ts';
import { PersonIcon, SlidesIcon } from '../ui/icons.tsx';
import { SafeHtml } from '../ui/safe-html.tsx';
import { StateBadge, stateWord } from '../ui/state-badge.tsx';
import { t as shared } from '../ui/texts.ts';
import { isEmbed } from './address.ts';
import type { Watching } from './boot.ts';
import { Backdrop, backdropOf } from './gate/backdrop.tsx';
import type { Entry } from './gate/entry.ts';
import { GateNotice } from './gate/gate-notice.tsx';
import { GateScreen } from './gate/gate-screen.tsx';
import { Others } from './gate/others.tsx';
import { PreviewStrip } from './gate/preview-strip.tsx';
import { t as gate } from './gate/texts.ts';
import { useConference, useOthers } from './gate/use-frame.ts';
import { mount as show } from './mount.ts';
import type { Player, Snapshot } from './player/player.ts';
import { isOpen } from './player/source.ts';
import { Agenda, nextTalk } from './slides/agenda.tsx';
import { CapturedSlides } from './slides/captured-slides.tsx';
import { Files } from './slides/files.tsx';
import { SlidesRoom } from './slides/slides-room.tsx';
import { liveSource } from './slides/stage-source.ts';
import { Stage } from './stage.tsx';
import { t } from './texts.ts';
import { TopBar } from './top-bar.tsx';
import './slides/slides.css';

const GatePanel = lazy(() => import('./gate/gate-panel.tsx'));

export const mount = (entry: Entry<Watching>, venueId: string): void =>
  show(<Door entry={entry} venueId={venueId} />);

/** In with a pass, before the gate without one. */
function Door({ entry, venueId }: { entry: Entry<Watching>; venueId: string }) {
  useLanguage();
  const { opened, given } = useSyncExternalStore(entry.subscribe, entry.snapshot);
  const { keeper } = entry;
  const asked = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  if (opened)
    return (
      <WatchPage
        key={opened.base}
        opened={opened}
        entry={entry}
        venueId={venueId}
        asked={asked}
        given={given}
      />
    );
  const { sitting } = asked;
  const admission = sitting && liveAdmission(sitting, undefined);
  return (
    <GateScreen
      sitting={sitting}
      refusal={admission && admission.kind !== 'in' ? admission.refusal : undefined}
      what="venue"
      label={sitting?.labels.live}
      offset={asked.offset}
      onAsk={(takeOver) => keeper.ask(takeOver)}
    >
      <OtherVenues slug={sitting?.conference.slug} venueId={venueId} />
    </GateScreen>
  );
}

function OtherVenues({ slug, venueId }: { slug: string | undefined; venueId: string }) {
  return <Others venues={useOthers(slug, venueId)} />;
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

/** The venue's data streams, followed from when now.json first tells where they are. */
function useFeed({ player, base, pass }: Watching, venueId: string, told: boolean): VenueFeed {
  const feed = useMemo(() => new VenueFeed(base, venueId, pass), [base, venueId, pass]);
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

type WatchPageProps = {
  readonly opened: Watching;
  readonly entry: Entry<Watching>;
  readonly venueId: string;
  readonly asked: SittingState;
  /** The pass was handed over from outside. */
  readonly given: boolean;
};

/** A refusal that is being asked about is not told yet. */
function patient(seen: Snapshot, asking: boolean): Snapshot {
  return asking && seen.link === 'unknownVenue' ? { ...seen, link: 'connecting', now: undefined } : seen;
}

/** Asks anew when another talk is on, and when a preview has begun: only then is its end known. */
function useAskedInTime(entry: Entry<Watching>, talkId: string | undefined, begun: boolean): void {
  const { keeper } = entry;
  useEffect(() => {
    if (keeper.snapshot().sitting && talkId !== undefined) keeper.poke();
  }, [keeper, talkId]);
  useEffect(() => {
    if (begun) keeper.poke();
  }, [keeper, begun]);
}

function WatchPage({ opened, entry, venueId, asked, given }: WatchPageProps) {
  const { player, base } = opened;
  const { keeper } = entry;
  const { sitting, offset } = asked;
  const seen = patient(useSyncExternalStore(player.subscribe, player.snapshot), asked.asking);
  const feed = useFeed(opened, venueId, seen.now?.events !== undefined);
  const { hall, newest } = useSyncExternalStore(feed.subscribe, feed.snapshot);
  useEarlier(player, feed, seen);
  const source = useMemo(() => liveSource(player, feed, base), [player, feed, base]);
  const own = useTitle(venueId, seen.now !== undefined && !sitting);
  const title = sitting?.title ?? own;
  const state = seen.now?.state;
  useEffect(() => {
    const name = title ?? shared('product.name');
    document.title = state ? `${stateWord(state)} · ${name}` : name;
  });
  const onNow = hall.talks.find((talk) => talk.state === 'now')?.id;
  const admission = given ? undefined : sitting && liveAdmission(sitting, onNow);
  const gone = given && seen.link === 'unknownVenue';
  useEffect(() => {
    if (gone) entry.takeBack();
  }, [entry, gone]);
  const open = seen.now !== undefined && isOpen(seen.now);
  // Once it is over, the replay's rules decide, and the server with them.
  const held = admission && admission.kind !== 'in' && open ? admission.refusal : undefined;
  useEffect(() => player.setAdmitted(!held), [player, held]);
  const preview = admission?.kind === 'in' && onPreview(asked, onNow) ? admission : undefined;
  useAskedInTime(entry, onNow, preview?.until === null && seen.playing && seen.everStarted);
  const conference = useConference(sitting?.conference.slug);
  const file = backdropOf(conference, state);
  const backdrop = file === undefined ? undefined : <Backdrop file={file} />;
  const label = sitting?.labels.live;
  const notice = held && (
    <GateNotice
      refusal={held}
      what={onNow === undefined ? 'venue' : 'talk'}
      label={label}
      now={Date.now() + offset}
    />
  );
  const pages = newest.shown.length > 0 && !held;
  const captured = !held && !pages && seen.tracks.includes('slides') && seen.tracks.includes('program');
  const { talks } = hall;
  const name = title ?? t('page.untitled');
  if (isEmbed(location.pathname))
    return (
      <div className="page page-embed">
        <Stage player={player} seen={seen} title={name} gate={notice} backdrop={backdrop} />
        {held && sitting && (
          <Suspense fallback={null}>
            <GatePanel sitting={sitting} refusal={held} onAsk={(takeOver) => keeper.ask(takeOver)} />
          </Suspense>
        )}
      </div>
    );
  return (
    <div className={pages || captured ? 'page page-wide' : 'page'}>
      <TopBar conference={sitting?.conference} />
      <main>
        {pages || captured ? (
          <SlidesRoom
            player={player}
            seen={seen}
            title={name}
            source={source}
            backdrop={backdrop}
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
          <Stage player={player} seen={seen} title={name} gate={notice} backdrop={backdrop} />
        )}
        {preview && label && (
          <PreviewStrip
            until={preview.until}
            offset={offset}
            label={label}
            loggedIn={Boolean(sitting?.person)}
          />
        )}
        <section className="about">
          <div className="about-head">
            <h1>{name}</h1>
            {state && <StateBadge state={state} />}
            {label && !isOpenLabel(label) && <RuleLabel label={label} now={Date.now() + offset} />}
          </div>
          <About seen={seen} />
          <NowTalk talks={talks} />
          {!captured && seen.tracks.length > 1 && <TrackSwitch player={player} seen={seen} />}
        </section>
        {held && sitting && (
          <Suspense fallback={null}>
            <GatePanel sitting={sitting} refusal={held} onAsk={(takeOver) => keeper.ask(takeOver)} />
          </Suspense>
        )}
        {state === 'ended' && sitting && (
          <section className="about thanks">
            {conference?.thanks && <SafeHtml html={conference.thanks} />}
            <a className="r-button" href={`/c/${encodeURIComponent(sitting.conference.slug)}#replays`}>
              {gate('ended.replays')}
            </a>
          </section>
        )}
        <OtherVenues slug={sitting?.conference.slug} venueId={venueId} />
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

/** 试看 of what is on. */
function onPreview({ sitting }: SittingState, talkId: string | undefined): boolean {
  if (!sitting) return false;
  const decision = sitting.talks.find((talk) => talk.id === talkId)?.live ?? sitting.live;
  return decision.allowed && decision.by === 'preview';
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
      {now && <span>{named(t('agenda.now'), now.title)}</span>}
      {next && <span>{named(t('agenda.next'), next.title)}</span>}
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
