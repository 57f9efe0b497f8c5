/** A talk's form: speakers as lines of text, times as the browser's fields have them. Pure. */
import type { Talk } from '#contracts/talk.ts';
import type { TalkFields } from './programme-api.ts';

export type TalkForm = {
  readonly title: string;
  /** One a line: name, unit, title; Chinese or Latin commas. */
  readonly speakers: string;
  /** `datetime-local`; empty: not planned. */
  readonly start: string;
  readonly minutes: string;
  readonly download: Talk['download'];
};

export const emptyForm: TalkForm = { title: '', speakers: '', start: '', minutes: '', download: 'no' };

export function formOf(talk: Talk): TalkForm {
  return {
    title: talk.title,
    speakers: talk.speakers
      .map(({ name, unit, title }) => [name, unit, title].join('，').replace(/，+$/, ''))
      .join('\n'),
    start: talk.plannedStart === null ? '' : localTime(talk.plannedStart),
    minutes: talk.plannedMinutes === null ? '' : String(talk.plannedMinutes),
    download: talk.download,
  };
}

export function fieldsOf({ title, speakers, start, minutes, download }: TalkForm): TalkFields {
  const parsed = speakers
    .split('\n')
    .map((line) => line.split(/[,，、\t]/).map((part) => part.trim()))
    .flatMap(([name = '', unit = '', position = '']) =>
      name === ''
        ? []
        : [{ name: name.slice(0, 80), unit: unit.slice(0, 120), title: position.slice(0, 80) }],
    );
  const length = Number(minutes);
  const time = start === '' ? Number.NaN : new Date(start).getTime();
  return {
    title: title.trim(),
    speakers: parsed.slice(0, 30),
    plannedStart: Number.isNaN(time) ? null : time,
    plannedMinutes: length >= 1 && length <= 1440 ? length : null,
    download,
  };
}

function localTime(epochMs: number): string {
  const date = new Date(epochMs);
  return new Date(epochMs - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
