/** How often sittings may be asked for, and passwords guessed. A whole hall may share one address. */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { CodedError } from '#contracts/errors.ts';

export type SittingLimits = {
  /** Every page asks about once a minute. Throws `request.tooMany`. */
  sit(client: string): Promise<void>;
  /** Throws `request.tooMany` when this address or device has guessed wrong too often. */
  checkGuesses(client: string, device: string): Promise<void>;
  /** A guess is made. */
  guess(client: string, device: string): Promise<void>;
  /** It was right: it does not count. */
  guessedRight(client: string, device: string): Promise<void>;
};

export function createSittingLimits(): SittingLimits {
  const asks = new RateLimiterMemory({ points: 6000, duration: 60 });
  const byClient = new RateLimiterMemory({ points: 60, duration: 600 });
  const byDevice = new RateLimiterMemory({ points: 10, duration: 600 });
  const check = async (limiter: RateLimiterMemory, key: string): Promise<void> => {
    const known = await limiter.get(key);
    if (known && known.consumedPoints >= limiter.points)
      throw new CodedError('request.tooMany', `again in ${Math.ceil(known.msBeforeNext / 1000)} s`);
  };
  return {
    async sit(client) {
      await asks.consume(client).catch(() => {
        throw new CodedError('request.tooMany');
      });
    },
    async checkGuesses(client, device) {
      await check(byClient, client);
      await check(byDevice, device);
    },
    async guess(client, device) {
      await byClient.penalty(client);
      await byDevice.penalty(device);
    },
    async guessedRight(client, device) {
      await byClient.reward(client);
      await byDevice.delete(device);
    },
  };
}
