/** The stage as it is now, followed live with the presenter's cookie: a speaker is no viewer, and the venue may be closed to the public. */
import { useEffect, useState } from 'react';
import { emptyStage, type StageState, stageAfter } from '#contracts/stage-state.ts';
import { follow } from '../follow/follow.ts';

export function useStage(talkId: string, first: StageState | undefined): StageState {
  const [stage, setStage] = useState<StageState>(first ?? emptyStage);
  useEffect(() => {
    const following = follow({
      base: `/api/v1/presenter/stage/${encodeURIComponent(talkId)}`,
      stream: 'stage',
      onSnapshot: ({ state }) => setStage(state),
      onBatch: ({ events }) => {
        if (events.length > 0) setStage((state) => events.reduce(stageAfter, state));
      },
    });
    return () => following.close();
  }, [talkId]);
  return stage;
}
