/** Other venues of the conference that are live: one tap. */
import type { PublicVenue } from '#contracts/conference.ts';
import { isOpenLabel, labelText } from '../../access/label.tsx';
import { StateLiveIcon } from '../../ui/icons.tsx';
import { t } from './texts.ts';

export function Others({ venues }: { venues: readonly PublicVenue[] }) {
  if (venues.length === 0) return null;
  return (
    <nav className="others" aria-label={t('others.title')}>
      <h2>{t('others.title')}</h2>
      <ul>
        {venues.map((venue) => (
          <li key={venue.id}>
            <a href={`/watch/${encodeURIComponent(venue.id)}`}>
              <StateLiveIcon size={20} />
              <b>{venue.title}</b>
              {!isOpenLabel(venue.access.live) && <span>{labelText(venue.access.live)}</span>}
              {venue.watching > 0 && <span>{t('others.watching', { n: venue.watching })}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
