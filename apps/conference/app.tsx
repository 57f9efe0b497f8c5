/** The conference's page: frame, then what it has by now: countdown, venues, programme, speakers, replays. */
import {
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import type { PublicConference } from '#contracts/conference.ts';
import { Button } from '../ui/button.tsx';
import { language, useLanguage } from '../ui/i18n.ts';
import { SafeHtml } from '../ui/safe-html.tsx';
import { t as shared } from '../ui/texts.ts';
import { AboutTab, Sponsors } from './about-tab.tsx';
import { type Tab, tabOf, tabs } from './address.ts';
import { brandStyle } from './brand.ts';
import { Hero } from './hero.tsx';
import { type FeedState, followWhileSeen, type ProgrammeFeed } from './programme-feed.ts';
import { ProgrammeTab } from './programme-tab.tsx';
import { hasBegun, type Phase, phaseOf } from './programme-view.ts';
import { RemindingProvider } from './reminding.tsx';
import { ReplaysTab } from './replays-tab.tsx';
import { SpeakersTab } from './speakers-tab.tsx';
import { Support } from './support.tsx';
import { t } from './texts.ts';
import { TopBar } from './top-bar.tsx';
import { useConference, useMe } from './use-conference.ts';
import { useNow } from './use-now.ts';
import { VenueCards } from './venue-cards.tsx';

const Register = lazy(() =>
  import('./register/register.tsx').then((module) => ({ default: module.Register })),
);

/** Ms: now-marks, pictures and the phase are looked at so often; changes of the programme come by themselves. */
const beat = 10_000;

export type AppProps = {
  readonly slug: string;
  readonly base: string;
  readonly register: boolean;
  makeFeed(): ProgrammeFeed;
};

export const titleOf = (conference: Pick<PublicConference, 'titleZh' | 'titleEn'>): string =>
  language() === 'en' ? conference.titleEn || conference.titleZh : conference.titleZh;

/** One feed for as long as the page is shown. */
function useProgramme(make: () => ProgrammeFeed, on: boolean): [FeedState, () => number] {
  const [feed, setFeed] = useState(make);
  const state = useSyncExternalStore(feed.subscribe, feed.snapshot);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a feed lives from mount to unmount.
  useEffect(() => {
    if (!on) return;
    const own = make();
    setFeed(own);
    return followWhileSeen(own);
  }, [on]);
  return [state, feed.now];
}

export function App({ slug, base, register, makeFeed }: AppProps) {
  useLanguage();
  const [asked, again] = useConference(base);
  const me = useMe();
  const [{ programme, link }, clock] = useProgramme(makeFeed, !register);
  const conference = asked.kind === 'is' ? asked.value : undefined;
  useEffect(() => {
    document.title = conference
      ? `${titleOf(conference)}${register ? ` · ${t('register.title')}` : ''}`
      : shared('product.name');
  });
  if (asked.kind === 'notFound')
    return (
      <Message title={t('page.notFound.title')} text={t('page.notFound.text')}>
        <a href="/">{t('page.notFound.others')}</a>
      </Message>
    );
  if (asked.kind === 'failed')
    return (
      <Message title={t('page.failed.title')} text={asked.message}>
        <Button kind="primary" onClick={again}>
          {shared('action.retry')}
        </Button>
      </Message>
    );
  if (!conference) return <Skeleton />;
  return (
    <div className="page" style={brandStyle(conference.colour) as React.CSSProperties}>
      <TopBar conference={conference} me={me} slug={slug} inside={register} />
      {conference.state === 'draft' && <p className="strip">{t('page.draft')}</p>}
      {link === 'lost' && (
        <p className="strip strip-wrong" role="status">
          {t('page.lost')}
        </p>
      )}
      {register ? (
        <main>
          <Suspense fallback={<SkeletonLines />}>
            <Register base={base} conference={conference} me={me} />
          </Suspense>
          <Support support={conference.support} />
        </main>
      ) : (
        <RemindingProvider
          base={base}
          loggedIn={!!me}
          begun={programme !== undefined && hasBegun(conference, programme, clock())}
        >
          <Home conference={conference} programme={programme} clock={clock} base={base} me={me} />
        </RemindingProvider>
      )}
    </div>
  );
}

type HomeProps = {
  readonly conference: PublicConference;
  readonly programme: FeedState['programme'];
  readonly clock: () => number;
  readonly base: string;
  readonly me: ReturnType<typeof useMe>;
};

function Home({ conference, programme, clock, base, me }: HomeProps) {
  const now = useNow(clock, beat);
  const phase = phaseOf(conference, programme, now);
  const [tab, choose] = useTab(phase);
  const zone = conference.timeZone;
  return (
    <main>
      <Hero
        conference={conference}
        programme={programme}
        phase={phase}
        clock={clock}
        base={base}
        me={me}
        onTab={choose}
      />
      {phase === 'after' && (
        <section className="panel thanks">
          <h2>{t('thanks.title')}</h2>
          {conference.thanks && <SafeHtml html={conference.thanks} />}
        </section>
      )}
      {programme && phase !== 'after' && <VenueCards programme={programme} zone={zone} now={now} />}
      <section className="panel">
        <Tabs tab={tab} onChoose={choose} />
        <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} className="tab-panel">
          {tab === 'about' ? (
            <AboutTab conference={conference} />
          ) : !programme ? (
            <SkeletonLines />
          ) : tab === 'programme' ? (
            <ProgrammeTab programme={programme} zone={zone} base={base} now={now} />
          ) : tab === 'speakers' ? (
            <SpeakersTab programme={programme} zone={zone} />
          ) : (
            <ReplaysTab programme={programme} zone={zone} />
          )}
        </div>
      </section>
      {tab !== 'about' && conference.sponsors.length > 0 && (
        <section className="panel">
          <Sponsors sponsors={conference.sponsors} />
        </section>
      )}
      <Support support={conference.support} />
    </main>
  );
}

