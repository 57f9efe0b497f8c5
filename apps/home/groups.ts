/** Where a conference belongs on the front page: what is on first, then what comes soonest, then what was last. */
import type { PublicConferenceCard } from '#contracts/conference.ts';
import { dayOf } from '../conference/times.ts';

export const groups = ['on', 'coming', 'over'] as const;
export type Group = (typeof groups)[number];
type Dated = Pick<PublicConferenceCard, 'state' | 'startDate' | 'endDate' | 'timeZone' | 'live'>;

/** By its state, and by its days where the staff has not moved the state on. `now`: epoch ms. */
export function groupOf(conference: Dated, now: number): Group {
  const { state, startDate, endDate, timeZone, live } = conference;
  if (live > 0 || state === 'running') return 'on';
  const today = dayOf(now, timeZone);
  if (state === 'over' || endDate < today) return 'over';
  return startDate <= today ? 'on' : 'coming';
}

/** The groups that have something, in their order. */
export function grouped<T extends Dated>(
  conferences: readonly T[],
  now: number,
): { readonly group: Group; readonly items: readonly T[] }[] {
  return groups.flatMap((group) => {
    const items = conferences.filter((one) => groupOf(one, now) === group);
    const sooner = (a: T, b: T) => a.startDate.localeCompare(b.startDate);
    items.sort(group === 'over' ? (a, b) => sooner(b, a) : (a, b) => b.live - a.live || sooner(a, b));
    return items.length === 0 ? [] : [{ group, items }];
  });
}
