/** Tables as drizzle sees them; server/db/migrations makes them. Names of the account tables are better-auth's. */
import { bigserial, boolean, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export {
  accessBanTable,
  accessLimitTable,
  accessPreviewTable,
  accessRuleTable,
  sittingTable,
} from '#conference/access/access-tables.ts';
export { clipTable } from '#conference/clip/clip-tables.ts';
export { codeBatchTable, codeUseTable, inviteCodeTable } from '#conference/code/code-tables.ts';
export { conferenceTable } from '#conference/conference/conference-tables.ts';
export {
  conferencePersonTable,
  consentAnswerTable,
  consentLinkTable,
  consentTable,
} from '#conference/consent/consent-tables.ts';
export { deckPageTable, deckTable } from '#conference/deck/deck-tables.ts';
export { delegateListTable, delegateTable } from '#conference/delegate/delegate-tables.ts';
export { conferenceFileTable } from '#conference/file/file-tables.ts';
export { accessGrantTable } from '#conference/grant/grant-tables.ts';
export { memberTable } from '#conference/member/member-tables.ts';
export { noticeTable } from '#conference/notice/notice-tables.ts';
export { presenterLinkTable } from '#conference/presenter/link-tables.ts';
export { profileTable } from '#conference/profile/profile-tables.ts';
export { changeTable, sourceTable } from '#conference/programme/programme-tables.ts';
export { registrationTable } from '#conference/registration/registration-tables.ts';
export { reminderTable } from '#conference/reminder/reminder-tables.ts';
export { sessionTable } from '#conference/session/session-tables.ts';
export { talkTable } from '#conference/talk/talk-tables.ts';
export { streamKeyTable, venueTable } from '#conference/venue/venue-tables.ts';
export { phoneCodeTable, ticketTable } from '../auth/auth-tables.ts';
export { smsSentTable } from '../messages/message-tables.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const made = { createdAt: moment('created_at').notNull(), updatedAt: moment('updated_at').notNull() };

export const user = pgTable('user', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull(),
  image: text('image'),
  role: text('role'),
  banned: boolean('banned'),
  banReason: text('ban_reason'),
  banExpires: moment('ban_expires'),
  username: text('username').unique(),
  /** E.164, confirmed by a code. */
  phoneNumber: text('phone_number').unique(),
  twoFactorEnabled: boolean('two_factor_enabled').notNull().default(false),
  ...made,
});

export const session = pgTable('session', {
  id: text('id').primaryKey(),
  token: text('token').notNull().unique(),
  userId: text('user_id').notNull(),
  expiresAt: moment('expires_at').notNull(),
  ipAddress: text('ip_address'),
  userAgent: text('user_agent'),
  impersonatedBy: text('impersonated_by'),
  ...made,
});

export const account = pgTable('account', {
  id: text('id').primaryKey(),
  accountId: text('account_id').notNull(),
  providerId: text('provider_id').notNull(),
  userId: text('user_id').notNull(),
  accessToken: text('access_token'),
  refreshToken: text('refresh_token'),
  idToken: text('id_token'),
  accessTokenExpiresAt: moment('access_token_expires_at'),
  refreshTokenExpiresAt: moment('refresh_token_expires_at'),
  scope: text('scope'),
  password: text('password'),
  ...made,
});

export const verification = pgTable('verification', {
  id: text('id').primaryKey(),
  identifier: text('identifier').notNull(),
  value: text('value').notNull(),
  expiresAt: moment('expires_at').notNull(),
  ...made,
});

export const twoFactor = pgTable('two_factor', {
  id: text('id').primaryKey(),
  secret: text('secret').notNull(),
  backupCodes: text('backup_codes').notNull(),
  userId: text('user_id').notNull(),
  verified: boolean('verified').notNull().default(true),
  failedVerificationCount: integer('failed_verification_count').notNull().default(0),
  lockedUntil: moment('locked_until'),
});

export const audit = pgTable('audit', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  at: moment('at').notNull(),
  actorId: text('actor_id').notNull(),
  actorName: text('actor_name').notNull(),
  action: text('action').notNull(),
  venueId: text('venue_id'),
  conferenceId: text('conference_id'),
  details: jsonb('details').$type<Record<string, unknown>>().notNull(),
  remote: text('remote').notNull(),
});
