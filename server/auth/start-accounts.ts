/** Puts the parts of accounts together: text messages, codes, people, ways to log in elsewhere, profiles, personal data. */
import type { Logger } from 'pino';
import { PersonalData } from '#conference/profile/personal-data.ts';
import { ProfileStore } from '#conference/profile/profile-store.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import type { BudgetedSms } from '../messages/budgeted-sms.ts';
import { startSms } from '../messages/start-sms.ts';
import { keptSecret } from '../secrets.ts';
import { accountParts } from './account-data.ts';
import { type Auth, authSecret, createAuth } from './auth.ts';
import type { Hashing } from './hashing.ts';
import { createOidc, type Oidc } from './oidc.ts';
import { PasswordReset } from './password-reset.ts';
import { People } from './people.ts';
import { PhoneCodes } from './phone-codes.ts';
import { Tickets } from './tickets.ts';
import { WeChat } from './wechat.ts';

export type AccountParts = {
  readonly auth: Auth;
  readonly people: People;
  readonly codes: PhoneCodes;
  readonly tickets: Tickets;
  readonly passwordReset: PasswordReset;
  readonly wechat: WeChat;
  readonly oidc: Oidc | undefined;
  readonly sms: BudgetedSms;
  readonly profiles: ProfileStore;
  /** Features register their parts here. */
  readonly personalData: PersonalData;
  close(): Promise<void>;
};

/** Ms between two sweeps of what is out of date. */
const sweepEvery = 3600_000;

export async function startAccounts(options: {
  readonly db: Db;
  readonly config: Config;
  readonly hashing: Hashing;
  readonly log: Logger;
}): Promise<AccountParts> {
  const { db, config, hashing, log } = options;
  const secret = await authSecret(config);
  const auth = await createAuth({ db, config, hashing, secret, log });
  const sms = await startSms({ config: config.sms, dataDir: config.dataDir, db, log });
  const codes = new PhoneCodes({ db, sms, secret: await keptSecret(config.dataDir, 'phone-codes') });
  const tickets = new Tickets(db);
  const profiles = new ProfileStore(db);
  const personalData = new PersonalData();
  for (const part of accountParts(db, profiles)) personalData.register(part);
  const people = new People(db, (from, to) => personalData.move(from, to));
  const { publicUrl } = config.http;
  const providers = config.auth.oidc;
  const oidc =
    providers.length > 0 && publicUrl !== undefined
      ? createOidc({ db, providers, publicUrl, secret, emailsAreSure: !config.auth.signUp.password, log })
      : undefined;
  let sweeping: Promise<unknown> = Promise.resolve();
  const sweep = (): void => {
    sweeping = Promise.all([sms.prune(), codes.prune(), tickets.prune()]).catch((error: unknown) =>
      log.warn({ err: error }, 'accounts not swept; again in an hour'),
    );
  };
  const timer = setInterval(sweep, sweepEvery);
  return {
    ...{ auth, people, codes, tickets, wechat: new WeChat(config.auth.wechat), oidc },
    ...{ sms, profiles, personalData, passwordReset: new PasswordReset(db, tickets, hashing) },
    close: async () => {
      clearInterval(timer);
      await sweeping;
    },
  };
}
