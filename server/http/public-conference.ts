/** The conference of a public address: drafts are not there, but for their staff. */
import type { FastifyRequest } from 'fastify';
import type { ConferenceDirectory, ConferenceRecord } from '#conference/conference/conference.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Person } from '../auth/auth.ts';
import type { Staff } from './staff.ts';

export type PublicConferences = {
  /** Throws `notFound`. */
  find(slug: string, person: Person | undefined): ConferenceRecord;
  /** With whoever is logged in. Throws `auth.required`, `notFound`, for changes also `request.tooMany`. */
  ofPerson(request: FastifyRequest, slug: string): Promise<{ person: Person; conference: ConferenceRecord }>;
};

export function createPublicConferences(
  conferences: Pick<ConferenceDirectory, 'bySlug'>,
  staff: Pick<Staff, 'needPerson' | 'actions'>,
): PublicConferences {
  const found: PublicConferences = {
    find(slug, person) {
      const conference = conferences.bySlug(slug);
      const hidden =
        conference?.state === 'draft' && !(person && staff.actions(person, conference.id).length > 0);
      if (!conference || hidden) throw new CodedError('notFound', 'conference');
      return conference;
    },
    async ofPerson(request, slug) {
      const person = await staff.needPerson(request);
      return { person, conference: found.find(slug, person) };
    },
  };
  return found;
}
