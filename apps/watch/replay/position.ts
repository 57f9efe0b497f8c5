/** Where the viewer left each replay, on this device. */

const key = 'rostrum.replays';
const most = 50;
/** Nearer than this to either end, ms, there is nothing to go on from. */
export const worthResuming = 15_000;

type Store = Pick<Storage, 'getItem' | 'setItem'>;
/** Newest last: [clip, epoch ms on the timeline]. */
type Entries = [string, number][];

function read(store: Store): Entries {
  try {
    const entries: unknown = JSON.parse(store.getItem(key) ?? '[]');
    if (!Array.isArray(entries)) return [];
    return entries.filter(
      (entry): entry is [string, number] =>
        Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number',
    );
  } catch {
    return []; // Refused or damaged: as on a first visit.
  }
}

export const leftAt = (clip: string, store: Store): number | undefined =>
  read(store).find(([id]) => id === clip)?.[1];

/** Undefined forgets it. */
export function leave(clip: string, moment: number | undefined, store: Store): void {
  const others = read(store).filter(([id]) => id !== clip);
  const entries = moment === undefined ? others : [...others, [clip, Math.round(moment)]];
  try {
    store.setItem(key, JSON.stringify(entries.slice(-most)));
  } catch {
    // Not stored; the replay then begins at its beginning.
  }
}
