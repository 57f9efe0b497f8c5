/**
 * The stage stream as one viewer may see it: what happened in a closed talk is left out (pages, ink and pointer; the talk's own title
 * is public). Batches keep their numbers, so that everyone reads on in the same way. Most viewers see everything and share the bytes.
 */
import type { Batch, Snapshot, StageEvent } from '#contracts/events.ts';
import type { StageState } from '#contracts/stage-state.ts';
import type { Allowed } from './admission.ts';

type Stretch = { readonly from: number; readonly to: number | null };
type Sealed = { readonly body: Buffer };
type Facts<S extends Sealed> = {
  /** First and last moment of what is guarded in it; undefined: nothing is. */
  readonly guarded: readonly Stretch[] | undefined;
  /** By the stretches that may be seen. */
  readonly variants: Map<string, S & { readonly filtered: true }>;
};

/** Told to everyone: which talk is on, and how late the picture is. */
const open: ReadonlySet<string> = new Set<StageEvent['type']>(['talk', 'delay']);
/** Kinds of viewers of one batch for whom it is kept made. */
const mostVariants = 16;

const facts = new WeakMap<Sealed, Facts<Sealed>>();

export const batchFor = <S extends Sealed>(batch: S, allowed: Allowed): S & { readonly filtered?: boolean } =>
  view(batch, allowed, batchTimes, batchWithin);
export const snapshotFor = <S extends Sealed>(
  snapshot: S,
  allowed: Allowed,
): S & { readonly filtered?: boolean } => view(snapshot, allowed, snapshotTimes, snapshotWithin);

function view<S extends Sealed>(
  sealed: S,
  allowed: Allowed,
  times: (body: string) => readonly number[],
  within: (body: string, seen: (t: number) => boolean) => unknown,
): S & { readonly filtered?: boolean } {
  const known = (facts.get(sealed) as Facts<S> | undefined) ?? read(sealed, times);
  if (!known.guarded) return sealed;
  const stretches = allowed.within(known.guarded);
  if (stretches === known.guarded) return sealed;
  const key = stretches.map(({ from, to }) => `${from}-${to}`).join();
  const made = known.variants.get(key);
  if (made) return made;
  const seen = (t: number) =>
    stretches.some(({ from, to }) => from <= t && t < (to ?? Number.POSITIVE_INFINITY));
  const { gzip: _, ...rest } = sealed as S & { gzip?: Buffer };
  const body = Buffer.from(JSON.stringify(within(sealed.body.toString(), seen)));
  const variant = { ...(rest as unknown as S), body, filtered: true as const };
  if (known.variants.size >= mostVariants) known.variants.clear();
  known.variants.set(key, variant);
  return variant;
}

function read<S extends Sealed>(sealed: S, times: (body: string) => readonly number[]): Facts<S> {
  const found = times(sealed.body.toString());
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const t of found) {
    from = Math.min(from, t);
    to = Math.max(to, t);
  }
  const made: Facts<S> = {
    guarded: found.length === 0 ? undefined : [{ from, to: to + 1 }],
    variants: new Map(),
  };
  facts.set(sealed, made as unknown as Facts<Sealed>);
  return made;
}

const batchTimes = (body: string): number[] =>
  (JSON.parse(body) as Batch<StageEvent>).events.flatMap(({ type, t }) => (open.has(type) ? [] : [t]));

function batchWithin(body: string, seen: (t: number) => boolean): Batch<StageEvent> {
  const batch = JSON.parse(body) as Batch<StageEvent>;
  return { ...batch, events: batch.events.filter(({ type, t }) => open.has(type) || seen(t)) };
}

type Mark = StageState['ink'][number];
const markTime = (mark: Mark): number => (mark.kind === 'text' ? mark.t : (mark.points[0]?.[0] ?? 0));

function snapshotTimes(body: string): number[] {
  const { state } = JSON.parse(body) as Snapshot<StageState>;
  const times = [...state.shown.map(({ t }) => t), ...state.ink.map(markTime)];
  if (state.page) times.push(state.page.t);
  if (state.laser) times.push(state.laser.t);
  return times;
}

function snapshotWithin(body: string, seen: (t: number) => boolean): Snapshot<StageState> {
  const { state, ...rest } = JSON.parse(body) as Snapshot<StageState>;
  return { ...rest, state: stateWithin(state, seen) };
}

/** A state without what happened at moments that may not be seen (rule X6). */
export const stateWithin = (state: StageState, seen: (t: number) => boolean): StageState => ({
  ...state,
  page: state.page && seen(state.page.t) ? state.page : null,
  laser: state.laser && seen(state.laser.t) ? state.laser : null,
  ink: state.ink.filter((mark) => seen(markTime(mark))),
  shown: state.shown.filter(({ t }) => seen(t)),
});
