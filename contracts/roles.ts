/** Who may do what: the one table that the server enforces and docs/access.md is generated from. */

export const platformRoles = ['admin', 'support', 'organiser'] as const;
/** Of an account, over the whole installation: owner, support engineer, and who may make conferences of their own. */
export type PlatformRole = (typeof platformRoles)[number];

export const conferenceRoles = [
  'organiser',
  'director',
  'assistant',
  'moderator',
  'speaker',
  'panelist',
] as const;
/** Of an account in one conference. Several are possible. Delegates and viewers have none: rules decide what they watch. */
export type ConferenceRole = (typeof conferenceRoles)[number];

/** Acts on the installation. */
export const platformActions = ['platform.manage', 'system.view', 'conference.create'] as const;
export type PlatformAction = (typeof platformActions)[number];

/** Acts on one conference and what belongs to it. */
export const conferenceActions = [
  'conference.view',
  'conference.edit',
  'conference.delete',
  'programme.edit',
  'programme.run',
  'venue.view',
  'venue.edit',
  'venue.operate',
  'venue.keys',
  'venue.delete',
  'deck.manage',
  'replay.manage',
  'replay.delete',
  'consent.manage',
  'people.view',
  'people.manage',
  'access.edit',
  'registration.view',
  'registration.decide',
  'delegate.manage',
  'data.export',
  'audit.view',
  'integration.manage',
] as const;
export type ConferenceAction = (typeof conferenceActions)[number];
export type Action = PlatformAction | ConferenceAction;

const desk: readonly ConferenceAction[] = ['conference.view', 'programme.run', 'venue.view', 'venue.operate'];

/** Of the installation; conference actions here hold in every conference. */
export const platformMatrix: Readonly<Record<PlatformRole, readonly Action[]>> = {
  admin: [...platformActions, ...conferenceActions],
  support: ['system.view', ...desk, 'audit.view'],
  organiser: ['conference.create'],
};

export const conferenceMatrix: Readonly<Record<ConferenceRole, readonly ConferenceAction[]>> = {
  organiser: conferenceActions,
  director: [
    ...desk,
    'programme.edit',
    'venue.edit',
    'venue.keys',
    'deck.manage',
    'replay.manage',
    'people.view',
  ],
  assistant: ['conference.view', 'venue.view', 'deck.manage', 'people.view'],
  moderator: ['conference.view', 'venue.view'],
  speaker: ['conference.view'],
  panelist: ['conference.view'],
};

export const isConferenceAction = (action: Action): action is ConferenceAction =>
  (conferenceActions as readonly string[]).includes(action);
