/** The stage's parts that React shows; ink and laser are painted apart, for they change with every frame. */
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { StageState } from '#contracts/stage-state.ts';
import type { StageSource } from './stage-source.ts';

export type ShownStage = Pick<StageState, 'page' | 'black' | 'talk' | 'talkSince' | 'shown'>;

const same = (a: ShownStage, b: ShownStage): boolean =>
  a.page === b.page && a.black === b.black && a.talk === b.talk && a.shown === b.shown;

export function useStage(source: StageSource): ShownStage {
  const [shown, setShown] = useState<ShownStage>(() => source.at(source.moment()));
  const newest = useRef(shown);
  useEffect(() => {
    let frame = 0;
    const look = () => {
      const state = source.at(source.moment());
      if (!same(newest.current, state)) {
        newest.current = state;
        // In this frame, not in one of the next: the page must not lag behind the voice.
        flushSync(() => setShown(state));
      }
      frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [source]);
  return shown;
}
