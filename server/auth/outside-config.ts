/** Settings of log-ins that happen elsewhere: OpenID Connect, partners' sites, WeChat. */
import { z } from 'zod';

/** In addresses and in the names of linked accounts. */
const id = z.string().regex(/^[a-z0-9-]{1,40}$/);
const https = z.url({ protocol: /^https?$/ });
const unique = (list: readonly { id: string }[]) => new Set(list.map((one) => one.id)).size === list.length;

export const oidcProvidersSchema = z
  .array(
    z.strictObject({
      id,
      /** On the button. */
      name: z.string().min(1).max(60),
      /** Where `/.well-known/openid-configuration` is. */
      issuer: https,
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      scopes: z.array(z.string()).default(['openid', 'profile', 'email']),
      /** False: only accounts that exist already (by their e-mail) get in. */
      signUp: z.boolean().default(true),
    }),
  )
  .max(20)
  .refine(unique);
export type OidcProvider = z.output<typeof oidcProvidersSchema>[number];

export const partnersSchema = z
  .array(
    z.strictObject({
      id,
      name: z.string().min(1).max(60),
      /** Shared with the partner; signs its calls. */
      secret: z.string().min(32),
      /** Where people without a log-in are sent; without one only the partner's own links lead here. */
      logInUrl: https.optional(),
      /** The partner has confirmed its members' phones as we would: who has the number here is the same person. */
      trustPhones: z.boolean().default(false),
      /** Ids of conferences whose API keys may ask for passes in the name of this partner's members (docs/embed.md). */
      conferences: z.array(z.string().min(1).max(64)).max(500).default([]),
    }),
  )
  .max(50)
  .refine(unique);
export type Partner = z.output<typeof partnersSchema>[number];

export type WeChatApp = { readonly appId: string; readonly secret: string };
export type WeChatConfig = {
  /** Of the official account: log-in inside WeChat. */
  readonly inside: WeChatApp | undefined;
  /** Of the website application: by QR code on a PC. */
  readonly qr: WeChatApp | undefined;
  readonly openUrl: string;
  readonly apiUrl: string;
};
