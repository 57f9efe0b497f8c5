/** Cover, titles, dates, place, and what to do now. */
import { lazy, Suspense, useEffect, useState } from 'react';
import type { PublicConference } from '#contracts/conference.ts';
import type { OwnRegistration } from '#contracts/registration.ts';
import { api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { language } from '../ui/i18n.ts';
import { PlayIcon } from '../ui/icons.tsx';
import { conferenceAddress, type Tab, watchAddress } from './address.ts';
import { Countdown } from './countdown.tsx';
import type { Programme } from './programme-feed.ts';
import { isOn, type Phase, startsAt } from './programme-view.ts';
import { useReminding } from './reminding.tsx';
import { t } from './texts.ts';
import { datesText } from './times.ts';
import type { Me } from './use-conference.ts';

const Share = lazy(() => import('./share.tsx').then((module) => ({ default: module.Share })));

export type HeroProps = {
  readonly conference: PublicConference;
  readonly programme: Programme | undefined;
  readonly phase: Phase;
  readonly clock: () => number;
  readonly base: string;
  readonly me: Me | null | undefined;
  onTab(tab: Tab): void;
};

export function Hero({ conference, programme, phase, clock, base, me, onTab }: HeroProps) {
  const [sharing, setSharing] = useState(false);
  const reminding = useReminding();
  const registration = useRegistration(base, !!me);
  const { titleZh, titleEn, cover, place } = conference;
  const english = language() === 'en' && titleEn !== '';
  const first = programme?.venues.find(isOn);
  const several = (programme?.venues.filter(isOn).length ?? 0) > 1;
  const remind = () => reminding.open(null);
  return (
    <section className={cover ? 'hero hero-cover' : 'hero'}>
      {cover && <img className="hero-picture" src={cover} alt="" />}
      <div className="hero-body">
        <p className="hero-phase">
          <span className={`phase phase-${phase}`}>
            {conference.state === 'archived' ? t('page.archived') : t(`phase.${phase}`)}
          </span>
        </p>
        <h1>{english ? titleEn : titleZh}</h1>
        {!english && titleEn && (
          <p className="hero-english" lang="en">
            {titleEn}
          </p>
        )}
        <p className="hero-facts">
          <span>{datesText(conference.startDate, conference.endDate)}</span>
          {place && <span>{place}</span>}
        </p>
        {phase === 'before' && programme && <Countdown to={startsAt(conference, programme)} clock={clock} />}
        <div className="hero-acts">
          {phase === 'during' && first && (
            <a className="r-button r-button-primary r-button-large" href={watchAddress(first.id)}>
              <PlayIcon />
              <span>{several ? t('hero.enterVenue', { venue: first.title }) : t('hero.enter')}</span>
            </a>
          )}
          {phase === 'after' && (
            <Button kind="primary" size="large" icon={<PlayIcon />} onClick={() => onTab('replays')}>
              {t('hero.replays')}
            </Button>
          )}
          {phase === 'before' && (
            <Button kind="primary" size="large" onClick={remind}>
              {t('remind.open')}
            </Button>
          )}
          {phase !== 'after' && <RegisterLink conference={conference} registration={registration} />}
          {phase === 'during' && <Button onClick={remind}>{t('remind.open')}</Button>}
          <Button onClick={() => setSharing(true)}>{t('share.open')}</Button>
        </div>
      </div>
      <Suspense fallback={null}>
        {sharing && (
          <Share
            url={`${location.origin}${conferenceAddress(conference.slug)}`}
            onClose={() => setSharing(false)}
          />
        )}
      </Suspense>
    </section>
  );
}

/** The person's own registration; undefined while unknown and for who is not logged in. */
function useRegistration(base: string, loggedIn: boolean): OwnRegistration | undefined {
  const [own, setOwn] = useState<OwnRegistration>();
  useEffect(() => {
    if (!loggedIn) return;
    const leaving = new AbortController();
    api<OwnRegistration>(`${base}/registration`, { signal: leaving.signal })
      .then(setOwn)
      .catch(() => {}); // The entry is there all the same; the form's page says what is wrong.
    return () => leaving.abort();
  }, [base, loggedIn]);
  return own;
}

function RegisterLink({
  conference,
  registration,
}: {
  conference: PublicConference;
  registration: OwnRegistration | undefined;
}) {
  const state = registration?.state ?? null;
  if (state === null && !conference.registration.open) return null;
  const words =
    state === null || state === 'cancelled'
      ? t('hero.register')
      : t(`register.state.${state}`, { ahead: registration?.ahead ?? 0 });
  return (
    <a
      className="r-button hero-register"
      data-registration={state ?? 'none'}
      href={`${conferenceAddress(conference.slug)}/register`}
    >
      {words}
    </a>
  );
}
