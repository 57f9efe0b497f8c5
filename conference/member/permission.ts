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

/** `unknown`: the conference must look as if it were not there. */
export function judge(
  action: ConferenceAction,
  platform: PlatformRole | null,
  roles: readonly ConferenceRole[],
): 'allowed' | 'forbidden' | 'unknown' {
  const may = actionsOf(platform, roles);
  if (may.includes(action)) return 'allowed';
  return may.length > 0 || roles.length > 0 ? 'forbidden' : 'unknown';
}

export const mayOnPlatform = (action: PlatformAction, platform: PlatformRole | null): boolean =>
  platform !== null && platformMatrix[platform].includes(action);
