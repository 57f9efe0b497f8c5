/** The rules that a conference made after another one takes along. */
import type { Rule, Thing, ThingRules } from '#contracts/access.ts';
import type { AccessRules } from '../access/access-rules.ts';
import type { Copier } from './conferences.ts';

/** Rules of the conference and of what was copied. They never become looser by it. */
export const copyRules =
  (rules: Pick<AccessRules, 'list' | 'set'>): Copier =>
  async ({ from, to, venues, talks }) => {
    const counterpart = ({ kind, id }: Thing): string | undefined =>
      kind === 'conference' ? to.id : kind === 'venue' ? venues.get(id) : talks.get(id);
    for (const { thing, rules: own } of rules.list(from.id)) {
      const id = counterpart(thing);
      if (id !== undefined) await rules.set({ kind: thing.kind, id }, to.id, copied(own));
    }
  };

export function copied({ live, replay }: ThingRules): ThingRules {
  return {
    live: live && copiedRule(live),
    replay: replay === null || replay === 'closed' ? replay : copiedRule(replay),
  };
}

/**
 * Lists and batches are of the old conference: any of the new one's takes their place. A password is known to people of last time:
 * a code does, of which there are none yet.
 */
const copiedRule = (rule: Rule): Rule => ({
  ...rule,
  conditions: rule.conditions.map((condition) => {
    if (condition.kind === 'delegate') return { ...condition, lists: [] };
    if (condition.kind === 'code') return { ...condition, batches: [] };
    return condition.kind === 'password' ? { kind: 'code', batches: [] } : condition;
  }),
});
