/** Text messages: what a feature asks for, and the port that providers implement. */
import type { Logger } from 'pino';

/** The values each kind of message has, in the order of the template's places. */
export const smsValues = {
  /** `minutes`: how long the code holds. */
  code: ['code', 'minutes'],
  invitation: ['conference', 'role', 'url'],
  reminder: ['title', 'time', 'url'],
  consent: ['talk', 'url'],
  registration: ['conference', 'state'],
} as const;
export type SmsPurpose = keyof typeof smsValues;
export const smsPurposes = Object.keys(smsValues) as SmsPurpose[];

/** `phone`: E.164 with plus (normalPhone of contracts/account.ts). */
export type Sms = {
  [P in SmsPurpose]: {
    readonly phone: string;
    readonly purpose: P;
    readonly values: Readonly<Record<(typeof smsValues)[P][number], string>>;
  };
}[SmsPurpose];

/** One provider. Rejects with an Error that names the provider's own reason when the message was not taken. */
export interface SmsProvider {
  readonly name: string;
  /** Undefined purposes have no template and cannot be sent. */
  can(purpose: SmsPurpose): boolean;
  deliver(sms: Sms): Promise<void>;
}

/** What features use: budgets first, then the provider. */
export interface SmsSender {
  /**
   * `client`: who caused it (Clients.key), counted in the budget of its address; undefined when the staff or a timer did.
   * Throws `sms.tooMany` (a budget is used up; the detail says when again), `sms.failed` (the provider refused or is away),
   * `sms.off` (no template for this purpose).
   */
  send(sms: Sms, client?: string): Promise<void>;
  can(purpose: SmsPurpose): boolean;
}

/** The values in the template's order. */
export const orderedValues = ({ purpose, values }: Sms): string[] =>
  smsValues[purpose].map((name) => (values as Readonly<Record<string, string>>)[name] ?? '');

export type SmsTemplates = Readonly<Partial<Record<SmsPurpose, string>>>;
export type SmsAccount = {
  readonly keyId: string;
  readonly keySecret: string;
  /** 短信签名, without the brackets. */
  readonly sign: string;
  readonly templates: SmsTemplates;
  /** Of the provider's API; another one in tests. */
  readonly url: string;
};
export type ProviderOptions = {
  readonly account: SmsAccount;
  readonly log: Logger;
  readonly now?: () => number;
};

/** Ms a provider has to answer. */
export const providerTimeout = 8000;
