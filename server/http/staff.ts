/** The guard of every staff route: who is it, may they, not too often; and the note of what they did. */
import type { FastifyRequest } from 'fastify';
import type { ConferenceDirectory } from '#conference/conference/conference.ts';
import type { MemberDirectory } from '#conference/member/member-store.ts';
import { actionsOf, judge, mayOnPlatform } from '#conference/member/permission.ts';
import type { VenueDirectory, VenueRecord } from '#conference/venue/venue.ts';
import { CodedError, type ErrorCode } from '#contracts/errors.ts';
import type { ConferenceAction, PlatformAction } from '#contracts/roles.ts';
import type { AuditLog } from '../audit.ts';
import type { Auth, Person } from '../auth/auth.ts';
import type { Clients } from './client.ts';
import type { Limits } from './limits.ts';

export type Staff = {
  /**
   * The person behind a request, who may do this in this conference. Throws `auth.required`; `missing` when there is no such
   * conference (undefined) or the person has no role in it: both look the same; `auth.forbidden` when the role is not enough; for
   * changes also `request.tooMany`.
   */
  allow(
    request: FastifyRequest,
    action: ConferenceAction,
    conferenceId: string | undefined,
    missing?: ErrorCode,
  ): Promise<Person>;
  /** The same for a venue's conference; `venue.notFound` for what is not there or not theirs. */
  allowVenue(
    request: FastifyRequest,
    action: ConferenceAction,
    venueId: string | undefined,
    missing?: ErrorCode,
  ): Promise<{ readonly person: Person; readonly venue: VenueRecord }>;
  allowPlatform(request: FastifyRequest, action: PlatformAction): Promise<Person>;
  /** Any account that is logged in; undefined without. */
  person(request: FastifyRequest): Promise<Person | undefined>;
  /** Any account that is logged in. Throws `auth.required`, for changes also `request.tooMany`. */
  needPerson(request: FastifyRequest): Promise<Person>;
  /** All that the person may do in the conference. */
  actions(person: Person, conferenceId: string): readonly ConferenceAction[];
  /** Notes an act that was done. Without a conference it is that of the venue. */
  note(
    request: FastifyRequest,
    by: Person,
    action: string,
    venueId?: string | undefined,
    details?: Record<string, unknown>,
    conferenceId?: string,
  ): Promise<void>;
};

export type StaffOptions = {
  readonly auth: Auth;
  readonly audit: AuditLog;
  readonly clients: Clients;
  readonly limits: Limits;
  readonly conferences: Pick<ConferenceDirectory, 'get'>;
  readonly members: MemberDirectory;
  readonly venues: Pick<VenueDirectory, 'get'>;
};

export function createStaff(options: StaffOptions): Staff {
  const { auth, audit, clients, limits, conferences, members, venues } = options;

  const personOf = (request: FastifyRequest): Promise<Person | undefined> =>
    auth.personOf(new Headers({ cookie: request.headers.cookie ?? '' }));

  const needPerson = async (request: FastifyRequest): Promise<Person> => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads && !request.routeOptions.config.ownLimit) await limits.change(clients.key(request.raw));
    const person = await personOf(request);
    if (!person) throw new CodedError('auth.required');
    return person;
  };

  const staff: Staff = {
    async allow(request, action, conferenceId, missing = 'notFound') {
      const person = await needPerson(request);
      if (conferenceId === undefined || !conferences.get(conferenceId)) throw new CodedError(missing);
      const verdict = judge(action, person.platform, members.rolesOf(person.id, conferenceId));
      if (verdict === 'unknown') throw new CodedError(missing);
      if (verdict === 'forbidden') throw new CodedError('auth.forbidden', action);
      return person;
    },
    async allowVenue(request, action, venueId, missing = 'venue.notFound') {
      const venue = venueId === undefined ? undefined : venues.get(venueId);
      const person = await staff.allow(request, action, venue?.conferenceId, missing);
      if (!venue) throw new CodedError(missing);
      return { person, venue };
    },
    async allowPlatform(request, action) {
      const person = await needPerson(request);
      if (!mayOnPlatform(action, person.platform)) throw new CodedError('auth.forbidden', action);
      return person;
    },
    person: personOf,
    needPerson,
    actions: (person, conferenceId) => actionsOf(person.platform, members.rolesOf(person.id, conferenceId)),
    async note(request, by, action, venueId, details, conferenceId) {
      request.log.info({ by: by.id, action, venueId }, 'staff act');
      const of = conferenceId ?? (venueId === undefined ? undefined : venues.get(venueId)?.conferenceId);
      const remote = clients.address(request.raw);
      await audit.write({ by, action, venueId, conferenceId: of, details, remote });
    },
  };
  return staff;
}
