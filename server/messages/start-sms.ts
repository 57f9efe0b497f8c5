/** The sender of this installation, by its configuration. */
import type { Logger } from 'pino';
import type { Db } from '../db/database.ts';
import { keptSecret } from '../secrets.ts';
import { AliyunSms } from './aliyun-sms.ts';
import { BudgetedSms, type SmsBudget } from './budgeted-sms.ts';
import { ConsoleSms } from './console-sms.ts';
import type { SmsAccount, SmsProvider } from './sms.ts';
import { TencentSms } from './tencent-sms.ts';

export type SmsConfig = {
  readonly sender: 'console' | 'aliyun' | 'tencent';
  readonly account: SmsAccount;
  /** Of Tencent Cloud. */
  readonly appId: string;
  readonly budget: SmsBudget;
};

export async function startSms(options: {
  readonly config: SmsConfig;
  readonly dataDir: string;
  readonly db: Db;
  readonly log: Logger;
}): Promise<BudgetedSms> {
  const { config, dataDir, db, log } = options;
  const { account, appId, budget } = config;
  const providers: Readonly<Record<SmsConfig['sender'], () => SmsProvider>> = {
    console: () => new ConsoleSms(dataDir, log),
    aliyun: () => new AliyunSms({ account, log }),
    tencent: () => new TencentSms({ account, log }, appId),
  };
  const secret = await keptSecret(dataDir, 'phones');
  const sms = new BudgetedSms({ db, provider: providers[config.sender](), budget, secret, log });
  await sms.prune();
  return sms;
}
