/** Who may do what, decided by the matrix of contracts/roles.ts alone. */
import {
  type Action,
  type ConferenceAction,
  type ConferenceRole,
  conferenceActions,
  conferenceMatrix,
  isConferenceAction,
  type PlatformAction,
  type PlatformRole,
  platformMatrix,
} from '#contracts/roles.ts';

/** What a person with these roles may do in a conference; in the order of the matrix. */
export function actionsOf(
  platform: PlatformRole | null,
  roles: readonly ConferenceRole[],
): readonly ConferenceAction[] {
  const may = new Set<Action>(platform === null ? [] : platformMatrix[platform].filter(isConferenceAction));
  for (const role of roles) for (const action of conferenceMatrix[role]) may.add(action);
  return conferenceActions.filter((action) => may.has(action));
}

/** Whoever gives a role must be able to do all that the role can. */
export const mayGrant = (own: readonly ConferenceAction[], roles: readonly ConferenceRole[]): boolean =>
  roles.every((role) => conferenceMatrix[role].every((action) => own.includes(action)));

export const mayOnPlatform = (action: PlatformAction, platform: PlatformRole | null): boolean =>
  platform !== null && platformMatrix[platform].includes(action);
