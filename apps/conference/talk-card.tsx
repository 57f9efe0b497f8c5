/** One talk of the programme: time, marks, title, speakers; abstract and links on demand. */
import { useState } from 'react';
import type { PublicTalk, PublicVenue } from '#contracts/conference.ts';
import { isOpenLabel, labelText, sameLabel } from '../access/label.tsx';
import { IconButton } from '../ui/button.tsx';
import { BellIcon, PlayIcon } from '../ui/icons.tsx';
import { replayAddress, watchAddress } from './address.ts';
import { endOf, isOn, startOf } from './programme-view.ts';
import { useReminding } from './reminding.tsx';
import { t } from './texts.ts';
import { minuteOf, momentText, zonesDiffer } from './times.ts';

export type TalkCardProps = {
  readonly talk: PublicTalk;
  readonly venue: PublicVenue;
  readonly zone: string;
  /** Shown where the list mixes venues. */
  readonly withVenue?: boolean;
  /** The day too, where the list mixes days. */
  readonly withDay?: boolean;
};

export function TalkCard({ talk, venue, zone, withVenue = false, withDay = false }: TalkCardProps) {
  const [open, setOpen] = useState(false);
  const reminding = useReminding();
  const start = startOf(talk);
  const cancelled = talk.state === 'cancelled';
  const now = talk.state === 'now';
  const next = venue.next === talk.id && talk.state === 'planned';
  const ahead = talk.state === 'planned' && talk.plannedStart !== null && talk.type !== 'break';
  const asked = ahead && reminding.isAsked(talk.id);
  const classes = ['talk', `talk-${talk.type}`, now ? 'talk-on' : '', cancelled ? 'talk-off' : ''];
  return (
    <article
      className={classes.filter(Boolean).join(' ')}
      aria-current={now ? 'true' : undefined}
      data-talk={talk.id}
    >
      <p className="talk-head">
        {start !== null && (
          <span className="talk-time">
            {withDay ? momentText(start, zone) : timeRange(talk, zone)}
            {zonesDiffer(zone, start) && (
              <span className="talk-local">{t('programme.local', { time: localTime(start, zone) })}</span>
            )}
          </span>
        )}
        {talk.type !== 'talk' && <span className="mark">{t(`talk.${talk.type}`)}</span>}
        {now && <strong className="mark mark-now">{t('talk.now')}</strong>}
        {next && <strong className="mark mark-next">{t('talk.next')}</strong>}
        {cancelled && <strong className="mark mark-changed">{t('talk.cancelled')}</strong>}
        <Changed talk={talk} zone={zone} />
      </p>
      {ahead && (
        <IconButton
          className={asked ? 'talk-remind talk-reminded' : 'talk-remind'}
          label={t(asked ? 'remind.talkOn' : 'remind.talk', { title: talk.title })}
          onClick={() => reminding.open(talk)}
        >
          <BellIcon size={20} />
        </IconButton>
      )}
      <h3 className="talk-title">{talk.title}</h3>
      <Speakers talk={talk} />
      {withVenue && <p className="talk-venue">{venue.title}</p>}
      <Rules talk={talk} venue={venue} />
      {(talk.abstract !== '' || talk.replay || (now && isOn(venue)) || talk.courseware.length > 0) && (
        <div className="talk-links">
          {now && isOn(venue) && (
            <a className="r-button r-button-primary" href={watchAddress(venue.id)}>
              <PlayIcon size={18} />
              <span>{t('talk.watch')}</span>
              <span className="r-hidden">{talk.title}</span>
            </a>
          )}
          {talk.replay && (
            <a
              className="r-button"
              href={`${replayAddress(talk.venueId, talk.replay.clip)}?talk=${encodeURIComponent(talk.id)}`}
            >
              <PlayIcon size={18} />
              <span>{t('talk.replay')}</span>
              <span className="r-hidden">{talk.title}</span>
            </a>
          )}
          {talk.courseware.map((file) => (
            <a key={file.href} className="r-button" href={file.href} download>
              {t('talk.files')}
              <span className="r-hidden">{file.name}</span>
            </a>
          ))}
          {talk.abstract !== '' && (
            <button
              type="button"
              className="r-button quiet"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {t('talk.abstract')}
            </button>
          )}
        </div>
      )}
      {open && <p className="talk-abstract">{talk.abstract}</p>}
    </article>
  );
}

function timeRange(talk: PublicTalk, zone: string): string {
  const start = startOf(talk);
  if (start === null) return '';
  const end = endOf(talk);
  return end === null ? minuteOf(start, zone) : `${minuteOf(start, zone)}–${minuteOf(end, zone)}`;
}

/** The viewer's own time, with its day where that differs too. */
function localTime(moment: number, zone: string): string {
  const here = momentText(moment, undefined);
  const there = momentText(moment, zone);
  const sameDay = here.replace(/[\d:]+$/, '') === there.replace(/[\d:]+$/, '');
  return sameDay ? minuteOf(moment, undefined) : here;
}

function Changed({ talk, zone }: { talk: PublicTalk; zone: string }) {
  const what = talk.changed?.what.filter((one) => one !== 'cancelled') ?? [];
  if (!talk.changed || what.length === 0 || talk.state === 'done') return null;
  return (
    <span
      className="mark mark-changed"
      title={t('talk.changedAt', { at: momentText(talk.changed.at, zone) })}
    >
      {what.map((one) => t(`talk.changed.${one}`)).join(' · ')}
    </span>
  );
}

function Speakers({ talk }: { talk: PublicTalk }) {
  if (talk.speakers.length === 0) return null;
  return (
    <ul className="talk-speakers">
      {talk.speakers.map((speaker) => (
        <li key={`${speaker.name} ${speaker.unit}`}>
          <b>{speaker.name}</b> {[speaker.title, speaker.unit].filter(Boolean).join(' · ')}
        </li>
      ))}
    </ul>
  );
}

/** Only where it differs from what stands on the venue. */
function Rules({ talk, venue }: { talk: PublicTalk; venue: PublicVenue }) {
  const { live, replay } = talk.access;
  const ahead = talk.state === 'planned' || talk.state === 'now';
  const showLive = ahead && !sameLabel(live, venue.access.live);
  const showReplay = talk.replay !== null && !isOpenLabel(replay);
  if (!showLive && !showReplay) return null;
  return (
    <p className="talk-rules">
      {showLive && <span className="rule">{t('talk.liveRule', { label: labelText(live) })}</span>}
      {showReplay && <span className="rule">{t('talk.replayRule', { label: labelText(replay) })}</span>}
    </p>
  );
}
