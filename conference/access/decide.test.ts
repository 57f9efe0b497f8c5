import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Condition, Decision, Rule, ThingRules } from '#contracts/access.ts';
import { decide, type Question } from './decide.ts';
import { effectiveRule, labelOf, unlockOf } from './rules.ts';
import { anyone } from './sitting.ts';
import { noFacts, type Viewer, type ViewerFacts } from './viewer.ts';

const document = new URL('../../docs/access-rules.md', import.meta.url);
const now = 1_000_000_000_000;

const person = (facts: Partial<ViewerFacts> = {}, rest: Partial<Viewer> = {}): Viewer => ({
  ...anyone,
  userId: 'u1',
  ...rest,
  facts: { ...noFacts, ...facts },
});
const venue = { kind: 'venue', id: 'v1' } as const;

/** Each viewer has one thing that the others have not. */
const viewers: Record<string, Viewer> = {
  anonymous: anyone,
  'logged in': person(),
  registered: person({ registration: 'approved' }),
  'on list A': person({ lists: new Set(['A']) }),
  'on list B': person({ lists: new Set(['B']) }),
  'of Wuhan': person({}, { profile: { region: '420100' } }),
  'gold member': person({ tiers: new Set(['gold']) }),
  'gave the password': { ...anyone, unlocked: new Set([unlockOf(venue, 'live')]) },
  'used a code': person({ batches: new Set(['K']) }),
  'paid the talk': person({ grants: [{ kind: 'talk', id: 't1' }] }),
  'paid the venue': person({ grants: [venue] }),
  'paid the conference': person({ grants: [{ kind: 'conference', id: 'c1' }] }),
  staff: person({}, { staff: true }),
  banned: person({ registration: 'approved' }, { banned: true }),
};

const conditions: Record<string, Condition> = {
  open: { kind: 'open' },
  loggedIn: { kind: 'loggedIn' },
  registered: { kind: 'registered' },
  'delegate (any list)': { kind: 'delegate', lists: [] },
  'delegate (list A)': { kind: 'delegate', lists: ['A'] },
  'profile (region 42…)': { kind: 'profile', field: 'region', codes: ['42'] },
  'tier (gold)': { kind: 'tier', tiers: ['gold'] },
  password: { kind: 'password' },
  'code (any batch)': { kind: 'code', batches: [] },
  paid: { kind: 'paid', fen: 9900 },
};

const rule = (join: 'all' | 'any', ...list: Condition[]): Rule => ({
  join,
  conditions: list,
  previewMinutes: 0,
});
const chainOf = (rules: Partial<Record<'talk' | 'venue' | 'conference', Partial<ThingRules>>>) => {
  const full = (one: Partial<ThingRules> | undefined): ThingRules | undefined =>
    one && { live: null, replay: null, ...one };
  return [
    { thing: { kind: 'talk', id: 't1' } as const, rules: full(rules.talk) },
    { thing: venue, rules: full(rules.venue) },
    { thing: { kind: 'conference', id: 'c1' } as const, rules: full(rules.conference) },
  ];
};
const live = (on: Rule): Question => ({
  mode: 'live',
  published: true,
  chain: chainOf({ venue: { live: on } }),
});
const replay = (rest: Partial<Question> = {}): Question => ({
  mode: 'replay',
  published: true,
  chain: chainOf({}),
  ...rest,
});
const ask = (viewer: Viewer, question: Question): Decision => decide(viewer, question, now);
const sign = (decision: Decision): string => (decision.allowed ? '●' : '·');

function table(rows: Record<string, Question>): string[] {
  const names = Object.keys(viewers);
  return [
    `| rule | ${names.join(' | ')} |`,
    `|---|${names.map(() => ':-:').join('|')}|`,
    ...Object.entries(rows).map(
      ([name, question]) =>
        `| ${name} | ${Object.values(viewers)
          .map((viewer) => sign(ask(viewer, question)))
          .join(' | ')} |`,
    ),
  ];
}

/** Every pair of conditions by either join. */
function pairs(): Record<string, Question> {
  const rows: Record<string, Question> = {};
  const entries = Object.entries(conditions);
  for (const [i, [a, first]] of entries.entries())
    for (const [b, second] of entries.slice(i + 1)) {
      if (a === 'open' || b === 'open') continue;
      rows[`${a} **or** ${b}`] = live(rule('any', first, second));
      rows[`${a} **and** ${b}`] = live(rule('all', first, second));
    }
  return rows;
}

