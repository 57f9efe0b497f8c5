/** What is exported of a programme, whatever the form. */
import type { Speaker } from '#contracts/events.ts';
import type { SessionRecord } from '../../session/session.ts';
import type { TalkRecord } from '../../talk/talk.ts';

export type Exported = {
  readonly title: string;
  readonly place: string;
  readonly timeZone: string;
  /** `YYYY-MM-DD` */
  readonly startDate: string;
  readonly endDate: string;
  /** In the order they are shown. */
  readonly venues: readonly { readonly id: string; readonly title: string }[];
  readonly sessions: readonly SessionRecord[];
  readonly talks: readonly TalkRecord[];
};

/** `张三（北京协和医院，主任医师）`: what an import reads back. */
export const personText = ({ name, unit, title }: Speaker): string => {
  const about = [unit, title].filter((part) => part !== '').join('，');
  return about === '' ? name : `${name}（${about}）`;
};
export const peopleText = (people: readonly Speaker[]): string => people.map(personText).join('、');

export const talkEnd = ({ plannedStart, plannedMinutes }: TalkRecord): number | null =>
  plannedStart === null || plannedMinutes === null ? null : plannedStart + plannedMinutes * 60_000;

/** By time, then by venue; what has no time comes first. */
export function inOrder({ talks, venues }: Exported): TalkRecord[] {
  const places = new Map(venues.map(({ id }, i) => [id, i]));
  return talks.toSorted(
    (a, b) =>
      (a.plannedStart ?? 0) - (b.plannedStart ?? 0) ||
      (places.get(a.venueId) ?? 0) - (places.get(b.venueId) ?? 0) ||
      a.position - b.position,
  );
}
