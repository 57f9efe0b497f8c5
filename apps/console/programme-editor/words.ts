/** How blocks are called: on the screen and by screen readers. */
import type { ProgrammeMark, Session } from '#contracts/conference.ts';
import type { Speaker } from '#contracts/events.ts';
import type { Talk } from '#contracts/talk.ts';
import { language } from '../../ui/i18n.ts';
import { t as programmeText } from '../office/programme/texts.ts';
import { clockOf } from '../office/programme/zone.ts';
import { t } from './texts.ts';
import { minuteMs } from './time-axis.ts';

export const comma = (): string => (language() === 'en' ? ', ' : '、');
export const namesOf = (people: readonly Speaker[]): string => people.map(({ name }) => name).join(comma());

/** `08:30–08:50`; only the beginning where there is no length. */
export function timesOf(
  { plannedStart, plannedMinutes }: Pick<Talk, 'plannedStart' | 'plannedMinutes'>,
  timeZone: string,
): string {
  if (plannedStart === null) return '—';
  const from = clockOf(plannedStart, timeZone);
  return plannedMinutes === null
    ? from
    : `${from}–${clockOf(plannedStart + plannedMinutes * minuteMs, timeZone)}`;
}

const marksText = (marks: readonly ProgrammeMark[]): string =>
  marks.length === 0
    ? ''
    : t('marksLabel', {
        marks: [...new Set(marks.map(({ kind }) => programmeText(`mark.${kind}`)))].join(comma()),
      });

export type Labelled = {
  readonly venue: string;
  readonly timeZone: string;
  readonly marks: readonly ProgrammeMark[];
  readonly chosen: boolean;
};

const rest = (parts: readonly string[], { venue, marks, chosen }: Labelled): string =>
  [...parts, venue, marksText(marks), chosen ? t('chosenLabel') : '']
    .filter((part) => part !== '')
    .map((part) => comma() + part)
    .join('');

/** What a screen reader is told of a talk beside what its block shows. `shown`: is the line of speakers in sight? */
export const talkRest = (talk: Talk, labelled: Labelled, shown: boolean): string =>
  rest(
    [
      shown ? '' : namesOf(talk.speakers) || (talk.type === 'break' ? '' : t('noSpeaker')),
      talk.state === 'planned' || !shown ? programmeText(`state.${talk.state}`) : '',
    ],
    labelled,
  );

export const sessionRest = (session: Session, labelled: Labelled): string =>
  rest([programmeText('session'), timesOf(session, labelled.timeZone)], labelled);

const grave: ReadonlySet<ProgrammeMark['kind']> = new Set(['overlap', 'speaker-twice', 'outside-dates']);
export const isGrave = ({ kind }: ProgrammeMark): boolean => grave.has(kind);

/** How a block is outlined for what is wrong with it. */
export const outlineOf = (marks: readonly ProgrammeMark[]): string =>
  marks.length === 0 ? '' : marks.some(isGrave) ? 'pe-grave' : 'pe-look';

/** `4月16日 周五`. @param day `YYYY-MM-DD` */
export function dayText(day: string): string {
  const [, month = '', date = ''] = day.split('-');
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  const names = language() === 'en' ? t('weekdays').split(' ') : [...t('weekdays')];
  return t('dayLine', { month: Number(month), date: Number(date), weekday: names[weekday] ?? '' });
}
