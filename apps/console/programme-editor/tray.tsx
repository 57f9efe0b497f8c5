/** Talks without a time, to be dragged into the grid. */
import type { PointerEvent } from 'react';
import type { Talk } from '#contracts/talk.ts';
import { t } from './texts.ts';
import { namesOf } from './words.ts';

type TrayProps = {
  readonly talks: readonly Talk[];
  readonly venueNames: ReadonlyMap<string, string>;
  readonly edits: boolean;
  onHold(event: PointerEvent, id: string): void;
  onOpen(talk: Talk): void;
};

export function Tray({ talks, venueNames, edits, onHold, onOpen }: TrayProps) {
  if (talks.length === 0) return null;
  return (
    <section className="pe-tray" aria-label={t('unscheduled', { count: talks.length })}>
      <strong className="pe-tray-title">{t('unscheduled', { count: talks.length })}</strong>
      {edits && <span className="hint">{t('unscheduledHint')}</span>}
      <ul>
        {talks.map((talk) => (
          <li key={talk.id}>
            <button
              type="button"
              className={`pe-chip pe-type-${talk.type}`}
              data-tray={talk.id}
              onPointerDown={(event) => edits && event.button === 0 && onHold(event, talk.id)}
              onDoubleClick={() => onOpen(talk)}
              onKeyDown={(event) => event.key === 'Enter' && onOpen(talk)}
            >
              <b>{talk.title}</b>
              <span className="hint">
                {namesOf(talk.speakers)} · {venueNames.get(talk.venueId)}
                {talk.plannedMinutes !== null && ` · ${t('minutes', { minutes: talk.plannedMinutes })}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
