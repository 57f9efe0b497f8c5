/** A sitting: one device of one person (or of nobody known) watching one conference, at most 12 hours. It holds a pass. */
import type { Scope } from './scope.ts';
import { noFacts, type Viewer } from './viewer.ts';

export type SittingRecord = {
  readonly id: string;
  readonly conferenceId: string;
  /** Null: not logged in. */
  readonly userId: string | null;
  /** Random id the page keeps. */
  readonly device: string;
  /** What the browser calls itself, for the person's own list. */
  readonly agent: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly seenAt: number;
  /** Null: it goes on. */
  readonly endedAt: number | null;
  readonly viewer: Viewer;
};

/** As the gate holds it. */
export type Sitting = {
  record: SittingRecord;
  readonly pass: string;
  /** Goes up when what is known of the viewer changes: scopes made before are stale. */
  version: number;
  /** Epoch ms of the last media request or question; after a restart as of `seenAt`. In memory: it changes several times a second. */
  usedAt: number;
  /** Of the last address, for previews; undefined after a restart. */
  address: string | undefined;
  readonly scopes: Map<string, { readonly scope: Scope; readonly made: ScopeMark }>;
};

/** What a scope was made of; any difference makes a new one. */
export type ScopeMark = {
  readonly epoch: number;
  readonly version: number;
  readonly talks: unknown;
  readonly venue: unknown;
  readonly conference: unknown;
};

/** What anyone is. */
export const anyone: Viewer = {
  userId: undefined,
  banned: false,
  staff: false,
  profile: {},
  facts: noFacts,
  unlocked: new Set(),
};

/** Of a viewer, as kept with the sitting: after a restart people watch on before the facts are asked for again. */
export type StoredViewer = {
  readonly banned: boolean;
  readonly staff: boolean;
  readonly profile: Viewer['profile'];
  readonly registration: Viewer['facts']['registration'];
  readonly lists: readonly string[];
  readonly tiers: readonly string[];
  readonly batches: readonly string[];
  readonly grants: Viewer['facts']['grants'];
  readonly unlocked: readonly string[];
};

export const storeViewer = ({ banned, staff, profile, facts, unlocked }: Viewer): StoredViewer => ({
  ...{ banned, staff, profile, registration: facts.registration, grants: facts.grants },
  lists: [...facts.lists],
  tiers: [...facts.tiers],
  batches: [...facts.batches],
  unlocked: [...unlocked],
});

export const restoreViewer = (userId: string | null, stored: StoredViewer): Viewer => ({
  userId: userId ?? undefined,
  banned: stored.banned,
  staff: stored.staff,
  profile: stored.profile,
  facts: {
    registration: stored.registration,
    lists: new Set(stored.lists),
    tiers: new Set(stored.tiers),
    batches: new Set(stored.batches),
    grants: stored.grants,
  },
  unlocked: new Set(stored.unlocked),
});
