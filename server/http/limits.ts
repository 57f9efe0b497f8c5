/** How often one client may ask (FAULTS 53, 71). Reading by viewers is not limited here: a whole hall may share one address. */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { CodedError } from '#contracts/errors.ts';

export type Limits = {
  /** A change by the API. Throws `request.tooMany`. */
  change(client: string): Promise<void>;
  /** A log-in: by client, and by client and account together (nobody can lock another's account). */
  logIn(client: string, email: string): Promise<void>;
  /** A code asked for, or a log-in elsewhere begun. A hall that logs in at once may share one address. */
  askCode(client: string): Promise<void>;
  /** A code by e-mail: by its address, once a minute, ten a day; those by SMS have budgets of their own. */
  mailCode(address: string): Promise<void>;
  /** A code entered: by client, and by client and number together; the code itself bears five guesses from everywhere. */
  enterCode(client: string, phone: string): Promise<void>;
  /** A try to open a presenter link: nobody guesses 256 bits, but nobody shall try either. */
  openLink(client: string): Promise<void>;
  /** A presenter's commands, with pen and laser some ten a second. */
  present(client: string): Promise<void>;
  /** A piece of an upload. */
  chunk(client: string): Promise<void>;
  /** The log-in was right: the account's count starts anew. */
  loggedIn(client: string, email: string): Promise<void>;
};

/** Seconds between two codes to one mailbox. */
const mailCodeSpacing = 60;

export function createLimits(): Limits {
  const changes = new RateLimiterMemory({ points: 240, duration: 60 });
  const logIns = new RateLimiterMemory({ points: 30, duration: 60 });
  const accounts = new RateLimiterMemory({ points: 10, duration: 300 });
  const codeAsks = new RateLimiterMemory({ points: 300, duration: 60 });
  const codeTries = new RateLimiterMemory({ points: 600, duration: 60 });
  const mailedCodes = new RateLimiterMemory({ points: 1, duration: mailCodeSpacing });
  const mailedToday = new RateLimiterMemory({ points: 10, duration: 86_400 });
  const links = new RateLimiterMemory({ points: 20, duration: 60 });
  const commands = new RateLimiterMemory({ points: 2400, duration: 60 });
  const chunks = new RateLimiterMemory({ points: 3000, duration: 60 });
  const accountKey = (client: string, email: string): string =>
    `${client} ${email.toLowerCase().slice(0, 200)}`;
  return {
    change: (client) => take(changes, client),
    async logIn(client, email) {
      await take(logIns, client);
      await take(accounts, accountKey(client, email));
    },
    askCode: (client) => take(codeAsks, client),
    async mailCode(address) {
      await take(mailedCodes, address.toLowerCase());
      await take(mailedToday, address.toLowerCase());
    },
    async enterCode(client, phone) {
      await take(codeTries, client);
      await take(accounts, accountKey(client, phone));
    },
    openLink: (client) => take(links, client),
    present: (client) => take(commands, client),
    chunk: (client) => take(chunks, client),
    async loggedIn(client, email) {
      await accounts.delete(accountKey(client, email));
    },
  };
}

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (refusal instanceof Error) throw refusal;
    const { msBeforeNext = 0 } = refusal as { msBeforeNext?: number };
    throw new CodedError('request.tooMany', `again in ${Math.ceil(msBeforeNext / 1000)} s`);
  }
}
