/** Which rule holds for a thing: its own, or that of the nearest thing around it. */
import {
  type AccessLabel,
  type Condition,
  openRule,
  type Rule,
  type Thing,
  type ThingRules,
} from '#contracts/access.ts';

/** Live and replay are asked apart. */
export type Mode = 'live' | 'replay';
export const modes = ['live', 'replay'] as const;

/** A thing asked about and what lies around it, nearest first: talk, venue, conference. */
export type Chain = readonly { readonly thing: Thing; readonly rules: ThingRules | undefined }[];

/** `on`: the thing the rule lies on; undefined: no rule anywhere, so it is open. */
export type Effective = { readonly rule: Rule | 'closed'; readonly on: Thing | undefined };

/**
 * The nearest wins. Where no rule is set for replays anywhere in the chain, they follow the live rule: a conference for delegates
 * must not be open to all an hour later because nobody thought of replays.
 */
export function effectiveRule(chain: Chain, mode: Mode): Effective {
  for (const { thing, rules } of chain) {
    const rule = rules?.[mode];
    if (rule) return { rule, on: thing };
  }
  return mode === 'replay' ? effectiveRule(chain, 'live') : { rule: openRule, on: undefined };
}

/** Name of a password that was given: whose, and for what. */
export const unlockOf = (thing: Thing, mode: Mode): string => `${thing.kind}:${thing.id}:${mode}`;
/** The right of a talk's speaker to see its replay before it is published (C9), kept beside the passwords given. */
export const reviewOf = (talkId: string): string => `review:${talkId}`;

/** The mode the effective rule was written for: a replay that follows the live rule is opened by the live password. */
export function modeOfRule(chain: Chain, mode: Mode): Mode {
  if (mode === 'live') return 'live';
  return chain.some(({ rules }) => rules?.replay) ? 'replay' : 'live';
}

const isPaid = (condition: Condition): condition is Extract<Condition, { kind: 'paid' }> =>
  condition.kind === 'paid';

/** What stands on a card and before the start (C8). `from`: embargo of a replay, epoch ms. */
export function labelOf({ rule }: Effective, from: number | null = null): AccessLabel {
  if (rule === 'closed') return { join: 'all', kinds: ['closed'], fen: null, previewMinutes: 0, from };
  const prices = rule.conditions.filter(isPaid).map(({ fen }) => fen);
  return {
    join: rule.join,
    kinds: [...new Set(rule.conditions.map(({ kind }) => kind))],
    fen: prices.length > 0 ? Math.min(...prices) : null,
    previewMinutes: rule.previewMinutes,
    from,
  };
}
