/** The rules of all things: rows in the database, and all of them in memory. Passwords are kept hashed, and never told. */
import { and, eq } from 'drizzle-orm';
import { type Condition, type Rule, type Thing, type ThingRules, thingKinds } from '#contracts/access.ts';
import { CodedError } from '#contracts/errors.ts';
import { type Tables, Turns } from '../rows.ts';
import { accessLimitTable, accessRuleTable } from './access-tables.ts';
import { type Mode, modes } from './rules.ts';

type StoredCondition =
  | Exclude<Condition, { kind: 'password' }>
  | { readonly kind: 'password'; readonly hash: string };
export type StoredRule = Omit<Rule, 'conditions'> & { readonly conditions: readonly StoredCondition[] };

export type PasswordHashing = {
  hash(password: string): Promise<string>;
  verify(data: { hash: string; password: string }): Promise<boolean>;
};

type Kept = {
  readonly thing: Thing;
  readonly conferenceId: string;
  /** Without passwords and their hashes. */
  readonly rules: ThingRules;
  readonly hashes: Readonly<Record<Mode, readonly string[]>>;
};

const keyOf = ({ kind, id }: Thing): string => `${kind}:${id}`;
export const noRules: ThingRules = { live: null, replay: null };
/** Devices of one account, unless a conference says otherwise. */
export const usualDevices = 2;

export class AccessRules {
  readonly #db: Tables;
  readonly #hashing: PasswordHashing;
  readonly #kept = new Map<string, Kept>();
  readonly #devices = new Map<string, number>();
  readonly #hooks = new Set<(thing: Thing, passwords: readonly Mode[]) => void>();
  readonly #turns = new Turns();

  constructor(db: Tables, hashing: PasswordHashing) {
    this.#db = db;
    this.#hashing = hashing;
  }

