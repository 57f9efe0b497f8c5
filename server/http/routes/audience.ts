/** All routes about who belongs to a conference's audience, and what speakers allow. */

import type { App } from '../app.ts';
import { createGuesses } from '../guesses.ts';
import { type CodeRouteOptions, registerCodes } from './codes.ts';
import { type ConsentRouteOptions, registerConsents } from './consents.ts';
import { type DelegateRouteOptions, registerDelegates } from './delegates.ts';
import { type GrantRouteOptions, registerGrants } from './grants.ts';
import { registerRegistrations } from './registrations.ts';
import { registerReminders } from './reminders.ts';
import type { SpeakerConsentOptions } from './speaker-consent.ts';
import { registerSpeakerConsent } from './speaker-consent.ts';

export type AudienceRouteOptions = Omit<CodeRouteOptions & DelegateRouteOptions, 'guesses'> &
  ConsentRouteOptions &
  GrantRouteOptions &
  Omit<SpeakerConsentOptions, 'clips'>;

export function registerAudience(app: App, options: AudienceRouteOptions): void {
  const guesses = createGuesses();
  registerRegistrations(app, options);
  registerDelegates(app, { ...options, guesses });
  registerCodes(app, { ...options, guesses });
  registerGrants(app, options);
  registerReminders(app, options);
  registerConsents(app, options);
  registerSpeakerConsent(app, { ...options, clips: options.audience.clips });
}
