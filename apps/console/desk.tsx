/** The desk of one venue: its state, what comes in, what viewers see, and everything that can be done about it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { ActionBar } from './action-bar.tsx';
import { api, errorText } from './api.ts';
import { DelayCard } from './delay-card.tsx';
import { HealthTable } from './health-table.tsx';
import { Incoming } from './incoming.tsx';
import { Outgoing } from './outgoing.tsx';
import { usePageSign } from './page-sign.ts';
import { type PollPace, statusPace, systemPace, usePoll } from './poll.ts';
import { Clips } from './programme/clips.tsx';
import { Talks } from './programme/talks.tsx';
import { PushAddresses } from './push-addresses.tsx';
import { RenditionCard } from './rendition-card.tsx';
import { conferencePath, homePath, navigate } from './router.ts';
import { Runs } from './runs.tsx';
import { useExpiry } from './session.ts';
import { SettingsCard } from './settings-card.tsx';
import { LostBanner, PageHead, SystemBanners } from './shell.tsx';
import { StateBar } from './state-bar.tsx';
import { t } from './texts.ts';
import { Warnings } from './warnings.tsx';

/** Settings and keys change rarely, and mostly here; someone else's change still shows within half a minute. */
const venuePace: PollPace = { base: 30_000, hidden: 60_000 };

export function Desk({ id }: { id: string }) {
  const askStatus = useCallback((signal: AbortSignal) => api.status(id, signal), [id]);
  const askVenue = useCallback((signal: AbortSignal) => api.venue(id, signal), [id]);
  const askRuns = useCallback((signal: AbortSignal) => api.runs(id, signal), [id]);
  const status = usePoll(askStatus, statusPace);
  const venue = usePoll(askVenue, venuePace);
  const runs = usePoll(askRuns, venuePace);
  const system = usePoll(api.system, systemPace);
  useExpiry(status.error);

  const missing = status.error instanceof ApiError && status.error.status === 404;
  const title = status.data?.title ?? venue.data?.title ?? '';
  const lost = status.lost;
  usePageSign(missing ? 'none' : lost ? 'lost' : (status.data?.state ?? 'none'), title || t('venues.title'));

  const refreshRuns = useRef(runs.refresh);
  refreshRuns.current = runs.refresh;
  const { state, run } = status.data ?? {};
  useEffect(() => {
    if (state) refreshRuns.current();
  }, [state]);

  const keysChanged = () => {
    status.refresh();
    venue.refresh();
  };

  if (missing) return <Missing error={status.error} />;
  return (
    <>
      <PageHead back={venue.data ? conferencePath(venue.data.conferenceId, 'venues') : homePath}>
        <h1 className="venue-title">{title}</h1>
      </PageHead>
      <div className="desk-top">
        <StateBar status={status.data} lost={lost} age={status.age} />
        <ActionBar id={id} status={status.data} onDone={status.refresh} />
      </div>
      <main id="main" className="page desk">
        <SystemBanners system={system.data} />
        {lost && <LostBanner age={status.age} error={status.error} />}
        {!status.data && <p className="muted">{lost ? errorText(status.error) : t('link.never')}</p>}
        {status.data && (
          <div className={lost ? 'desk-pictures old' : 'desk-pictures'}>
            <Incoming status={status.data} lost={lost} />
            <Outgoing status={status.data} watchUrl={venue.data?.watchUrl} lost={lost} />
          </div>
        )}
        <div className="desk-columns">
          <div className="stack">
            <Talks venueId={id} state={state} onCut={status.refresh} />
            {venue.data && status.data && (
              <PushAddresses venue={venue.data} status={status.data} lost={lost} onChange={keysChanged} />
            )}
            <Clips venueId={id} />
            <Runs
              venueId={id}
              runs={runs.data}
              error={runs.error}
              current={run ?? null}
              state={state}
              onChange={runs.refresh}
            />
          </div>
          <div className="stack">
            {/* Beside the programme, not below it: seen without scrolling, and a new one moves no button under a finger. */}
            {status.data && <Warnings status={status.data} lost={lost} />}
            {status.data && <HealthTable status={status.data} lost={lost} />}
            {status.data && <DelayCard status={status.data} onSet={status.refresh} />}
            {status.data && <RenditionCard status={status.data} lost={lost} />}
            {venue.data && <SettingsCard venue={venue.data} state={state} onSaved={venue.refresh} />}
          </div>
        </div>
      </main>
    </>
  );
}

function Missing({ error }: { error: unknown }) {
  const [text] = useState(() => errorText(error));
  return (
    <>
      <PageHead />
      <main className="page-note" id="main">
        <h1>{text}</h1>
        <p>{t('app.notFoundHint')}</p>
        <Button kind="primary" onClick={() => navigate(homePath)}>
          {t('app.home')}
        </Button>
      </main>
    </>
  );
}
