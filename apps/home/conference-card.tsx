/** A conference on the front page: cover, live mark, title, dates, place; all of it leads to its page. */
import { useState } from 'react';
import type { PublicConferenceCard } from '#contracts/conference.ts';
import { conferenceAddress } from '../conference/address.ts';
import { brandStyle } from '../conference/brand.ts';
import { datesText } from '../conference/times.ts';
import { language } from '../ui/i18n.ts';
import { StateLiveIcon } from '../ui/icons.tsx';
import { t } from './texts.ts';

export function ConferenceCard({ conference }: { conference: PublicConferenceCard }) {
  const { slug, titleZh, titleEn, startDate, endDate, place, cover, logo, colour, live } = conference;
  const title = language() === 'en' ? titleEn || titleZh : titleZh;
  return (
    <a
      className="card"
      href={conferenceAddress(slug)}
      style={brandStyle(colour) as React.CSSProperties}
      data-conference={slug}
    >
      <span className="card-cover">
        <Cover key={cover ?? logo ?? ''} cover={cover} logo={logo} />
        {live > 0 && (
          <span className="card-live">
            <StateLiveIcon size={18} />
            {live === 1 ? t('card.live') : t('card.liveIn', { n: live })}
          </span>
        )}
      </span>
      <span className="card-words">
        <strong>{title}</strong>
        <span>{datesText(startDate, endDate)}</span>
        {place && <span>{place}</span>}
      </span>
    </a>
  );
}

/** The cover; without one, or when it does not load, the logo on white, or the conference's colour. */
function Cover({ cover, logo }: Pick<PublicConferenceCard, 'cover' | 'logo'>) {
  const [broken, setBroken] = useState(false);
  const source = cover ?? logo;
  if (!source || broken) return null;
  return (
    <img
      className={cover ? 'card-picture' : 'card-logo'}
      src={source}
      alt=""
      loading="lazy"
      onError={() => setBroken(true)}
    />
  );
}
