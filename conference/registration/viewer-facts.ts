/** What registrations, lists, codes and grants together say of a person: the facts that rules ask for (conference/access/viewer.ts). */
import type { References, ViewerFacts, ViewerSource } from '../access/viewer.ts';
import type { Codes } from '../code/codes.ts';
import type { Delegates } from '../delegate/delegates.ts';
import type { Grants } from '../grant/grants.ts';
import type { People } from './people.ts';
import type { Registrations } from './registrations.ts';

export type ViewerFactsOptions = {
  readonly registrations: Registrations;
  readonly delegates: Delegates;
  readonly codes: Codes;
  readonly grants: Grants;
  readonly people: People;
};
type Hook = (conferenceId: string, userId: string | undefined) => void;

export class FactsOfPeople implements ViewerSource {
  readonly #options: ViewerFactsOptions;

  constructor(options: ViewerFactsOptions) {
    this.#options = options;
  }

  async factsOf(userId: string, conferenceId: string): Promise<ViewerFacts> {
    const { registrations, delegates, codes, grants, people } = this.#options;
    const phone = (await people.known([userId])).get(userId)?.phone ?? null;
    const [registration, listed, batches, granted] = await Promise.all([
      registrations.stateOf(conferenceId, userId),
      delegates.factsOf(conferenceId, userId, phone),
      codes.factsOf(conferenceId, userId),
      grants.factsOf(conferenceId, userId, phone),
    ]);
    return { registration, lists: listed.lists, tiers: listed.tiers, batches, grants: granted };
  }

  async references(conferenceId: string): Promise<References> {
    const { delegates, codes } = this.#options;
    const [lists, batches] = await Promise.all([delegates.lists(conferenceId), codes.batches(conferenceId)]);
    return {
      lists: new Set(lists.map(({ id }) => id)),
      batches: new Set(batches.map(({ id }) => id)),
    };
  }

  onChanged(hook: Hook): () => void {
    const { registrations, delegates, codes, grants } = this.#options;
    const ends = [
      registrations.onChanged(({ conferenceId, userIds }) => {
        // A whole hall at once: cheaper to ask all anew.
        if (userIds.length > 100) hook(conferenceId, undefined);
        else for (const userId of userIds) hook(conferenceId, userId);
      }),
      ...[delegates, codes, grants].map((source) => source.onChanged(hook)),
    ];
    return () => {
      for (const end of ends) end();
    };
  }
}
