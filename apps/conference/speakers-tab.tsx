/** Everyone who speaks, with their talks. */
import { useMemo } from 'react';
import { language } from '../ui/i18n.ts';
import type { Programme } from './programme-feed.ts';
import { matches, type Person, peopleOf, startOf } from './programme-view.ts';
import { SearchList } from './search-list.tsx';
import { t } from './texts.ts';
import { momentText } from './times.ts';

const words = ({ speaker, talks }: Person): string[] => [
  speaker.name,
  speaker.unit,
  speaker.title,
  ...talks.map((talk) => talk.title),
];

export function SpeakersTab({ programme, zone }: { programme: Programme; zone: string }) {
  const lang = language();
  const people = useMemo(() => peopleOf(programme.talks, lang), [programme.talks, lang]);
  const venues = useMemo(
    () => new Map(programme.venues.map((venue) => [venue.id, venue.title])),
    [programme.venues],
  );
  if (people.length === 0)
    return (
      <div className="empty">
        <p className="empty-title">{t('speakers.none')}</p>
      </div>
    );
  return (
    <SearchList
      items={people}
      words={words}
      matches={matches}
      keyOf={(person) => person.key}
      className="people"
      texts={{
        search: t('speakers.search'),
        count: (n) => t('speakers.count', { n }),
        more: (n) => t('speakers.more', { n }),
        notFound: t('speakers.notFound'),
      }}
    >
      {({ speaker, talks }) => (
        <article className="person">
          <span className="initial" aria-hidden="true">
            {[...speaker.name][0]}
          </span>
          <div>
            <h3>{speaker.name}</h3>
            <p className="muted">{[speaker.title, speaker.unit].filter(Boolean).join(' · ')}</p>
            <ul className="person-talks">
              {talks.map((talk) => (
                <li key={talk.id} className={talk.state === 'cancelled' ? 'struck' : undefined}>
                  <span>{talk.title}</span>
                  <span className="muted">
                    {[
                      startOf(talk) === null ? '' : momentText(startOf(talk) ?? 0, zone),
                      venues.get(talk.venueId),
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        </article>
      )}
    </SearchList>
  );
}
