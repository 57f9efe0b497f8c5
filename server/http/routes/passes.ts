/** Passes for members of another site, asked for by its server and handed to the frame in its page (docs/embed.md). */
import { z } from 'zod';
import type { Access } from '#conference/access/access.ts';
import type { VenueDirectory } from '#conference/venue/venue.ts';
import { type Decision, passMadeSchema, passRequestSchema } from '#contracts/access.ts';
import { CodedError } from '#contracts/errors.ts';
import type { Partner } from '../../auth/outside-config.ts';
import { ofConferenceSite, ofPartner } from '../../auth/partner-people.ts';
import type { People } from '../../auth/people.ts';
import type { Config } from '../../config.ts';
import type { App } from '../app.ts';
import type { Clients } from '../client.ts';
import { createSittingLimits } from '../sitting-limits.ts';
import type { Staff } from '../staff.ts';

export type PassRouteOptions = {
  readonly access: Access;
  readonly people: People;
  readonly venues: Pick<VenueDirectory, 'get'>;
  readonly clients: Clients;
  readonly staff: Staff;
  readonly config: { readonly auth: Pick<Config['auth'], 'partners'> };
};

export function registerPasses(app: App, options: PassRouteOptions): void {
  const { access, people, venues, clients, staff, config } = options;
  const limits = createSittingLimits();

  /** Throws `auth.forbidden` for a partner that the installation does not let speak in this conference. */
  const partnerOf = (id: string, conferenceId: string): Partner => {
    const partner = config.auth.partners.find((one) => one.id === id);
    if (!partner?.conferences.includes(conferenceId)) throw new CodedError('auth.forbidden', `partner ${id}`);
    return partner;
  };

  app.post(
    '/api/v1/conferences/:id/passes',
    {
      // A site's server asks for a whole hall at once.
      config: { needs: 'registration.decide', of: 'conference', ownLimit: true },
      schema: {
        summary:
          "What a member of another site may watch here now, and the pass for the frame in that site's page",
        tags: ['sittings'],
        params: z.object({ id: z.string().max(64) }),
        body: passRequestSchema,
        response: { 200: passMadeSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await limits.sit(clients.key(request.raw));
      const caller = await staff.allow(request, 'registration.decide', id);
      const { partner, uid, phone, venueId, talkId, device, takeOver, agent, ...given } = request.body;
      if (venues.get(venueId)?.conferenceId !== id) throw new CodedError('venue.notFound');
      const name = given.name || caller.name;
      const userId =
        partner === undefined
          ? await ofConferenceSite(people, id, { uid, name })
          : await ofPartner(people, partnerOf(partner, id), { uid, name: given.name, phone });
      const sitting = await access.sit(
        venueId,
        { talkId, takeOver },
        { person: { id: userId, name }, device, address: clients.key(request.raw), agent },
      );
      // Of the talk that is meant, where it differs from the hall's.
      const own = sitting.talks.find((talk) => talk.id === (talkId ?? access.currentTalk(venueId)));
      const decision: Decision = own?.live ?? sitting.live;
      void reply.header('cache-control', 'no-store');
      return { pass: sitting.pass, until: sitting.until, decision, userId };
    },
  );
}