const consent = (out: 'yes' | 'delegates' | 'no', from: number | null = null) => ({
  out,
  from,
  download: null,
});
const replays: Record<string, Question> = {
  'no rule anywhere': replay(),
  'no replay rule, live for list A: replays follow the live rule': replay({
    chain: chainOf({ venue: { live: rule('any', { kind: 'delegate', lists: ['A'] }) } }),
  }),
  'replay open, live for list A': replay({
    chain: chainOf({
      venue: { live: rule('any', { kind: 'delegate', lists: ['A'] }), replay: rule('any', { kind: 'open' }) },
    }),
  }),
  closed: replay({ chain: chainOf({ venue: { replay: 'closed' } }) }),
  'talk open, venue closed: the nearest wins': replay({
    chain: chainOf({ talk: { replay: rule('any', { kind: 'open' }) }, venue: { replay: 'closed' } }),
  }),
  'speaker: nobody': replay({ consent: consent('no') }),
  'speaker: delegates only': replay({ consent: consent('delegates') }),
  'speaker: everybody': replay({ consent: consent('yes') }),
  'embargo not over': replay({ consent: consent('yes', now + 1) }),
  'embargo over': replay({ consent: consent('yes', now) }),
  'hidden by the staff': replay({ hidden: true }),
  'conference still a draft': replay({ published: false }),
};

const text = (): string =>
  [
    '# Who may watch: the truth table',
    '',
    'Generated by `conference/access/decide.test.ts` from the function that decides; the test fails when they differ.',
    'Rewrite it with `ROSTRUM_WRITE_DOCS=1 vitest run --project unit conference/access/decide.test.ts`.',
    '',
    'A talk asks its own rule, else that of its venue, else that of the conference; without any it is open. Live and replay are asked',
    'apart. ● may watch, · may not. Each viewer has only what their column says (all but `anonymous` and `gave the password` are logged in).',
    '',
    '## One condition',
    ...table(
      Object.fromEntries(Object.entries(conditions).map(([name, one]) => [name, live(rule('any', one))])),
    ),
    '',
    'A price lies on one thing (here the venue); who has the talk, the venue or the conference that is asked for has paid it.',
    '',
    '## Replays',
    ...table(replays),
    '',
    '## Two conditions',
    'More conditions follow in the same way: *or* needs one of them, *and* all.',
    '',
    ...table(pairs()),
    '',
    '## Preview (试看)',
    'Where the rule is not met, media of each talk may be read for the minutes of the rule, once a person, or once a device and at',
    'most 20 devices of one address. It begins with the first media read. Never for who is banned, closed replays, and replays the',
    'speaker has not allowed.',
    '',
    '| preview | decision |',
    '|---|---|',
    ...previews().map(([name, decision]) => `| ${name} | ${decision} |`),
    '',
  ].join('\n');

function previews(): [string, string][] {
  const previewed = { ...rule('any', { kind: 'paid', fen: 1 }), previewMinutes: 5 };
  const say = (decision: Decision): string =>
    decision.allowed ? `may watch (${decision.by})` : `may not (${decision.reason})`;
  const of = (viewer: Viewer, preview: Question['preview']) =>
    say(ask(viewer, { ...live(previewed), ...(preview ? { preview } : {}) }));
  return [
    ['not begun', of(anyone, { kind: 'unused' })],
    ['begun, time left', of(anyone, { kind: 'running', until: now + 1 })],
    ['begun, time over', of(anyone, { kind: 'running', until: now })],
    ['none left at this address', of(anyone, { kind: 'over' })],
    ['paid', of(person({ grants: [venue] }), { kind: 'over' })],
    ['banned', of(person({}, { banned: true }), { kind: 'unused' })],
    ['without a sitting', of(anyone, undefined)],
  ];
}

