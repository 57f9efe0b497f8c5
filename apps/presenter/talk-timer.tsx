/** Elapsed and left time of the talk; red when it is over. */
import { useEffect, useState } from 'react';
import type { Talk } from '#contracts/talk.ts';
import { t } from './texts.ts';

const clock = (ms: number): string => {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

export function TalkTimer({
  talk,
  now,
}: {
  readonly talk: Pick<Talk, 'actualStart' | 'actualEnd' | 'plannedMinutes'>;
  readonly now: () => number;
}) {
  const [at, setAt] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), 500);
    return () => clearInterval(timer);
  }, [now]);
  if (talk.actualStart === null) return <p className="p-timer">{t('timer.notStarted')}</p>;
  const elapsed = Math.max(0, (talk.actualEnd ?? at) - talk.actualStart);
  const left = talk.plannedMinutes === null ? undefined : talk.plannedMinutes * 60_000 - elapsed;
  return (
    <p className="p-timer" role="timer" data-over={left !== undefined && left < 0}>
      <span>
        {t('timer.elapsed')} <b>{clock(elapsed)}</b>
      </span>
      {left !== undefined && (
        <span>
          {t(left < 0 ? 'timer.over' : 'timer.left')} <b>{clock(left)}</b>
        </span>
      )}
    </p>
  );
}
