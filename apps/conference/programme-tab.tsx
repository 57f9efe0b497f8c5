/** The programme by day: columns of venues on a PC, one list on a phone. Only what is near the window is drawn. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { IconButton } from '../ui/button.tsx';
import { listText } from '../ui/i18n.ts';
import type { Programme } from './programme-feed.ts';
import { type Block, byTime, type Column, columnsOf, daysOf, dayToShow, isOn } from './programme-view.ts';
import { TalkCard } from './talk-card.tsx';
import { t } from './texts.ts';
import { dayOf, dayText, zonesDiffer } from './times.ts';
import { Windowed } from './windowed.tsx';

export type ProgrammeTabProps = {
  readonly programme: Programme;
  readonly zone: string;
  /** `/api/v1/public/conferences/<slug>` */
  readonly base: string;
  readonly now: number;
};

const wide = '(min-width: 900px)';
function useWide(): boolean {
  const [is, setIs] = useState(() => matchMedia(wide).matches);
  useEffect(() => {
    const query = matchMedia(wide);
    const look = () => setIs(query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  return is;
}

export function ProgrammeTab({ programme, zone, base, now }: ProgrammeTabProps) {
  const days = useMemo(() => daysOf(programme.talks, zone), [programme.talks, zone]);
  const today = dayOf(now, zone);
  const [chosen, setChosen] = useState<string>();
  const [venue, setVenue] = useState<string>();
  const isWide = useWide();
  const day = chosen !== undefined && days.includes(chosen) ? chosen : dayToShow(days, today);
  const columns = useMemo(() => columnsOf(programme, day, zone), [programme, day, zone]);
  if (programme.talks.length === 0)
    return (
      <div className="empty">
        <p className="empty-title">{t('programme.none')}</p>
        <p>{t('programme.noneText')}</p>
      </div>
    );
  const shown = columns.filter((column) => venue === undefined || column.venue.id === venue);
  const differs = zonesDiffer(zone, now);
  const onNow = day !== today && programme.talks.some((talk) => talk.state === 'now');
  return (
    <div className="programme">
      {days.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: plain buttons in a row; a fieldset's legend would be visible.
        <div className="days" role="group" aria-label={t('programme.days')}>
          {days.map((one) => (
            <button
              key={one}
              type="button"
              className="day"
              aria-pressed={one === day}
              onClick={() => setChosen(one)}
            >
              {dayText(one)}
            </button>
          ))}
        </div>
      )}
      <div className="programme-tools">
        {columns.length > 1 && (
          <label className="venue-choice">
            <span className="r-hidden">{t('programme.venue')}</span>
            <select value={venue ?? ''} onChange={(event) => setVenue(event.target.value || undefined)}>
              <option value="">{t('programme.everyVenue')}</option>
              {columns.map((column) => (
                <option key={column.venue.id} value={column.venue.id}>
                  {column.venue.title}
                </option>
              ))}
            </select>
          </label>
        )}
        {onNow && (
          <button type="button" className="r-button" onClick={() => setChosen(today)}>
            {t('programme.toNow')}
          </button>
        )}
        <span className="spring" />
        <a className="r-button quiet" href={`${base}/programme.pdf`} download>
          {t('programme.pdf')}
        </a>
        <a className="r-button quiet" href={`${base}/programme.ics`} download>
          {t('programme.ics')}
        </a>
      </div>
      {differs && <p className="muted zone">{t('programme.zone', { zone })}</p>}
      {isWide && shown.length > 1 ? (
        <Columns key={day} columns={shown} zone={zone} />
      ) : (
        <List key={`${day} ${venue}`} columns={shown} zone={zone} />
      )}
    </div>
  );
}

type BodyProps = { readonly columns: readonly Column[]; readonly zone: string };

function Columns({ columns, zone }: BodyProps) {
  const row = useRef<HTMLElement>(null);
  const [at, setAt] = useState({ left: false, right: false });
  const look = () => {
    const element = row.current;
    if (!element) return;
    const left = element.scrollLeft > 4;
    const right = element.scrollLeft + element.clientWidth < element.scrollWidth - 4;
    setAt((before) => (before.left === left && before.right === right ? before : { left, right }));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the columns change.
  useEffect(() => {
    look();
    window.addEventListener('resize', look);
    return () => window.removeEventListener('resize', look);
  }, [columns.length]);
  const go = (way: 1 | -1) =>
    row.current?.scrollBy({ left: way * row.current.clientWidth * 0.85, behavior: 'smooth' });
  return (
    <div className="columns-box">
      <section
        className="columns"
        ref={row}
        onScroll={look}
        aria-label={t('programme.columns')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
        tabIndex={0}
      >
        {columns.map((column) => (
          <section key={column.venue.id} className="column">
            <h3 className="column-head">
              {column.venue.title}
              {isOn(column.venue) && <span className="live-dot" role="img" aria-label={t('venues.live')} />}
            </h3>
            <Windowed guess={column.count * 140}>
              {() => <Blocks blocks={column.blocks} venue={column.venue} zone={zone} />}
            </Windowed>
          </section>
        ))}
      </section>
      {at.left && (
        <IconButton className="columns-go columns-left" label={t('programme.left')} onClick={() => go(-1)}>
          <span aria-hidden="true">‹</span>
        </IconButton>
      )}
      {at.right && (
        <IconButton className="columns-go columns-right" label={t('programme.right')} onClick={() => go(1)}>
          <span aria-hidden="true">›</span>
        </IconButton>
      )}
    </div>
  );
}

function Blocks({ blocks, venue, zone }: { blocks: readonly Block[]; venue: Column['venue']; zone: string }) {
  return (
    <>
      {blocks.map(({ session, talks }) => (
        <div key={`${session?.id ?? ''} ${talks[0]?.id}`} className="block">
          {session && (
            <header className="session">
              <h4>{session.title}</h4>
              {session.chairs.length > 0 && (
                <p>{t('programme.chairs', { names: listText(session.chairs.map((one) => one.name)) })}</p>
              )}
            </header>
          )}
          {talks.map((talk) => (
            <TalkCard key={talk.id} talk={talk} venue={venue} zone={zone} />
          ))}
        </div>
      ))}
    </>
  );
}

/** Talks drawn together. */
const slice = 16;

function List({ columns, zone }: BodyProps) {
  const only = columns.length === 1 ? columns[0] : undefined;
  const all = useMemo(() => byTime(columns), [columns]);
  if (only)
    return (
      <div className="talk-list">
        <Blocks blocks={only.blocks} venue={only.venue} zone={zone} />
      </div>
    );
  const slices = Array.from({ length: Math.ceil(all.length / slice) }, (_, i) =>
    all.slice(i * slice, (i + 1) * slice),
  );
  const cards = (part: typeof all) =>
    part.map(({ talk, venue }) => <TalkCard key={talk.id} talk={talk} venue={venue} zone={zone} withVenue />);
  const [first = [], ...rest] = slices;
  return (
    <div className="talk-list">
      {cards(first)}
      {rest.map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a slice is its place in the list.
        <Windowed key={i} guess={part.length * 150}>
          {() => cards(part)}
        </Windowed>
      ))}
    </div>
  );
}
