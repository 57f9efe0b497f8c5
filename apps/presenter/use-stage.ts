/** The stage as it is now, followed live; what this page has sent but not yet got back is laid over it. */
import { useEffect, useState } from 'react';
import { mediaBase, openPass } from '#contracts/media-urls.ts';
import { emptyStage, type StageState, stageAfter } from '#contracts/stage-state.ts';
import { EventSocket, socketUrl } from '../follow/event-socket.ts';
import { follow } from '../follow/follow.ts';

export function useStage(venueId: string, first: StageState | undefined): StageState {
  const [stage, setStage] = useState<StageState>(first ?? emptyStage);
  useEffect(() => {
    const socket = new EventSocket({ url: socketUrl(location), venue: venueId });
    const following = follow({
      base: mediaBase(openPass, venueId),
      stream: 'stage',
      socket,
      onSnapshot: ({ state }) => setStage(state),
      onBatch: ({ events }) => {
        if (events.length > 0) setStage((state) => events.reduce(stageAfter, state));
      },
    });
    return () => {
      following.close();
      socket.close();
    };
  }, [venueId]);
  return stage;
}
