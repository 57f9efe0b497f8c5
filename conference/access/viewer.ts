/** All that a rule may ask of the person who wants to watch, and where it is learnt. */
import type { RegistrationState, Thing } from '#contracts/access.ts';
import type { CodedField } from '#contracts/profile.ts';

export type Viewer = {
  /** Undefined: not logged in. */
  readonly userId: string | undefined;
  readonly banned: boolean;
  /** May see the venue in the console. */
  readonly staff: boolean;
  /** Codes, so far as the person has told them. */
  readonly profile: Readonly<Partial<Record<CodedField, string>>>;
  readonly facts: ViewerFacts;
  /** Rules whose password was given in this sitting: `<kind>:<id>:<live|replay>`. */
  readonly unlocked: ReadonlySet<string>;
};

/** Of a person in one conference. */
export type ViewerFacts = {
  readonly registration: RegistrationState | 'none';
  /** Ids of the delegate lists they are on. */
  readonly lists: ReadonlySet<string>;
  readonly tiers: ReadonlySet<string>;
  /** Ids of the batches of which a code was used. */
  readonly batches: ReadonlySet<string>;
  /** What was paid or given. */
  readonly grants: readonly Thing[];
};

export const noFacts: ViewerFacts = {
  registration: 'none',
  lists: new Set(),
  tiers: new Set(),
  batches: new Set(),
  grants: [],
};

/** Implemented by registrations, lists, codes and grants together. */
export interface ViewerSource {
  factsOf(userId: string, conferenceId: string): Promise<ViewerFacts>;
  /** Called when the facts of a person (undefined: of anybody) in a conference may be others now. */
  onChanged(hook: (conferenceId: string, userId: string | undefined) => void): () => void;
  /** The lists and batches a rule of the conference may name; without it they are not checked. */
  references?(conferenceId: string): Promise<References>;
}

export type References = { readonly lists: ReadonlySet<string>; readonly batches: ReadonlySet<string> };

/** What the speaker allowed (C9), and whether the conference's policy lets the replay out. Implemented by consent. */
export interface ConsentSource {
  /** `out`: may be shown. `delegates`: only to people on a list or registered. `from`: embargo, epoch ms. */
  verdict(talkId: string): {
    readonly out: 'yes' | 'delegates' | 'no';
    readonly from: number | null;
    readonly download: boolean | null;
  };
  onChanged(hook: (talkId: string) => void): () => void;
}

/** What accounts and roles say of a person. Implemented by accounts, profiles and members together. */
export interface PersonSource {
  /** Codes, so far as the person has told them. */
  profileOf(userId: string): Promise<Viewer['profile']>;
  /** `staff`: may see the venues of the conference in the console. `banned`: shut out of the installation. */
  standingOf(
    userId: string,
    conferenceId: string,
  ): Promise<{ readonly staff: boolean; readonly banned: boolean }>;
}

type Hook<A extends unknown[]> = (...args: A) => void;

/** Stands in for registrations, lists, codes and grants until they are there. */
export class LateViewerSource implements Omit<ViewerSource, 'references'> {
  readonly #hooks = new Set<Hook<[string, string | undefined]>>();
  readonly #onSet: () => void;
  #source: ViewerSource | undefined;

  /** `onSet`: what was kept of viewers over a restart may be asked for again. */
  constructor(onSet: () => void = () => undefined) {
    this.#onSet = onSet;
  }

  set(source: ViewerSource): void {
    this.#source = source;
    source.onChanged((...change) => {
      for (const hook of this.#hooks) hook(...change);
    });
    this.#onSet();
  }
  factsOf(userId: string, conferenceId: string): Promise<ViewerFacts> {
    return this.#source?.factsOf(userId, conferenceId) ?? Promise.resolve(noFacts);
  }
  /** Undefined: nobody knows. */
  async references(conferenceId: string): Promise<References | undefined> {
    return this.#source?.references?.(conferenceId);
  }
  onChanged(hook: Hook<[string, string | undefined]>): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }
}

/** Stands in for consent until it is there: every replay may be out. */
export class LateConsentSource implements ConsentSource {
  readonly #hooks = new Set<Hook<[string]>>();
  #source: ConsentSource | undefined;

  set(source: ConsentSource): void {
    this.#source = source;
    source.onChanged((talkId) => {
      for (const hook of this.#hooks) hook(talkId);
    });
    for (const hook of this.#hooks) hook('');
  }
  verdict(talkId: string): ReturnType<ConsentSource['verdict']> {
    return this.#source?.verdict(talkId) ?? { out: 'yes', from: null, download: null };
  }
  onChanged(hook: Hook<[string]>): () => void {
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }
}
