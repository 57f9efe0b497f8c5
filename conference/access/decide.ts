/**
 * The one question of access (DESIGN section 8): may this person watch this, now? Pure: labels, the gate of the media and the API
 * all ask it. docs/access-rules.md is its truth table.
 */
import type { Condition, Decision, Rule, Thing, WayIn } from '#contracts/access.ts';
import { type Chain, effectiveRule, type Mode, modeOfRule, reviewOf, unlockOf } from './rules.ts';
import type { ConsentSource, Viewer } from './viewer.ts';

/** Of one person, or one device, and one talk or venue. */
export type PreviewState =
  /** Not begun: it may. */
  | { readonly kind: 'unused' }
  /** Epoch ms. */
  | { readonly kind: 'running'; readonly until: number }
  /** Over, or none left at this address. */
  | { readonly kind: 'over' };

export type Question = {
  readonly mode: Mode;
  /** Nearest first; at least the conference. */
  readonly chain: Chain;
  /** False in a draft: only its staff see it. */
  readonly published: boolean;
  /** Hidden by the staff: a replay taken back. */
  readonly hidden?: boolean;
  /** Of the speaker, for replays of talks. */
  readonly consent?: ReturnType<ConsentSource['verdict']> | undefined;
  readonly preview?: PreviewState;
  /** Whether one can still register. */
  readonly registration?: 'open' | 'closed' | 'full';
};

/** `now`: epoch ms. */
export function decide(viewer: Viewer, question: Question, now: number): Decision {
  if (viewer.staff) return { allowed: true, by: 'staff', until: null };
  if (viewer.banned) return refused('banned');
  const { chain, mode, consent } = question;
  const { rule, on } = effectiveRule(chain, mode);
  if (mode === 'replay' && !question.hidden && isReviewer(viewer, chain))
    return { allowed: true, by: 'rules', until: null };
  if (!question.published || rule === 'closed' || question.hidden) return refused('closed');
  if (mode === 'replay' && consent) {
    if (consent.out === 'no') return refused('consent');
    if (consent.from !== null && consent.from > now) return { ...refused('embargo'), from: consent.from };
    if (consent.out === 'delegates' && !isDelegate(viewer))
      return {
        ...refused('consent'),
        join: 'any',
        ways: [{ kind: 'delegate' }, { kind: 'register', state: registerState(viewer, question) }],
      };
  }
  const asked: Asked = { viewer, question, on, ruleMode: modeOfRule(chain, mode) };
  const ways = rule.conditions.map((condition) => wayIn(condition, asked));
  const met = ways.map((way) => way === undefined);
  if (rule.join === 'any' ? met.includes(true) : !met.includes(false))
    return { allowed: true, by: 'rules', until: null };
  const preview = previewOf(rule, question.preview, now);
  if (typeof preview === 'object') return preview;
  return {
    allowed: false,
    reason: preview,
    join: rule.join,
    ways: ways.filter((way) => way !== undefined),
    from: null,
  };
}

type Refused = Extract<Decision, { allowed: false }>;
const refused = (reason: Refused['reason']): Refused => ({
  allowed: false,
  reason,
  join: 'all',
  ways: [],
  from: null,
});

/** The talk's speaker, who wants to see the replay before it is out, or wants to know what was agreed to. */
const isReviewer = (viewer: Viewer, chain: Chain): boolean =>
  chain.some(({ thing }) => thing.kind === 'talk' && viewer.unlocked.has(reviewOf(thing.id)));

/** The speaker lets delegates see it: people on a list, or registered. */
const isDelegate = ({ facts }: Viewer): boolean => facts.registration === 'approved' || facts.lists.size > 0;

type Asked = {
  readonly viewer: Viewer;
  readonly question: Question;
  readonly on: Thing | undefined;
  readonly ruleMode: Mode;
};

/** Undefined: the condition is met. All but a password ask for an account. */
function wayIn(condition: Condition, asked: Asked): WayIn | undefined {
  const { viewer, question, on, ruleMode } = asked;
  const { facts } = viewer;
  switch (condition.kind) {
    case 'open':
      return undefined;
    case 'loggedIn':
      return viewer.userId === undefined ? { kind: 'logIn' } : undefined;
    case 'registered':
      return facts.registration === 'approved'
        ? undefined
        : { kind: 'register', state: registerState(viewer, question) };
    case 'delegate':
      return anyOf(condition.lists, facts.lists) ? undefined : { kind: 'delegate' };
    case 'profile': {
      const code = viewer.profile[condition.field];
      const met = code !== undefined && condition.codes.some((wanted) => code.startsWith(wanted));
      return met ? undefined : { kind: 'profile', field: condition.field };
    }
    case 'tier':
      return condition.tiers.some((tier) => facts.tiers.has(tier))
        ? undefined
        : { kind: 'tier', tiers: condition.tiers };
    case 'password':
      if (!on) return undefined;
      return viewer.unlocked.has(unlockOf(on, ruleMode)) ? undefined : { kind: 'password', thing: on };
    case 'code':
      return anyOf(condition.batches, facts.batches) ? undefined : { kind: 'code' };
    case 'paid': {
      if (!on) return undefined;
      const { chain } = question;
      const granted = facts.grants.some(({ kind, id }) =>
        chain.some(({ thing }) => thing.kind === kind && thing.id === id),
      );
      return granted ? undefined : { kind: 'pay', fen: condition.fen, thing: on };
    }
  }
}

/** `wanted` empty: any will do. */
const anyOf = (wanted: readonly string[], has: ReadonlySet<string>): boolean =>
  wanted.length === 0 ? has.size > 0 : wanted.some((id) => has.has(id));

function registerState(
  { facts }: Viewer,
  { registration = 'open' }: Question,
): Extract<WayIn, { kind: 'register' }>['state'] {
  switch (facts.registration) {
    case 'pending':
    case 'waiting':
    case 'refused':
      return facts.registration;
    default:
      return registration === 'open' ? 'none' : registration;
  }
}

/** What 试看 gives; or the reason it gives nothing. */
function previewOf(
  { previewMinutes }: Rule,
  preview: PreviewState | undefined,
  now: number,
): Decision | 'rules' | 'previewOver' {
  if (previewMinutes === 0 || !preview) return 'rules';
  if (preview.kind === 'over') return 'previewOver';
  if (preview.kind === 'unused') return { allowed: true, by: 'preview', until: null };
  return preview.until > now ? { allowed: true, by: 'preview', until: preview.until } : 'previewOver';
}
