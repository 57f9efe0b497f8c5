/** The venue's talks: what is now, what comes next, the replay of what is over. Times are the viewer's own. */
import { Fragment } from 'react';
import type { PlannedTalk } from '#contracts/events.ts';
import { clockTime, dayText, listText } from '../../ui/i18n.ts';
import { PlayIcon } from '../../ui/icons.tsx';
import { t } from '../texts.ts';

export const speakersText = (speakers: PlannedTalk['speakers']): string =>
  listText(speakers.map((one) => [one.name, one.title, one.unit].filter(Boolean).join(' ')));

const minute = (epochMs: number): string => clockTime(epochMs).slice(0, 5);

export function timeText(talk: PlannedTalk): string {
  const start = talk.actualStart ?? talk.plannedStart;
  if (start === null) return '';
  const planned = talk.plannedMinutes === null ? null : start + talk.plannedMinutes * 60_000;
  const end = talk.actualEnd ?? planned;
  return end === null ? minute(start) : `${minute(start)}–${minute(end)}`;
}

const dayOf = ({ actualStart, plannedStart }: PlannedTalk): string | undefined => {
  const start = actualStart ?? plannedStart;
  return start === null ? undefined : dayText(start);
};

/** The first planned talk after the one that runs (or after the last that ran). */
export function nextTalk(talks: readonly PlannedTalk[]): PlannedTalk | undefined {
  const last = talks.findLastIndex((talk) => talk.state === 'now' || talk.state === 'done');
  return talks.slice(last + 1).find((talk) => talk.state === 'planned');
}

export function Agenda({ talks, venueId }: { talks: readonly PlannedTalk[]; venueId: string }) {
  if (talks.length === 0) return <p className="panel-empty">{t('agenda.none')}</p>;
  const next = nextTalk(talks);
  const days = talks.map(dayOf);
  const many = new Set(days.filter(Boolean)).size > 1;
  return (
    <ol className="agenda">
      {talks.map((talk, i) => (
        <Fragment key={talk.id}>
          {many && days[i] && days[i] !== days[i - 1] && <li className="agenda-day">{days[i]}</li>}
          <li
            className={talk.state === 'cancelled' ? 'talk talk-cancelled' : 'talk'}
            aria-current={talk.state === 'now' ? 'true' : undefined}
          >
            <p className="talk-head">
              <span>{timeText(talk)}</span>
              {talk.state === 'now' && <strong className="talk-now">{t('agenda.now')}</strong>}
              {talk === next && <strong className="talk-next">{t('agenda.next')}</strong>}
              {talk.state === 'cancelled' && <strong>{t('agenda.cancelled')}</strong>}
            </p>
            <p className="talk-title">{talk.title}</p>
            {talk.speakers.length > 0 && <p className="talk-speakers">{speakersText(talk.speakers)}</p>}
            {talk.replay && (
              <a className="r-button talk-replay" href={replayAddress(venueId, talk.replay.clip)}>
                <PlayIcon size={18} />
                <span>{t('agenda.replay')}</span>
                <span className="r-hidden">{talk.title}</span>
              </a>
            )}
          </li>
        </Fragment>
      ))}
    </ol>
  );
}

export const replayAddress = (venueId: string, clip: string): string =>
  `/replay/${encodeURIComponent(venueId)}/${encodeURIComponent(clip)}`;
