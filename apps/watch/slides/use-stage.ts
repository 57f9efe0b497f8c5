/** The stage's parts that React shows; ink and laser are painted apart, for they change with every frame. */
import { useEffect, useState } from 'react';
import type { StageState } from '#contracts/stage-state.ts';
import type { StageSource } from './stage-source.ts';

export type ShownStage = Pick<StageState, 'page' | 'black' | 'talk' | 'talkSince' | 'shown'>;

const same = (a: ShownStage, b: ShownStage): boolean =>
  a.page === b.page && a.black === b.black && a.talk === b.talk && a.shown === b.shown;

export function useStage(source: StageSource): ShownStage {
  const [shown, setShown] = useState<ShownStage>(() => source.at(source.moment()));
  useEffect(() => {
    let frame = 0;
    const look = () => {
      const state = source.at(source.moment());
      setShown((before) => (same(before, state) ? before : state));
      frame = requestAnimationFrame(look);
    };
    look();
    return () => cancelAnimationFrame(frame);
  }, [source]);
  return shown;
}
