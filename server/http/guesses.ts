/** How often people may try what could be guessed: places on lists, codes. Counted by account, by address, and by what is tried. */
import { type RateLimiterAbstract, RateLimiterMemory } from 'rate-limiter-flexible';
import { CodedError } from '#contracts/errors.ts';

export type Guesses = {
  /** A place claimed by name and ID tail: 11,000 tails a name. Throws `request.tooMany`. */
  claim(userId: string, client: string, conferenceId: string, name: string): Promise<void>;
  /** An invite code: 49 bits. Throws `request.tooMany`. */
  code(userId: string, client: string): Promise<void>;
};

const hour = 3600;

export function createGuesses(): Guesses {
  const claimsOfAccount = new RateLimiterMemory({ points: 8, duration: hour });
  // A hall may share one address.
  const claimsOfClient = new RateLimiterMemory({ points: 120, duration: hour });
  // From wherever: twenty a day make one of 11,000 tails in a year and a half.
  const claimsOfName = new RateLimiterMemory({ points: 20, duration: 24 * hour });
  const codesOfAccount = new RateLimiterMemory({ points: 15, duration: 600 });
  const codesOfClient = new RateLimiterMemory({ points: 600, duration: 600 });
  return {
    async claim(userId, client, conferenceId, name) {
      await take(claimsOfAccount, userId);
      await take(claimsOfClient, client);
      await take(claimsOfName, `${conferenceId} ${name}`);
    },
    async code(userId, client) {
      await take(codesOfAccount, userId);
      await take(codesOfClient, client);
    },
  };
}

async function take(limiter: RateLimiterAbstract, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (refusal instanceof Error) throw refusal;
    const { msBeforeNext = 0 } = refusal as { msBeforeNext?: number };
    throw new CodedError('request.tooMany', `again in ${Math.ceil(msBeforeNext / 1000)} s`);
  }
}