  async load(): Promise<void> {
    for (const { kind, thingId, conferenceId, live, replay } of await this.#db.select().from(accessRuleTable))
      this.#put({ kind, id: thingId }, conferenceId, { live, replay });
    for (const { conferenceId, devices } of await this.#db.select().from(accessLimitTable))
      this.#devices.set(conferenceId, devices);
  }

  of(thing: Thing): ThingRules | undefined {
    return this.#kept.get(keyOf(thing))?.rules;
  }

  /** Of the conference and what belongs to it: things with rules of their own. */
  list(conferenceId: string): readonly { readonly thing: Thing; readonly rules: ThingRules }[] {
    return [...this.#kept.values()]
      .filter((kept) => kept.conferenceId === conferenceId)
      .sort((a, b) => thingKinds.indexOf(a.thing.kind) - thingKinds.indexOf(b.thing.kind))
      .map(({ thing, rules }) => ({ thing, rules }));
  }

  /** A change: of which thing, and for which modes a password is another one or gone. */
  onChanged(hook: (thing: Thing, passwords: readonly Mode[]) => void): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /**
   * A password condition without a password keeps the one there was. Throws `request.invalid` when there was none, and for two
   * passwords in one rule.
   */
  set(thing: Thing, conferenceId: string, rules: ThingRules): Promise<ThingRules> {
    return this.#turns.take(async () => {
      const before = this.#kept.get(keyOf(thing))?.hashes;
      const live = rules.live && (await this.#store(rules.live, before?.live));
      const replay: StoredRule | 'closed' | null =
        rules.replay === 'closed' || rules.replay === null
          ? rules.replay
          : await this.#store(rules.replay, before?.replay);
      const { kind, id: thingId } = thing;
      if (live === null && replay === null)
        await this.#db
          .delete(accessRuleTable)
          .where(and(eq(accessRuleTable.kind, kind), eq(accessRuleTable.thingId, thingId)));
      else {
        const row = { kind, thingId, conferenceId, live, replay, updatedAt: new Date() };
        await this.#db
          .insert(accessRuleTable)
          .values(row)
          .onConflictDoUpdate({ target: [accessRuleTable.kind, accessRuleTable.thingId], set: row });
      }
      const after = this.#put(thing, conferenceId, { live, replay });
      const others = modes.filter(
        (mode) => JSON.stringify(before?.[mode] ?? []) !== JSON.stringify(after.hashes[mode]),
      );
      for (const hook of this.#hooks) hook(thing, others);
      return after.rules;
    });
  }

  /** The modes of the thing's own rules that this password opens. */
  async opens(thing: Thing, password: string): Promise<readonly Mode[]> {
    const hashes = this.#kept.get(keyOf(thing))?.hashes;
    const opened: Mode[] = [];
    // One after the other: each is meant to cost.
    for (const mode of modes)
      for (const hash of hashes?.[mode] ?? [])
        if (await this.#hashing.verify({ hash, password })) opened.push(mode);
    return opened;
  }

  devicesOf(conferenceId: string): number {
    return this.#devices.get(conferenceId) ?? usualDevices;
  }

  setDevices(conferenceId: string, devices: number): Promise<void> {
    return this.#turns.take(async () => {
      await this.#db
        .insert(accessLimitTable)
        .values({ conferenceId, devices })
        .onConflictDoUpdate({ target: accessLimitTable.conferenceId, set: { devices } });
      this.#devices.set(conferenceId, devices);
    });
  }

  /** The thing is gone. What a conference or venue takes with it is found by `isThere`. */
  forget(isThere: (thing: Thing) => boolean): Promise<void> {
    return this.#turns.take(async () => {
      // Rows of limits go with their conference.
      for (const id of this.#devices.keys())
        if (!isThere({ kind: 'conference', id })) this.#devices.delete(id);
      for (const { thing } of [...this.#kept.values()]) {
        if (isThere(thing)) continue;
        const { kind, id } = thing;
        await this.#db
          .delete(accessRuleTable)
          .where(and(eq(accessRuleTable.kind, kind), eq(accessRuleTable.thingId, id)));
        this.#kept.delete(keyOf(thing));
      }
    });
  }

  async #store(rule: Rule, known: readonly string[] = []): Promise<StoredRule> {
    const passwords = rule.conditions.filter(({ kind }) => kind === 'password').length;
    if (passwords > 1)
      throw new CodedError('request.invalid', `a rule may have one password (got ${passwords})`);
    const conditions: StoredCondition[] = [];
    for (const condition of rule.conditions) {
      if (condition.kind !== 'password') {
        conditions.push(condition);
        continue;
      }
      const [kept] = known;
      if (condition.password === undefined && kept === undefined)
        throw new CodedError('request.invalid', 'a password condition must have a password');
      const { password } = condition;
      // The same word again is no new password: those who gave it stay let in.
      const same =
        password !== undefined &&
        kept !== undefined &&
        (await this.#hashing.verify({ hash: kept, password }));
      const hash = password === undefined || same ? (kept ?? '') : await this.#hashing.hash(password);
      conditions.push({ kind: 'password', hash });
    }
    return { ...rule, conditions };
  }

  #put(
    thing: Thing,
    conferenceId: string,
    { live, replay }: { live: StoredRule | null; replay: StoredRule | 'closed' | null },
  ): Kept {
    const kept: Kept = {
      thing,
      conferenceId,
      rules: {
        live: live && shown(live),
        replay: replay === 'closed' ? replay : replay && shown(replay),
      },
      hashes: {
        live: hashesOf(live),
        replay: replay === 'closed' ? [] : hashesOf(replay),
      },
    };
    if (live === null && replay === null) this.#kept.delete(keyOf(thing));
    else this.#kept.set(keyOf(thing), kept);
    return kept;
  }
}

const shown = ({ conditions, ...rule }: StoredRule): Rule => ({
  ...rule,
  conditions: conditions.map((one): Condition => (one.kind === 'password' ? { kind: 'password' } : one)),
});
const hashesOf = (rule: StoredRule | null): readonly string[] =>
  (rule?.conditions ?? []).flatMap((one) => (one.kind === 'password' ? [one.hash] : []));
