/** Venues as cards: picture, state, who may watch, how many do, what is on and what comes. Those that are on come first. */
import { useState } from 'react';
import type { PublicTalk, PublicVenue } from '#contracts/conference.ts';
import { RuleLabel } from '../access/label.tsx';
import { Button } from '../ui/button.tsx';
import { StateBadge, stateIcons } from '../ui/state-badge.tsx';
import { watchAddress } from './address.ts';
import type { Programme } from './programme-feed.ts';
import { isOn, startOf } from './programme-view.ts';
import { t } from './texts.ts';
import { minuteOf } from './times.ts';

/** Cards shown before the rest is asked for. */
const few = 6;
/** Ms for which a preview picture is shown before it is asked for again. */
const pictureBeat = 10_000;

export function VenueCards({ programme, zone, now }: { programme: Programme; zone: string; now: number }) {
  const [all, setAll] = useState(false);
  const { venues, talks } = programme;
  if (venues.length === 0) return null;
  const sorted = [...venues.filter(isOn), ...venues.filter((venue) => !isOn(venue))];
  const most = Math.max(few, venues.filter(isOn).length);
  const shown = all ? sorted : sorted.slice(0, most);
  const wanted = new Set(shown.flatMap((venue) => [venue.now, venue.next]));
  const known = new Map(talks.filter((talk) => wanted.has(talk.id)).map((talk) => [talk.id, talk]));
  return (
    <section className="venues" aria-label={t('venues.title')}>
      <h2>{t(shown.every(isOn) ? 'venues.live' : 'venues.title')}</h2>
      <ul className="cards">
        {shown.map((venue) => (
          <li key={venue.id}>
            <Card
              venue={venue}
              on={venue.now === null ? undefined : known.get(venue.now)}
              next={venue.next === null ? undefined : known.get(venue.next)}
              zone={zone}
              now={now}
            />
          </li>
        ))}
      </ul>
      {sorted.length > most && (
        <Button className="more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('venues.less') : t('venues.all', { n: sorted.length })}
        </Button>
      )}
    </section>
  );
}

type CardProps = {
  readonly venue: PublicVenue;
  readonly on: PublicTalk | undefined;
  readonly next: PublicTalk | undefined;
  readonly zone: string;
  readonly now: number;
};

function Card({ venue, on, next, zone, now }: CardProps) {
  const nextStart = next ? startOf(next) : null;
  return (
    <a className={isOn(venue) ? 'card card-on' : 'card'} href={watchAddress(venue.id)} data-venue={venue.id}>
      <span className="card-picture">
        <Picture key={venue.preview ?? ''} venue={venue} now={now} />
        <StateBadge state={venue.state} />
        {isOn(venue) && venue.watching > 0 && (
          <span className="card-watching">{t('venues.watching', { n: venue.watching })}</span>
        )}
      </span>
      <span className="card-body">
        <strong className="card-title">{venue.title}</strong>
        <RuleLabel label={venue.access.live} now={now} />
        {isOn(venue) && (
          <span className="card-line">
            <b>{t('venues.now')}</b>
            <span>{on?.title ?? t('venues.between')}</span>
          </span>
        )}
        {next && (
          <span className="card-line">
            <b>
              {nextStart === null ? t('venues.next') : `${t('venues.next')} ${minuteOf(nextStart, zone)}`}
            </b>
            <span>{next.title}</span>
          </span>
        )}
      </span>
    </a>
  );
}

function Picture({ venue, now }: { venue: PublicVenue; now: number }) {
  const [broken, setBroken] = useState(false);
  const Icon = stateIcons[venue.state];
  if (venue.preview === null || broken || !isOn(venue))
    return (
      <span className="card-nothing">
        <Icon size={40} />
      </span>
    );
  // Renewed with the page's minute; the address changes so that a cache in the browser does not answer.
  const beat = Math.floor(now / pictureBeat);
  return <img src={`${venue.preview}?${beat}`} alt="" loading="lazy" onError={() => setBroken(true)} />;
}
