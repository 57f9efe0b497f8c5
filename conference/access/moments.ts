/** Which talk a moment of a venue's timeline belongs to. */
import type { TalkRecord } from '../talk/talk.ts';

/** `to`: infinite while the talk is on. Epoch ms on the timeline; `from` belongs to it, `to` to what follows. */
export type TalkMoments = { readonly talkId: string; readonly from: number; readonly to: number };

/** Talks that have begun, by their beginning. */
export function momentsOf(
  talks: readonly Pick<TalkRecord, 'id' | 'actualStart' | 'actualEnd'>[],
): readonly TalkMoments[] {
  return talks
    .flatMap(({ id, actualStart, actualEnd }): TalkMoments[] =>
      actualStart === null
        ? []
        : [{ talkId: id, from: actualStart, to: actualEnd ?? Number.POSITIVE_INFINITY }],
    )
    .sort((a, b) => a.from - b.from);
}

/** What a moment belongs to: a talk, or (talkId null) what lies between talks, with its borders. */
export type Place = { readonly talkId: string | null; readonly from: number; readonly to: number };

export function placeAt(moments: readonly TalkMoments[], t: number): Place {
  // From the end: nearly all who ask are at the live edge.
  for (let i = moments.length - 1; i >= 0; i--) {
    const talk = moments[i];
    if (!talk || talk.from > t) continue;
    const next = moments[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    if (t < talk.to) return { ...talk, to: Math.min(talk.to, next) };
    return { talkId: null, from: talk.to, to: next };
  }
  return { talkId: null, from: Number.NEGATIVE_INFINITY, to: moments[0]?.from ?? Number.POSITIVE_INFINITY };
}
