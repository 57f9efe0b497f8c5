/** Warnings of a venue as the operator reads them: what it is, what to do, newest first, and which are acknowledged. */
import type { Warning, WarningKind } from '#contracts/health.ts';
import { type TrackName, trackNames } from '#contracts/media-urls.ts';
import type { VenueStatus } from '#contracts/venue.ts';
import { numberText } from './format.ts';
import { type MessageKey, t } from './texts.ts';

export type ListedWarning = { readonly id: string; readonly track: TrackName; readonly warning: Warning };

/** `bad`: viewers miss something now, or the recording does. `look`: it may become so. */
export const severity: Record<WarningKind, 'bad' | 'look'> = {
  gopTooLong: 'look',
  noKeyframes: 'bad',
  noAudio: 'bad',
  noVideo: 'bad',
  silence: 'bad',
  oneSided: 'bad',
  soundLost: 'bad',
  frozen: 'bad',
  black: 'bad',
  bitrateDrop: 'look',
  jitter: 'look',
  gaps: 'look',
  avSkew: 'look',
  frameRateLow: 'look',
  codecRare: 'look',
  delayUnchecked: 'look',
  encoderAway: 'bad',
  recordingStopped: 'bad',
  renditionGivenUp: 'look',
  previewFailed: 'look',
  diskLow: 'look',
};

/** The same warning keeps its id for as long as it lasts; when it comes back, or for another rendition or side, it is a new one. */
export const warningId = (track: TrackName, warning: Warning): string =>
  [track, warning.kind, warning.since, warning.values.rendition ?? warning.values.side ?? ''].join('/');

/** All warnings of a venue, newest first. One that both tracks report with the same start (the disk) is listed once. */
export function listWarnings(status: VenueStatus): ListedWarning[] {
  const list: ListedWarning[] = [];
  for (const track of trackNames) {
    for (const warning of status.tracks[track].warnings) {
      const twin = list.some(
        (one) =>
          one.warning.kind === warning.kind && one.warning.since === warning.since && ofVenue(warning.kind),
      );
      if (!twin) list.push({ id: warningId(track, warning), track, warning });
    }
  }
  return list.sort((a, b) => b.warning.since - a.warning.since);
}

const ofVenue = (kind: WarningKind): boolean => kind === 'diskLow' || kind === 'recordingStopped';

/** Texts of one warning in the page's language, its values put in. */
export function warningTexts(warning: Warning): { what: string; todo: string } {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(warning.values)) {
    values[name] = typeof value === 'number' ? numberText(Math.abs(value), 1) : valueText(name, value);
  }
  return {
    what: t(`warning.${warning.kind}.what` satisfies MessageKey, values),
    todo: t(`warning.${warning.kind}.do` satisfies MessageKey, values),
  };
}

function valueText(name: string, value: string): string {
  if (name === 'side' && (value === 'left' || value === 'right')) return t(`side.${value}`);
  return value;
}
