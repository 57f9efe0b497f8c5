/** What was drawn here, shown at once, until the stage has it: the network may be slow, and what is drawn must not flicker. Pure. */
import type { InkMark } from '#contracts/stage-state.ts';

/** Those that the stage does not have yet: of a stroke it has the beginning long before the end. */
export function notYetOnStage(own: readonly InkMark[], stage: readonly InkMark[]): readonly InkMark[] {
  const whole = new Set(
    stage.filter((mark) => mark.kind === 'text' || mark.ended).map(({ stroke }) => stroke),
  );
  return own.some(({ stroke }) => whole.has(stroke)) ? own.filter(({ stroke }) => !whole.has(stroke)) : own;
}

/** Everything on a page, each mark once: as drawn here while the stage has only a part of it. */
export function marksOn(
  image: string | undefined,
  stage: readonly InkMark[],
  own: readonly InkMark[],
): InkMark[] {
  const here = new Set(own.map(({ stroke }) => stroke));
  return [...stage.filter(({ stroke }) => !here.has(stroke)), ...own].filter((mark) => mark.image === image);
}
