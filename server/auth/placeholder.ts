/** better-auth wants an e-mail address of every account; who has none gets one that nobody can receive. */
import { randomUUID } from 'node:crypto';

const domain = '@accounts.invalid';

export const placeholderEmail = (): string => `${randomUUID()}${domain}`;
export const isPlaceholder = (email: string): boolean => email.toLowerCase().endsWith(domain);
/** Null for a placeholder. */
export const shownEmail = (email: string): string | null => (isPlaceholder(email) ? null : email);
