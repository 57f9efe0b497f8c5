/** Whom to call. */
import type { PublicConference } from '#contracts/conference.ts';
import { t } from './texts.ts';

export function Support({ support }: { support: PublicConference['support'] }) {
  const { name, phone, email } = support;
  if (!name && !phone && !email) return null;
  return (
    <footer className="support">
      <h2>{t('support.title')}</h2>
      <p>
        {name && <span>{name}</span>}
        {phone && (
          <a href={`tel:${phone.replace(/[^\d+]/g, '')}`} aria-label={t('support.call', { phone })}>
            {phone}
          </a>
        )}
        {email && <a href={`mailto:${email}`}>{email}</a>}
      </p>
    </footer>
  );
}
