/** Days, hours, minutes, seconds to the start. */
import { t } from './texts.ts';
import { useNow } from './use-now.ts';

export function Countdown({ to, clock }: { to: number; clock: () => number }) {
  const now = useNow(clock, 1000);
  const left = Math.max(0, Math.floor((to - now) / 1000));
  const parts = {
    days: Math.floor(left / 86_400),
    hours: Math.floor(left / 3600) % 24,
    minutes: Math.floor(left / 60) % 60,
    seconds: left % 60,
  };
  return (
    <div className="countdown" role="timer">
      <span className="countdown-label">{t('countdown.label')}</span>
      <span className="r-hidden">{t('countdown.spoken', parts)}</span>
      {(['days', 'hours', 'minutes', 'seconds'] as const).map((part) => (
        <span key={part} className="countdown-part" aria-hidden="true">
          <b>{String(parts[part]).padStart(2, '0')}</b>
          {t(`countdown.${part}`)}
        </span>
      ))}
    </div>
  );
}
