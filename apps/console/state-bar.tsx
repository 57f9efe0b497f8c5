/** The bar a tired person cannot mistake (PRODUCT L17): the state in colour, icon and words, and for how long. */
import type { VenueStatus } from '#contracts/venue.ts';
import { WarningIcon } from '../ui/icons.tsx';
import { stateIcons, stateWord } from '../ui/state-badge.tsx';
import { useNow } from './clock.ts';
import { runningTime } from './format.ts';
import { t } from './texts.ts';

type StateBarProps = { status: VenueStatus | undefined; lost: boolean; age: number | undefined };

export function StateBar({ status, lost, age }: StateBarProps) {
  const now = useNow();
  if (lost || !status) {
    return (
      <div className="state-bar state-bar-lost">
        <WarningIcon size={48} />
        <div className="state-words" role="status">
          <strong>{lost ? t('link.title') : t('state.unknown')}</strong>
          <span>{status ? t('state.lastKnown', { state: stateWord(status.state) }) : t('link.never')}</span>
        </div>
        {age !== undefined && <div className="state-times">{t('link.lost', { seconds: age })}</div>}
      </div>
    );
  }
  const Icon = stateIcons[status.state];
  const inRun = status.state === 'live' || status.state === 'break' || status.state === 'away';
  return (
    <div className={`state-bar state-bar-${status.state}`} data-state={status.state}>
      <Icon size={48} />
      <div className="state-words" role="status" aria-label={t('state.label')}>
        <strong>{stateWord(status.state)}</strong>
        <span>{t(`state.${status.state}.hint`)}</span>
      </div>
      <div className="state-times">
        <span className="state-clock">{runningTime((now - status.since) / 1000)}</span>
        {inRun && status.runStart !== null && (
          <span>{t('state.run', { time: runningTime((now - status.runStart) / 1000) })}</span>
        )}
      </div>
    </div>
  );
}
