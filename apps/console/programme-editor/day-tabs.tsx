/** The days as tabs: arrows go from one to the next. */
import { type KeyboardEvent, useRef } from 'react';
import { t } from './texts.ts';
import { dayText } from './words.ts';

type DayTabsProps = {
  readonly days: readonly { readonly day: string; readonly count: number }[];
  readonly day: string;
  readonly today: string;
  onDay(day: string): void;
};

export function DayTabs({ days, day, today, onDay }: DayTabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const keyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    const next = days.findIndex((one) => one.day === day) + step;
    const there = days[next];
    if (step === 0 || !there || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    onDay(there.day);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };
  return (
    <div
      className="pe-days"
      role="tablist"
      aria-label={t('days')}
      ref={list}
      onKeyDown={keyDown}
      tabIndex={-1}
    >
      {days.map((one) => (
        <button
          key={one.day}
          type="button"
          role="tab"
          aria-selected={one.day === day}
          aria-controls="pe-day"
          tabIndex={one.day === day ? 0 : -1}
          data-day={one.day}
          onClick={() => onDay(one.day)}
        >
          <strong>{dayText(one.day)}</strong>
          <span className="hint">
            {one.day === today && <span className="today-mark">{t('today')} </span>}
            {t('dayCount', { count: one.count })}
          </span>
        </button>
      ))}
    </div>
  );
}
