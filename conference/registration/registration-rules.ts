/**
 * What becomes of a registration. `waiting` means: approved as soon as there is a place. With approval by staff people are `pending`
 * first, and take no place until they are approved. Pure; whoever calls holds the conference's turn.
 */
import type { RegistrationState } from '#contracts/access.ts';
import type { ConferenceSettings, ConferenceState } from '#contracts/conference.ts';
import type { ErrorCode } from '#contracts/errors.ts';

export type RegistrationTerms = ConferenceSettings['registration'];
export type Form = 'open' | 'closed' | 'full' | 'refused';

export const placesLeft = ({ capacity }: RegistrationTerms, approved: number): number =>
  capacity === null ? Number.POSITIVE_INFINITY : Math.max(0, capacity - approved);

export function formOf(
  terms: RegistrationTerms,
  conference: ConferenceState,
  own: RegistrationState | null,
  approved: number,
): Form {
  if (!terms.open || conference === 'draft' || conference === 'archived' || conference === 'over')
    return 'closed';
  if (own === 'refused') return 'refused';
  const isIn = own === 'pending' || own === 'approved' || own === 'waiting';
  if (!isIn && placesLeft(terms, approved) === 0 && !terms.waitingList) return 'full';
  return 'open';
}

export const formErrors: Readonly<Record<Exclude<Form, 'open'>, ErrorCode>> = {
  closed: 'registration.closed',
  full: 'registration.full',
  refused: 'registration.refused',
};

/** State after the form was sent. Who is in already changes answers only. */
export function registered(
  terms: RegistrationTerms,
  own: RegistrationState | null,
  approved: number,
): RegistrationState {
  if (own !== null && own !== 'cancelled') return own;
  if (terms.approval) return 'pending';
  return placesLeft(terms, approved) > 0 ? 'approved' : 'waiting';
}

export type Decidable = { readonly userId: string; readonly state: RegistrationState };
export type Move = { readonly userId: string; readonly to: RegistrationState };

/**
 * What a decision of the staff does to these people, in the order of their places. Beyond the capacity they wait; without a waiting
 * list they stay as they are. Who cancelled stays so.
 */
export function decided(
  people: readonly Decidable[],
  wanted: 'approved' | 'refused' | 'pending',
  terms: RegistrationTerms,
  approved: number,
): Move[] {
  let left = placesLeft(terms, approved);
  return people.flatMap(({ userId, state }): Move[] => {
    if (state === 'cancelled' || state === wanted) return [];
    if (wanted !== 'approved') return [{ userId, to: wanted }];
    if (left > 0) {
      left -= 1;
      return [{ userId, to: 'approved' }];
    }
    return terms.waitingList && state !== 'waiting' ? [{ userId, to: 'waiting' }] : [];
  });
}
