/** Left and right sound level: bars with zones and held peaks, and the numbers for those who do not see them. */
import { useRef } from 'react';
import type { Sound } from '#contracts/health.ts';
import { useNow } from './clock.ts';
import {
  floorDb,
  type Held,
  holdPeak,
  meterFraction,
  meterZone,
  shownPeak,
  soundFreshMs,
} from './meter-scale.ts';
import { t } from './texts.ts';

const marks = [-60, -40, -30, -18, -12, -6, 0];

export function Meters({ sound, lost }: { sound: Sound | null; lost: boolean }) {
  const now = useNow(250);
  const fresh = sound !== null && !lost && now - sound.at < soundFreshMs ? sound : null;
  return (
    <div className="meters">
      <Meter side="left" level={fresh?.left} peak={fresh?.peakLeft} now={now} />
      <Meter side="right" level={fresh?.right} peak={fresh?.peakRight} now={now} />
      <div className="meter-marks" aria-hidden="true">
        {marks.map((db) => (
          <span key={db} style={{ left: `${meterFraction(db) * 100}%` }}>
            {db}
          </span>
        ))}
      </div>
    </div>
  );
}

type MeterProps = {
  side: 'left' | 'right';
  level: number | undefined;
  peak: number | undefined;
  now: number;
};

function Meter({ side, level, peak, now }: MeterProps) {
  const held = useRef<Held>(undefined);
  held.current = peak === undefined ? undefined : holdPeak(held.current, peak, now);
  const shown = held.current ? shownPeak(held.current, now) : undefined;
  const name = t(`meter.${side}`);
  const text =
    level === undefined
      ? t('meter.none')
      : t('meter.value', { side: name, level: Math.round(level), peak: Math.round(shown ?? level) });
  return (
    <div className="meter-row">
      <span aria-hidden="true">{name}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: <meter> cannot show zones, a held peak or a value text */}
      <div
        className="meter"
        role="meter"
        aria-label={`${t('meter.label')} ${name}`}
        aria-valuemin={floorDb}
        aria-valuemax={0}
        aria-valuenow={Math.round(Math.max(floorDb, Math.min(0, level ?? floorDb)))}
        aria-valuetext={text}
      >
        <div
          className="meter-dark"
          style={{ transform: `scaleX(${1 - meterFraction(level ?? Number.NEGATIVE_INFINITY)})` }}
        />
        {shown !== undefined && shown > floorDb && (
          <div
            className={`meter-peak meter-${meterZone(shown)}`}
            style={{ left: `calc(${meterFraction(shown) * 100}% - 3px)` }}
          />
        )}
      </div>
      <span className="meter-number digits" aria-hidden="true">
        {level === undefined ? t('app.unknown') : level <= -100 ? '−∞' : Math.round(level)}
      </span>
    </div>
  );
}
