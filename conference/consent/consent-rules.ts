/**
 * What the speakers' answers and the conference's policy make of a talk's replay (C9). An answer that was given is always kept to;
 * the policies differ in what silence means, and whether people are asked: `publish` yes, nobody is asked; `unless-refused` yes,
 * speakers are asked; `consent` no. Of several speakers the strictest answer holds. Pure.
 */
import type { ConsentAnswer } from '#contracts/access.ts';
import type { ReplayPolicy } from '#contracts/conference.ts';
import { normalName } from '../delegate/identity.ts';

export type Verdict = {
  readonly out: 'yes' | 'delegates' | 'no';
  /** Embargo, epoch ms. */
  readonly from: number | null;
  /** Null: nobody said. */
  readonly download: boolean | null;
};
export type Said = { readonly name: string; readonly answer: ConsentAnswer | null };
type Speaker = { readonly name: string };

const strictness = { yes: 0, delegates: 1, no: 2 } as const;

export function verdictOf(
  policy: ReplayPolicy,
  speakers: readonly Speaker[],
  said: readonly Said[],
): Verdict {
  const answers = said.flatMap(({ answer }) => (answer ? [answer] : []));
  let out: Verdict['out'] = 'yes';
  const atLeast = (other: Verdict['out']): void => {
    if (strictness[other] > strictness[out]) out = other;
  };
  for (const { replay, reviewFirst, reviewed } of answers) {
    if (replay === 'nobody' || (reviewFirst && !reviewed)) atLeast('no');
    else if (replay === 'delegates') atLeast('delegates');
  }
  if (policy === 'consent' && (unasked(speakers, said).length > 0 || answers.length < said.length))
    atLeast('no');
  const embargoes = answers.flatMap(({ embargo }) => (embargo === null ? [] : [embargo]));
  return {
    out,
    from: embargoes.length === 0 ? null : Math.max(...embargoes),
    download: answers.length === 0 ? null : answers.every(({ download }) => download),
  };
}

/** Speakers of whom there is no record, by name. */
export function unasked<S extends Speaker>(
  speakers: readonly S[],
  said: readonly { readonly name: string }[],
): S[] {
  const known = new Set(said.map(({ name }) => normalName(name)));
  return speakers.filter(({ name }) => !known.has(normalName(name)));
}
