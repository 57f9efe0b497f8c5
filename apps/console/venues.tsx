/** All venues at a glance: state, picture, viewers, warnings. */
import type { VenueStatus } from '#contracts/venue.ts';
import { PersonIcon, WarningIcon } from '../ui/icons.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { api } from './api.ts';
import { useNow } from './clock.ts';
import { numberText, runningTime } from './format.ts';
import { usePageSign } from './page-sign.ts';
import { statusPace, systemPace, usePoll } from './poll.ts';
import { homePath, venuePath } from './router.ts';
import { useExpiry } from './session.ts';
import { LostBanner, PageHead, PageLink, SystemBanners } from './shell.tsx';
import { t } from './texts.ts';
import { listWarnings, severity } from './warning-list.ts';

export function Venues() {
  usePageSign('none', t('venues.title'));
  const statuses = usePoll(api.statuses, statusPace);
  const system = usePoll(api.system, systemPace);
  useExpiry(statuses.error);
  const list = statuses.data;
  const live = list?.filter((venue) => venue.state === 'live').length ?? 0;

  return (
    <>
      <PageHead />
      <main id="main" className="page">
        <SystemBanners system={system.data} />
        {statuses.lost && <LostBanner age={statuses.age} error={statuses.error} />}
        <div className="title-row">
          <h1>{t('venues.title')}</h1>
          {list && list.length > 0 && !statuses.lost && (
            <p className="muted">{t('venues.summary', { count: list.length, live })}</p>
          )}
          <PageLink href={homePath} className="r-button r-button-plain push-right">
            {t('app.home')}
          </PageLink>
        </div>
        {!list && !statuses.lost && <p className="muted">{t('app.loading')}</p>}
        {list?.length === 0 && (
          <div className="card empty">
            <h2>{t('venues.empty')}</h2>
            <p>{t('venues.emptyHint')}</p>
          </div>
        )}
        {list && list.length > 0 && (
          <ul className={statuses.lost ? 'venue-grid old' : 'venue-grid'}>
            {list.map((venue) => (
              <VenueCard key={venue.id} venue={venue} lost={statuses.lost} />
            ))}
          </ul>
        )}
      </main>
    </>
  );
}

function VenueCard({ venue, lost }: { venue: VenueStatus; lost: boolean }) {
  const now = useNow();
  const { previewAt } = venue.tracks.program;
  const warnings = listWarnings(venue);
  const bad = warnings.some(({ warning }) => severity[warning.kind] === 'bad');
  const running = venue.state === 'live' || venue.state === 'break' || venue.state === 'away';
  return (
    <li className={`venue-card state-edge-${lost ? 'lost' : venue.state}`}>
      <PageLink href={venuePath(venue.id)}>
        <div className="picture">
          {previewAt === null ? (
            <span className="muted">{t('venues.noPicture')}</span>
          ) : (
            <img src={api.previewUrl(venue.id, 'program', previewAt)} alt="" />
          )}
        </div>
        <h2>{venue.title}</h2>
      </PageLink>
      <div className="venue-facts">
        <StateBadge state={venue.state} />
        {running && venue.runStart !== null && !lost && (
          <span className="digits">{runningTime((now - venue.runStart) / 1000)}</span>
        )}
        <span className="fact">
          <PersonIcon size={18} />
          {t('venues.viewers', { count: numberText(venue.viewers) })}
        </span>
        {warnings.length > 0 ? (
          <span className={`fact ${bad ? 'bad' : 'look'}`}>
            <WarningIcon size={18} />
            {t('venues.warnings', { count: warnings.length })}
          </span>
        ) : (
          <span className="fact muted">{t('venues.noWarnings')}</span>
        )}
      </div>
    </li>
  );
}
