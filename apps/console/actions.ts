/** Which of 开播, 休息, 继续, 结束 can be done now, and if not, why. */
import type { VenueState } from '#contracts/now.ts';
import type { VenueStatus } from '#contracts/venue.ts';
import type { Action } from './api.ts';
import type { MessageKey } from './texts.ts';

export const actions = ['live', 'break', 'resume', 'end'] as const satisfies readonly Action[];

/** With Shift held. */
export const shortcuts: Record<Action, string> = { live: 'L', break: 'B', resume: 'R', end: 'E' };

const running = (state: VenueState): boolean => state === 'live' || state === 'away' || state === 'break';

export const hasSignal = (status: VenueStatus): boolean =>
  status.tracks.program.publisher !== null || status.tracks.slides.publisher !== null;

/** The reason an action cannot be done, or undefined when it can. */
export function whyNot(action: Action, status: VenueStatus): MessageKey | undefined {
  const { state } = status;
  switch (action) {
    case 'live':
      if (running(state)) return 'action.why.already';
      return hasSignal(status) ? undefined : 'action.why.noSignal';
    case 'break':
      if (state === 'break') return 'action.why.onBreak';
      return running(state) ? undefined : 'action.why.notLive';
    case 'resume':
      return state === 'break' ? undefined : 'action.why.notBreak';
    case 'end':
      return running(state) ? undefined : 'action.why.notLive';
  }
}
