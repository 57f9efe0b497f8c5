/** Who may push, asked by every ingest server before any media is read: the venue's key rules, then one publisher a track. */
import type { Logger } from 'pino';
import { judgePush } from '#conference/venue/push-rules.ts';
import type { VenueDirectory } from '#conference/venue/venue.ts';
import type { PublishAnswer, PublishDoor, PublishRequest, PublishSession } from '#media/ingest/publish.ts';
import type { VenueDesk } from './venue-desk.ts';

export type DoorOptions = {
  readonly venues: Pick<VenueDirectory, 'findKey'>;
  /** Undefined while the venue is being removed or the process drains. */
  readonly desk: (venueId: string) => VenueDesk | undefined;
  readonly maxPublishers: number;
  readonly publishers: () => number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly log: Logger;
};

export function createDoor({ venues, desk, maxPublishers, publishers, now, log }: DoorOptions): PublishDoor {
  return {
    open(request: PublishRequest, session: PublishSession): Promise<PublishAnswer> {
      const answer = decide(request, session);
      if (!answer.accepted)
        log.info({ remote: request.remote, code: answer.code, detail: answer.detail }, 'publisher refused');
      return Promise.resolve(answer);
    },
  };

  function decide(request: PublishRequest, session: PublishSession): PublishAnswer {
    const verdict = judgePush(venues, request.streamKey, request.query, now());
    if (!verdict.allowed) {
      return {
        accepted: false,
        code: verdict.code,
        ...(verdict.detail === undefined ? {} : { detail: verdict.detail }),
      };
    }
    const venue = desk(verdict.venue.id);
    if (!venue) return { accepted: false, code: 'server.unavailable', detail: 'the server is stopping' };
    if (publishers() >= maxPublishers) {
      return {
        accepted: false,
        code: 'server.unavailable',
        detail: `at most ${maxPublishers} encoders may push at once`,
      };
    }
    return venue.connect(verdict.track, request, session);
  }
}