/** The tab of the address; afterwards the replays are what people come for. */
function useTab(phase: Phase): [Tab, (tab: Tab) => void] {
  const [asked, setAsked] = useState(() => tabOf(location.hash));
  useEffect(() => {
    const look = () => setAsked(tabOf(location.hash));
    window.addEventListener('hashchange', look);
    return () => window.removeEventListener('hashchange', look);
  }, []);
  // Who came for the replays should see them, not the head of the page above them.
  useEffect(() => {
    const tab = tabOf(location.hash);
    if (tab) document.getElementById(`tab-${tab}`)?.closest('.panel')?.scrollIntoView();
  }, []);
  const choose = useCallback((tab: Tab) => {
    setAsked(tab);
    history.replaceState(history.state, '', `#${tab}`);
    document.getElementById(`tab-${tab}`)?.scrollIntoView({ block: 'nearest' });
  }, []);
  return [asked ?? (phase === 'after' ? 'replays' : 'programme'), choose];
}

function Tabs({ tab, onChoose }: { tab: Tab; onChoose(tab: Tab): void }) {
  const onKey = (event: React.KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    if (!next) return;
    onChoose(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={t('tabs.label')} onKeyDown={onKey}>
      {tabs.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          id={`tab-${one}`}
          aria-selected={one === tab}
          aria-controls={one === tab ? `panel-${one}` : undefined}
          tabIndex={one === tab ? 0 : -1}
          onClick={() => onChoose(one)}
        >
          {t(`tab.${one}`)}
        </button>
      ))}
    </div>
  );
}

function Message({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <main className="message">
      <h1>{title}</h1>
      <p>{text}</p>
      {children}
    </main>
  );
}

function Skeleton() {
  return (
    <main className="skeleton">
      <p className="r-hidden" role="status">
        {t('page.loading')}
      </p>
      <div className="skeleton-hero" />
      <SkeletonLines />
    </main>
  );
}

export function SkeletonLines() {
  return (
    <div className="skeleton-lines" aria-hidden="true">
      <i />
      <i />
      <i />
      <i />
    </div>
  );
}
