/** What a conference's settings and states must obey. Pure; the clock is passed in. */
import type { ConferenceSettings, ConferenceState } from '#contracts/conference.ts';
import type { ConferenceAction } from '#contracts/roles.ts';
import type { ConferenceRecord } from './conference.ts';
import { safeHtml } from './safe-html.ts';

const moves: Readonly<Record<ConferenceState, readonly ConferenceState[]>> = {
  draft: ['published'],
  published: ['draft', 'running', 'over'],
  running: ['over'],
  over: ['running', 'archived'],
  archived: ['over'],
};
export const mayMove = (from: ConferenceState, to: ConferenceState): boolean =>
  from === to || moves[from].includes(to);

/** What its staff may still do with an archived conference: look, export, take it back, delete it. */
const archivedActions: readonly ConferenceAction[] = [
  'conference.view',
  'conference.edit',
  'conference.delete',
  'venue.view',
  'people.view',
  'registration.view',
  'data.export',
  'audit.view',
];
export const isFrozen = (state: ConferenceState, action: ConferenceAction, reads: boolean): boolean =>
  state === 'archived' && !reads && !archivedActions.includes(action);

/** `YYYY-MM-DD` in the zone. */
export function dayAt(time: number, timeZone: string): string {
  // The Swedish way of writing a date is ISO 8601.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(time);
}

/** The state its dates call for; undefined when it may stay as it is. Only ever forwards. */
export function dueState(
  { state, settings }: Pick<ConferenceRecord, 'state' | 'settings'>,
  now: number,
): ConferenceState | undefined {
  if (state !== 'published' && state !== 'running') return undefined;
  const today = dayAt(now, settings.timeZone);
  if (today > settings.endDate) return 'over';
  return state === 'published' && today >= settings.startDate ? 'running' : undefined;
}

/** What is wrong with the settings as a whole; undefined when nothing is. */
export function settingsProblem(settings: ConferenceSettings): string | undefined {
  const { startDate, endDate, timeZone, fields, embedOrigins } = settings;
  if (endDate < startDate) return `endDate must not be before startDate (${endDate} < ${startDate})`;
  if (!isTimeZone(timeZone)) return `timeZone must be an IANA name (got ${JSON.stringify(timeZone)})`;
  if (new Set(fields.map(({ field }) => field)).size !== fields.length) return 'fields must differ';
  const wrong = embedOrigins.find((origin) => new URL(origin).origin !== origin);
  if (wrong !== undefined)
    return `embedOrigins must be origins such as https://society.example (got ${wrong})`;
  return undefined;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** As they are kept: rich text holds nothing a browser would run. */
export function cleaned<S extends Partial<ConferenceSettings>>(settings: S): S {
  const clean = { ...settings };
  for (const field of ['introductionZh', 'introductionEn', 'thanks'] as const) {
    const html = clean[field];
    if (html !== undefined) clean[field] = safeHtml(html);
  }
  return clean;
}

const dayMs = 86_400_000;
/** Ms from one first day to another; whole days. */
export const shiftBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / dayMs) * dayMs;
