/** The settings form: texts as typed, checked against the same limits as `venueSettingsSchema`, and what has changed. */
import type { VenueSettings } from '#contracts/venue.ts';
import type { MessageKey } from './texts.ts';

/** What is in the fields; numbers are the texts as typed. */
export type SettingsFields = {
  title: string;
  autoLive: boolean;
  takeover: boolean;
  signedPush: boolean;
  renditions: VenueSettings['renditions'];
  tier: VenueSettings['tier'];
  standardAbove: string;
  awayMinutes: string;
  retentionDays: string;
};

export type FieldErrors = Partial<Record<keyof SettingsFields, MessageKey>>;

export const renditionChoices = ['source', '720', '480', '360', 'audio'] as const;

export const toFields = (settings: VenueSettings): SettingsFields => ({
  title: settings.title,
  autoLive: settings.autoLive,
  takeover: settings.takeover,
  signedPush: settings.signedPush,
  renditions: settings.renditions,
  tier: settings.tier,
  standardAbove: String(settings.standardAbove),
  awayMinutes: String(settings.awayMinutes),
  retentionDays: String(settings.retentionDays),
});

/** A number as people type it (full-width digits, spaces); NaN when it is none. */
export function typedNumber(text: string): number {
  const plain = text.normalize('NFKC').trim();
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
}

const within = (value: number, least: number, most: number) => value >= least && value <= most;
const wholeWithin = (text: string, least: number, most: number) => {
  const value = typedNumber(text);
  return Number.isInteger(value) && within(value, least, most);
};

export const validTitle = (title: string): boolean => within(title.trim().length, 1, 120);
export const validHours = (text: string): boolean => wholeWithin(text, 1, 8760);
export const validDelay = (text: string): boolean => wholeWithin(text, 0, 120_000);

/** The message for each field that is not valid. */
export function checkFields(fields: SettingsFields): FieldErrors {
  const found: FieldErrors = {};
  if (!validTitle(fields.title)) found.title = 'field.title';
  if (fields.renditions.length === 0) found.renditions = 'field.renditions';
  if (!wholeWithin(fields.standardAbove, 1, 10_000_000)) found.standardAbove = 'field.standardAbove';
  if (!within(typedNumber(fields.awayMinutes), 0.05, 240)) found.awayMinutes = 'field.awayMinutes';
  if (!wholeWithin(fields.retentionDays, 0, 3650)) found.retentionDays = 'field.retentionDays';
  return found;
}

/** The settings that valid fields stand for. */
export const fromFields = (fields: SettingsFields): VenueSettings => ({
  title: fields.title.trim(),
  autoLive: fields.autoLive,
  takeover: fields.takeover,
  signedPush: fields.signedPush,
  renditions: renditionChoices.filter((name) => fields.renditions.includes(name)),
  tier: fields.tier,
  standardAbove: typedNumber(fields.standardAbove),
  awayMinutes: typedNumber(fields.awayMinutes),
  retentionDays: typedNumber(fields.retentionDays),
});

/** Only what differs from what was loaded: two people at the desk do not undo each other's other changes. */
export function changedSettings(before: VenueSettings, after: VenueSettings): Partial<VenueSettings> {
  const changes: Record<string, unknown> = {};
  for (const key of Object.keys(toFields(before)) as (keyof SettingsFields)[]) {
    if (JSON.stringify(ordered(before[key])) !== JSON.stringify(ordered(after[key])))
      changes[key] = after[key];
  }
  return changes as Partial<VenueSettings>;
}

const ordered = (value: unknown): unknown => (Array.isArray(value) ? [...value].sort() : value);
