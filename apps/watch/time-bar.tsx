/** The bar from the run's start to now (or of a replay), and the words that say where we are. */
import { useEffect, useRef, useState } from 'react';
import { clockTime, lengthText } from '../ui/i18n.ts';
import type { Player, Times } from './player/player.ts';
import { t } from './texts.ts';

/** Times four times a second. */
export function useTimes(player: Player): Times {
  const [times, setTimes] = useState(() => player.times());
  useEffect(() => {
    const timer = setInterval(() => setTimes(player.times()), 250);
    return () => clearInterval(timer);
  }, [player]);
  return times;
}

/** A dragged slider seeks when it rests this long, ms: not at every pixel. */
const restBeforeSeek = 200;

const wordAt = (times: Times, value: number): string =>
  times.dates ? clockTime(value) : lengthText(value / 1000);

function valueText(times: Times, value: number): string {
  if (!times.dates) return t('control.position', { at: wordAt(times, value), end: wordAt(times, times.to) });
  const behind = times.to - value;
  if (behind < 4000) return t('control.atLive');
  return `${wordAt(times, value)}, ${t('control.behind', { length: lengthText(behind / 1000) })}`;
}

export function TimeBar({ player, times }: { player: Player; times: Times }) {
  const [dragged, setDragged] = useState<number>();
  const [hover, setHover] = useState<{ left: number; value: number }>();
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(rest.current), []);
  const length = times.to - times.from;
  if (length < 1000) return null;
  const value = Math.min(times.to, Math.max(times.from, dragged ?? times.at));
  const share = ((value - times.from) / length) * 100;
  const onChange = (event: React.ChangeEvent<HTMLInputElement>) => {
    const to = times.from + Number(event.target.value);
    setDragged(to);
    clearTimeout(rest.current);
    rest.current = setTimeout(() => {
      player.seek(to);
      setDragged(undefined);
    }, restBeforeSeek);
  };
  const onHover = (event: React.PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    setHover({ left: Math.min(92, Math.max(8, at * 100)), value: times.from + at * length });
  };
  return (
    <div className="time-bar" onPointerMove={onHover} onPointerLeave={() => setHover(undefined)}>
      <input
        className="slider"
        type="range"
        min={0}
        max={Math.round(length)}
        step={1000}
        value={Math.round(value - times.from)}
        aria-label={t('control.timeline')}
        aria-valuetext={valueText(times, value)}
        style={{ '--filled': `${share}%` } as React.CSSProperties}
        onChange={onChange}
      />
      {hover && (
        <output className="time-hover" style={{ left: `${hover.left}%` }} aria-hidden="true">
          {wordAt(times, hover.value)}
        </output>
      )}
    </div>
  );
}

export function WhereText({ times }: { times: Times }) {
  if (!times.dates) {
    if (times.to < 1000) return null;
    const at = lengthText(times.at / 1000);
    return <span className="where">{t('control.position', { at, end: lengthText(times.to / 1000) })}</span>;
  }
  if (times.behind < 4000) return <span className="where">{clockTime(times.at)}</span>;
  return (
    <span className="where" title={clockTime(times.at)}>
      −{lengthText(times.behind / 1000)}
    </span>
  );
}
