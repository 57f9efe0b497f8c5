/**
 * What happens to the talks of a venue at a cut: pure. Planned times are never touched: a delay shows as the difference between
 * planned and actual, and is the organiser's to deal with.
 */
import type { PlannedTalk } from '#contracts/events.ts';
import type { TalkRecord } from './talk.ts';

/** Talks of one venue, in order. */
type Talks = readonly TalkRecord[];

export type Cut =
  | {
      /** The moment on the timeline, epoch ms. */
      readonly t: number;
      readonly ended: TalkRecord | undefined;
      readonly started: TalkRecord | undefined;
    }
  | { readonly refused: string };

export const currentTalk = (talks: Talks): TalkRecord | undefined =>
  talks.find(({ state }) => state === 'now');

/** The first one planned that comes after the last one given; without such, the first one planned (one that was skipped). */
export function nextTalk(talks: Talks): TalkRecord | undefined {
  const given = talks.findLastIndex(({ state }) => state === 'now' || state === 'done');
  const planned = ({ state }: TalkRecord) => state === 'planned';
  return talks.slice(given + 1).find(planned) ?? talks.find(planned);
}

const end = (talk: TalkRecord, t: number): TalkRecord => ({ ...talk, state: 'done', actualEnd: t });

/** The next talk begins at `t`; one that is on ends there. */
export function cutToNext(talks: Talks, t: number): Cut {
  const next = nextTalk(talks);
  if (!next) return { refused: 'no planned talk is left' };
  const ending = endTalk(talks, t);
  if ('refused' in ending && currentTalk(talks)) return ending;
  const ended = 'refused' in ending ? undefined : ending.ended;
  return { t, ended, started: { ...next, state: 'now', actualStart: t, actualEnd: null } };
}

/** The talk that is on ends at `t`; nobody speaks then. */
export function endTalk(talks: Talks, t: number): Cut {
  const current = currentTalk(talks);
  if (!current) return { refused: 'no talk is on' };
  const since = current.actualStart ?? 0;
  if (t <= since)
    return { refused: `the talk began ${((since - t) / 1000).toFixed(1)} s after the moment of the cut` };
  return { t, ended: end(current, t), started: undefined };
}

/** What the last cut did, found in what it left. */
export function lastCut(
  talks: Talks,
):
  | { readonly t: number; readonly ended: TalkRecord | undefined; readonly started: TalkRecord | undefined }
  | undefined {
  const started = currentTalk(talks);
  if (started) {
    const t = started.actualStart ?? 0;
    return { t, started, ended: talks.find(({ state, actualEnd }) => state === 'done' && actualEnd === t) };
  }
  const ended = talks
    .filter(({ state, actualEnd }) => state === 'done' && actualEnd !== null)
    .reduce<TalkRecord | undefined>(
      (newest, talk) => ((newest?.actualEnd ?? 0) >= (talk.actualEnd ?? 0) ? newest : talk),
      undefined,
    );
  return ended && { t: ended.actualEnd ?? 0, ended, started: undefined };
}

/** The talks as they were before the last cut: `back` is planned again, `on` goes on as if never ended. */
export function undoCut(
  talks: Talks,
):
  | { readonly t: number; readonly back: TalkRecord | undefined; readonly on: TalkRecord | undefined }
  | undefined {
  const cut = lastCut(talks);
  if (!cut) return undefined;
  const { t, started, ended } = cut;
  return {
    t,
    back: started && { ...started, state: 'planned', actualStart: null, actualEnd: null },
    on: ended && { ...ended, state: 'now', actualEnd: null },
  };
}

/** Positions 0, 1, 2… in the order of `ids`; undefined when these are not exactly the venue's talks. Only those that moved. */
export function reordered(talks: Talks, ids: readonly string[]): Talks | undefined {
  const byId = new Map(talks.map((talk) => [talk.id, talk]));
  if (ids.length !== byId.size || new Set(ids).size !== ids.length) return undefined;
  const moved: TalkRecord[] = [];
  for (const [position, id] of ids.entries()) {
    const talk = byId.get(id);
    if (!talk) return undefined;
    if (talk.position !== position) moved.push({ ...talk, position });
  }
  return moved;
}

/** Bytes the list of talks may take as JSON: one batch holds it. */
export const programmeBytes = 60_000;

const size = (talks: readonly PlannedTalk[]): number => Buffer.byteLength(JSON.stringify(talks));

/**
 * The list within the bytes: first what is least missed goes (courseware of others than the talk that is on, units and titles of
 * people, all but three speakers), then long titles, then the talks furthest from the one that is on.
 */
export function shortened(talks: readonly PlannedTalk[], bytes = programmeBytes): readonly PlannedTalk[] {
  const steps: ((talk: PlannedTalk) => PlannedTalk)[] = [
    (talk) => (talk.state === 'now' ? talk : { ...talk, courseware: [] }),
    (talk) => ({ ...talk, speakers: talk.speakers.map(({ name }) => ({ name, unit: '', title: '' })) }),
    (talk) => ({ ...talk, speakers: talk.speakers.slice(0, 3), courseware: [] }),
    (talk) => ({ ...talk, title: talk.title.slice(0, 60) }),
  ];
  let list = talks;
  for (const step of steps) {
    if (size(list) <= bytes) return list;
    list = list.map(step);
  }
  return size(list) <= bytes ? list : nearest(list, bytes);
}

/** As many talks around the one that is on as the bytes allow. */
function nearest(list: readonly PlannedTalk[], bytes: number): readonly PlannedTalk[] {
  const at = Math.max(
    0,
    list.findLastIndex(({ state }) => state === 'now' || state === 'done'),
  );
  let [first, end, left] = [at, at, bytes - 2];
  for (let more = true; more; ) {
    more = false;
    for (const next of [end, first - 1]) {
      const talk = list[next];
      const needs = talk ? size([talk]) : Number.POSITIVE_INFINITY;
      if (needs > left) continue;
      left -= needs;
      if (next === end) end++;
      else first--;
      more = true;
    }
  }
  return list.slice(first, end);
}