describe('who may watch', () => {
  it('docs/access-rules.md is the truth table of the code', () => {
    const made = text();
    if (process.env.ROSTRUM_WRITE_DOCS) writeFileSync(document, made);
    expect(readFileSync(document, 'utf8')).toBe(made);
  });

  it('each condition lets in who meets it and nobody else but the staff', () => {
    const in_ = (condition: Condition) =>
      Object.entries(viewers).flatMap(([name, viewer]) =>
        ask(viewer, live(rule('any', condition))).allowed ? [name] : [],
      );
    expect(in_({ kind: 'registered' })).toEqual(['registered', 'staff']);
    expect(in_({ kind: 'delegate', lists: ['A'] })).toEqual(['on list A', 'staff']);
    expect(in_({ kind: 'profile', field: 'region', codes: ['42'] })).toEqual(['of Wuhan', 'staff']);
    expect(in_({ kind: 'password' })).toEqual(['gave the password', 'staff']);
    expect(in_({ kind: 'paid', fen: 1 })).toEqual([
      'paid the talk',
      'paid the venue',
      'paid the conference',
      'staff',
    ]);
    expect(in_({ kind: 'open' })).not.toContain('banned');
  });

  it('`any` of two is the union, `all` of two the intersection, for every viewer and pair', () => {
    const entries = Object.values(conditions);
    for (const viewer of Object.values(viewers))
      for (const a of entries)
        for (const b of entries) {
          const may = (one: Rule) => ask(viewer, live(one)).allowed;
          const [first, second] = [may(rule('any', a)), may(rule('any', b))];
          expect(may(rule('any', a, b))).toBe(first || second);
          expect(may(rule('all', a, b))).toBe(first && second);
        }
  });

  it('a refusal says what is missing: with `all` only what is not met yet', () => {
    const asked = rule('all', { kind: 'registered' }, { kind: 'paid', fen: 9900 }, { kind: 'password' });
    const refused = ask(person({ registration: 'approved' }), live(asked));
    expect(refused).toEqual({
      allowed: false,
      reason: 'rules',
      join: 'all',
      from: null,
      ways: [
        { kind: 'pay', fen: 9900, thing: venue },
        { kind: 'password', thing: venue },
      ],
    });
  });

  it('a registration that waits, was refused, or cannot be made is told as it stands', () => {
    const state = (viewer: Viewer, registration: 'open' | 'closed' | 'full' = 'open') => {
      const decision = ask(viewer, { ...live(rule('any', { kind: 'registered' })), registration });
      return decision.allowed ? undefined : decision.ways[0];
    };
    expect(state(person({ registration: 'pending' }))).toEqual({ kind: 'register', state: 'pending' });
    expect(state(person({ registration: 'waiting' }), 'full')).toEqual({
      kind: 'register',
      state: 'waiting',
    });
    expect(state(person({ registration: 'cancelled' }))).toEqual({ kind: 'register', state: 'none' });
    expect(state(anyone, 'closed')).toEqual({ kind: 'register', state: 'closed' });
  });

  it('a password opens the rule it lies on, live or replay, and no other', () => {
    const locked = rule('any', { kind: 'password' });
    const chain = chainOf({ venue: { live: locked, replay: locked } });
    const holder = viewers['gave the password']!;
    expect(ask(holder, { mode: 'live', published: true, chain }).allowed).toBe(true);
    expect(ask(holder, replay({ chain })).allowed).toBe(false);
    expect(
      ask(holder, { mode: 'live', published: true, chain: chainOf({ conference: { live: locked } }) })
        .allowed,
    ).toBe(false);
    expect(ask(holder, replay({ chain: chainOf({ venue: { live: locked } }) })).allowed).toBe(true);
  });

  it('an embargo says until when', () => {
    expect(ask(person(), replay({ consent: consent('yes', now + 5) }))).toMatchObject({
      reason: 'embargo',
      from: now + 5,
    });
  });

  it('the label names each kind once, and the least price', () => {
    const chain = chainOf({
      conference: {
        live: {
          join: 'any',
          conditions: [
            { kind: 'paid', fen: 500 },
            { kind: 'delegate', lists: ['A'] },
            { kind: 'paid', fen: 300 },
          ],
          previewMinutes: 3,
        },
        replay: 'closed',
      },
    });
    expect(labelOf(effectiveRule(chain, 'live'))).toEqual({
      join: 'any',
      kinds: ['paid', 'delegate'],
      fen: 300,
      previewMinutes: 3,
      from: null,
    });
    expect(labelOf(effectiveRule(chain, 'replay')).kinds).toEqual(['closed']);
  });
});
