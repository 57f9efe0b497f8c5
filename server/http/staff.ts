/** The guard of every staff route: who is it, may they, not too often; and the note of what they did. */
import type { FastifyRequest } from 'fastify';
import type { ConferenceDirectory } from '#conference/conference/conference.ts';
import { isFrozen } from '#conference/conference/conference-rules.ts';
import { type KeyRecord, secretOf } from '#conference/integration/api-key.ts';
import type { KeyStore } from '#conference/integration/key-store.ts';
import type { MemberDirectory } from '#conference/member/member-store.ts';
import { actionsOf, mayOnPlatform } from '#conference/member/permission.ts';
import type { VenueDirectory, VenueRecord } from '#conference/venue/venue.ts';
import { CodedError, type ErrorCode } from '#contracts/errors.ts';
import type { ConferenceAction, PlatformAction } from '#contracts/roles.ts';
import type { AuditLog } from '../audit.ts';
import type { Auth, Person } from '../auth/auth.ts';
import type { Config } from '../config.ts';
import type { Clients } from './client.ts';
import type { Limits } from './limits.ts';

export type Staff = {
  /**
   * The person behind a request (or a program, by its API key), who may do this in this conference. Throws `auth.required`;
   * `missing` when there is no such conference (undefined) or the person has no role in it: both look the same; `auth.forbidden`
   * when the role is not enough; `conference.state` for changes of an archived one; for changes also `request.tooMany`.
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
  /** Any account that is logged in; undefined without. A program's key is nobody here. */
  person(request: FastifyRequest): Promise<Person | undefined>;
  /** Any account that is logged in. Throws `auth.required`, for changes also `request.tooMany`. */
  needPerson(request: FastifyRequest): Promise<Person>;
  /** A person, or a program by its API key: for lists of what they may see. */
  needCaller(request: FastifyRequest): Promise<Person>;
  /** The same, undefined without either. Throws `auth.required` for a wrong key. */
  caller(request: FastifyRequest): Promise<Person | undefined>;
  /** All that the person (or program) may do in the conference. */
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
  readonly keys: Pick<KeyStore, 'find' | 'used'>;
  readonly config: { readonly auth: Pick<Config['auth'], 'staffTwoFactor'> };
};

const readsOnly = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD';

export function createStaff(options: StaffOptions): Staff {
  const { auth, audit, clients, limits, conferences, members, venues, keys, config } = options;
  /** The keys behind the persons that stand for programs. */
  const programs = new WeakMap<Person, KeyRecord>();

  const personOf = (request: FastifyRequest): Promise<Person | undefined> =>
    auth.personOf(new Headers({ cookie: request.headers.cookie ?? '' }));

  /** Throws `auth.required` for a key that is wrong, expired or revoked. */
  const programOf = (request: FastifyRequest): Person | undefined => {
    const secret = secretOf(request.headers.authorization);
    if (secret === undefined) return undefined;
    const key = keys.find(secret);
    if (!key) throw new CodedError('auth.required', 'API key');
    keys.used(key.id);
    const person: Person = {
      ...{ id: `key:${key.id}`, name: key.name, email: null, phone: null, platform: null },
      twoFactor: false,
    };
    programs.set(person, key);
    return person;
  };

  const called = async (
    request: FastifyRequest,
    who: (request: FastifyRequest) => Promise<Person | undefined> | Person | undefined,
  ): Promise<Person> => {
    if (!readsOnly(request) && !request.routeOptions.config.ownLimit)
      await limits.change(clients.key(request.raw));
    const person = await who(request);
    if (!person) throw new CodedError('auth.required');
    return person;
  };

  /** Where staff must have one (ROSTRUM_STAFF_2FA). A program's key needs none. Throws `auth.secondStep`. */
  const needSecondStep = (person: Person): void => {
    if (config.auth.staffTwoFactor && !person.twoFactor && !programs.has(person))
      throw new CodedError('auth.secondStep');
  };

  const staff: Staff = {
    async allow(request, action, conferenceId, missing = 'notFound') {
      const person = await staff.needCaller(request);
      const conference = conferenceId === undefined ? undefined : conferences.get(conferenceId);
      if (!conference) throw new CodedError(missing);
      const may = staff.actions(person, conference.id);
      // Every role can do something: who can do nothing must not learn that it is there.
      if (may.length === 0) throw new CodedError(missing);
      if (!may.includes(action)) throw new CodedError('auth.forbidden', action);
      needSecondStep(person);
      if (isFrozen(conference.state, action, readsOnly(request)))
        throw new CodedError('conference.state', 'archived');
      return person;
    },
    async allowVenue(request, action, venueId, missing = 'venue.notFound') {
      const venue = venueId === undefined ? undefined : venues.get(venueId);
      const person = await staff.allow(request, action, venue?.conferenceId, missing);
      if (!venue) throw new CodedError(missing);
      return { person, venue };
    },
    async allowPlatform(request, action) {
      const person = await staff.needCaller(request);
      if (!mayOnPlatform(action, person.platform)) throw new CodedError('auth.forbidden', action);
      needSecondStep(person);
      return person;
    },
    person: personOf,
    needPerson: (request) => called(request, personOf),
    needCaller: (request) => called(request, staff.caller),
    caller: async (request) => programOf(request) ?? personOf(request),
    actions(person, conferenceId) {
      const key = programs.get(person);
      if (key) return key.conferenceId === conferenceId ? key.actions : [];
      return actionsOf(person.platform, members.rolesOf(person.id, conferenceId));
    },
    async note(request, by, action, venueId, details, conferenceId) {
      request.log.info({ by: by.id, action, venueId }, 'staff act');
      const of = conferenceId ?? (venueId === undefined ? undefined : venues.get(venueId)?.conferenceId);
      const remote = clients.address(request.raw);
      await audit.write({ by, action, venueId, conferenceId: of, details, remote });
    },
  };
  return staff;
}
