/** Replays of the talks, newest first. */
import { useMemo, useState } from 'react';
import type { Programme } from './programme-feed.ts';
import { matches, replaysOf, wordsOf } from './programme-view.ts';
import { SearchList } from './search-list.tsx';
import { TalkCard } from './talk-card.tsx';
import { t } from './texts.ts';

export function ReplaysTab({ programme, zone }: { programme: Programme; zone: string }) {
  const [venue, setVenue] = useState('');
  const all = useMemo(() => replaysOf(programme.talks), [programme.talks]);
  const venues = useMemo(() => new Map(programme.venues.map((one) => [one.id, one])), [programme.venues]);
  const shown = useMemo(
    () => all.filter((talk) => venues.has(talk.venueId) && (venue === '' || talk.venueId === venue)),
    [all, venue, venues],
  );
  if (all.length === 0)
    return (
      <div className="empty">
        <p className="empty-title">{t('replays.none')}</p>
        <p>{t('replays.noneText')}</p>
      </div>
    );
  const choices = programme.venues.filter((one) => all.some((talk) => talk.venueId === one.id));
  return (
    <SearchList
      items={shown}
      words={wordsOf}
      matches={matches}
      keyOf={(talk) => talk.id}
      className="replays"
      tools={
        choices.length > 1 && (
          <label className="venue-choice">
            <span className="r-hidden">{t('programme.venue')}</span>
            <select value={venue} onChange={(event) => setVenue(event.target.value)}>
              <option value="">{t('programme.everyVenue')}</option>
              {choices.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.title}
                </option>
              ))}
            </select>
          </label>
        )
      }
      texts={{
        search: t('replays.search'),
        count: (n) => t('replays.count', { n }),
        more: (n) => t('replays.more', { n }),
        notFound: t('replays.notFound'),
      }}
    >
      {(talk) => {
        const own = venues.get(talk.venueId);
        return own && <TalkCard talk={talk} venue={own} zone={zone} withVenue withDay />;
      }}
    </SearchList>
  );
}
