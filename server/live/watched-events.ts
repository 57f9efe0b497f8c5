/** A venue's data stream as the holder of a pass may follow it: asked for anew with every batch. */
import type { EventsPort } from '../live-port.ts';
import type { Admission } from './admission.ts';
import { batchFor } from './event-view.ts';

export const watchedEvents = (
  events: Pick<EventsPort, 'subscribe'>,
  admit: () => ReturnType<Admission['admit']>,
): Pick<EventsPort, 'subscribe'> => ({
  subscribe: (stream, from, listener) =>
    events.subscribe(stream, from, {
      batch: (batch) => {
        const allowed = admit();
        // Withdrawn: nothing more is given; the socket ends by itself.
        if (typeof allowed === 'string') return undefined;
        return listener.batch(stream === 'stage' ? batchFor(batch, allowed) : batch);
      },
      gone: () => listener.gone(),
    }),
});
