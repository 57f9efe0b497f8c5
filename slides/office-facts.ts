/** What an office file says about itself that its PDF does not. */
import type { Deck } from '#contracts/deck.ts';

export type OfficePage = {
  /** Of the title placeholder; empty where there is none. */
  readonly title: string;
  readonly notes: string;
};
export type OfficeFacts = {
  /** Slides that are shown, in order. */
  readonly pages: readonly OfficePage[];
  readonly losses: Deck['losses'];
  readonly fonts: Deck['fonts'];
};
