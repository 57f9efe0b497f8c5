/** Who may work on one talk: the staff by their log-in, its presenters by the cookie their link was exchanged for. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  longestSitting,
  openSitting,
  type PresenterSitting,
  sealSitting,
} from '#conference/presenter/link.ts';
import type { LinkStore } from '#conference/presenter/link-store.ts';
import type { VenueDirectory } from '#conference/venue/venue.ts';
import { CodedError } from '#contracts/errors.ts';
import type { ConferenceAction } from '#contracts/roles.ts';
import type { AuditLog } from '../audit.ts';
import type { Person } from '../auth/auth.ts';
import type { Clients } from './client.ts';
import type { Staff } from './staff.ts';

export type Access =
  | { readonly kind: 'staff'; readonly name: string; readonly person: Person }
  | { readonly kind: 'presenter'; readonly name: string; readonly link: string };

export type TalkAccess = {
  /**
   * Throws `auth.required` without any credential; `notFound` with a presenter's cookie of another talk, or a log-in without a role
   * in the talk's conference: it looks the same as a talk there is not; `auth.forbidden` when the role is not enough.
   */
  require(request: FastifyRequest, talkId: string, action: ConferenceAction): Promise<Access>;
  /** The talk whose page this device opened last. */
  lastOpened(request: FastifyRequest): string | undefined;
  /** Gives the cookie; answers the name that is shown. */
  admit(reply: FastifyReply, sitting: Omit<PresenterSitting, 'until'>, secure: boolean): void;
  note(
    request: FastifyRequest,
    by: Access,
    action: string,
    venueId: string,
    details?: Record<string, unknown>,
  ): Promise<void>;
};

export type TalkAccessOptions = {
  readonly staff: Staff;
  readonly talks: { get(id: string): { readonly venueId: string } | undefined };
  readonly venues: Pick<VenueDirectory, 'get'>;
  readonly audit: AuditLog;
  readonly clients: Clients;
  readonly links: LinkStore;
  /** Signs presenters' cookies. */
  readonly presenterSecret: string;
};

/** One cookie a talk: a laptop at the lectern may hold the pages of several. */
const cookiePrefix = 'rostrum.presenter.';
/** All that a presenter's page asks. */
const pathsOf = (talkId: string): string[] => [
  '/api/v1/presenter',
  '/api/v1/decks',
  '/api/v1/uploads',
  `/api/v1/talks/${talkId}`,
];

export function createTalkAccess(options: TalkAccessOptions): TalkAccess {
  const { staff, talks, venues, audit, clients, links, presenterSecret } = options;
  const sittings = (request: FastifyRequest): PresenterSitting[] =>
    Object.entries(request.cookies).flatMap(([name, value]) => {
      if (!name.startsWith(cookiePrefix) || !value) return [];
      const sitting = openSitting(value, presenterSecret, Date.now());
      return sitting && links.isUsable(sitting.link, sitting.talk) ? [sitting] : [];
    });
  return {
    async require(request, talkId, action) {
      const own = sittings(request);
      const sitting = own.find(({ talk }) => talk === talkId);
      if (sitting) return { kind: 'presenter', name: sitting.name, link: sitting.link };
      try {
        const { person } = await staff.allowVenue(request, action, talks.get(talkId)?.venueId, 'notFound');
        return { kind: 'staff', name: person.name, person };
      } catch (error) {
        if (own.length > 0 && error instanceof CodedError && error.code === 'auth.required')
          throw new CodedError('notFound');
        throw error;
      }
    },
    lastOpened: (request) => sittings(request).toSorted((a, b) => b.until - a.until)[0]?.talk,
    admit(reply, sitting, secure) {
      const value = sealSitting({ ...sitting, until: Date.now() + longestSitting }, presenterSecret);
      for (const path of pathsOf(sitting.talk))
        void reply.setCookie(cookiePrefix + sitting.talk, value, {
          path,
          httpOnly: true,
          sameSite: 'strict',
          secure,
          maxAge: longestSitting / 1000,
        });
    },
    async note(request, by, action, venueId, details) {
      if (by.kind === 'staff') return staff.note(request, by.person, action, venueId, details);
      const who = { id: `presenter:${by.link}`, name: `${by.name} (presenter)`, email: null };
      request.log.info({ by: who.id, action, venueId }, 'presenter act');
      const conferenceId = venues.get(venueId)?.conferenceId;
      await audit.write({
        ...{ by: who, action, venueId, conferenceId, details },
        remote: clients.address(request.raw),
      });
    },
  };
}
