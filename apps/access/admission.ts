/** What a sitting means for the page at a moment: in, in for a preview, held for now, or not in. Pure. */
import type { Decision, Sitting } from '#contracts/access.ts';

export type Refusal = Extract<Decision, { allowed: false }>;
export type Admission =
  /** `until`: of a preview (试看), epoch ms. */
  | { readonly kind: 'in'; readonly until: number | null }
  /** Something of the venue may be watched, what is on now may not: the page waits and goes on by itself. */
  | { readonly kind: 'held'; readonly refusal: Refusal }
  | { readonly kind: 'out'; readonly refusal: Refusal };

/** `closed` to everyone: what is said when a pass is missing although the decision allows. */
const nothing: Refusal = { allowed: false, reason: 'closed', join: 'any', ways: [], from: null };

const inBy = (decision: Extract<Decision, { allowed: true }>): Admission => ({
  kind: 'in',
  until: decision.by === 'preview' ? decision.until : null,
});

/** `talkId`: the talk that is on now; undefined between talks. */
export function liveAdmission(sitting: Sitting, talkId: string | undefined): Admission {
  const own = talkId === undefined ? undefined : sitting.talks.find((talk) => talk.id === talkId)?.live;
  const decision = own ?? sitting.live;
  if (decision.allowed) return sitting.pass === null ? { kind: 'out', refusal: nothing } : inBy(decision);
  return { kind: sitting.pass === null ? 'out' : 'held', refusal: decision };
}

export function replayAdmission(sitting: Sitting, talkId: string | undefined): Admission {
  const own = talkId === undefined ? undefined : sitting.talks.find((talk) => talk.id === talkId)?.replay;
  const decision = own ?? sitting.replay;
  if (!decision.allowed) return { kind: 'out', refusal: decision };
  return sitting.pass === null ? { kind: 'out', refusal: nothing } : inBy(decision);
}

/** Epoch ms at which the answer changes by itself: a preview or the pass ends, an embargo ends. */
export function turnsAt(sitting: Sitting): number | null {
  const times: number[] = [];
  const look = (decision: Decision) => {
    const at = decision.allowed ? decision.until : decision.from;
    if (at !== null) times.push(at);
  };
  look(sitting.live);
  look(sitting.replay);
  for (const talk of sitting.talks) {
    look(talk.live);
    look(talk.replay);
  }
  if (sitting.until !== null) times.push(sitting.until);
  return times.length === 0 ? null : Math.min(...times);
}
