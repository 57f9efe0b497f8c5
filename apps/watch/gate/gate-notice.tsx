/** In the picture's place: why it is not shown, calmly, and what happens next. */
import type { AccessLabel } from '#contracts/access.ts';
import type { Refusal } from '../../access/admission.ts';
import { dateText, RuleLabel } from '../../access/label.tsx';
import { t } from './texts.ts';

export type What = 'venue' | 'talk' | 'replay';
export type GateNoticeProps = {
  readonly refusal: Refusal;
  readonly what: What;
  readonly label: AccessLabel | undefined;
  /** Server clock, epoch ms. */
  readonly now: number;
};

export function reasonText(refusal: Refusal, what: What): string {
  const { reason } = refusal;
  if (reason !== 'rules' && reason !== 'closed') return t(`reason.${reason}`);
  const suffix = ({ venue: '', talk: 'Talk', replay: 'Replay' } as const)[what];
  return t(`reason.${reason}${suffix}`);
}

function hintText(refusal: Refusal, what: What): string | undefined {
  const { reason, from } = refusal;
  if (reason === 'banned' || reason === 'devices' || reason === 'consent') return t(`hint.${reason}`);
  if (reason === 'embargo') return from === null ? undefined : t('hint.embargo', { date: dateText(from) });
  if (what === 'talk') return t('hint.talk');
  return reason === 'closed' ? t('hint.closed') : undefined;
}

export function GateNotice({ refusal, what, label, now }: GateNoticeProps) {
  const hint = hintText(refusal, what);
  return (
    <div className="screen gate-notice" data-screen="gate" data-reason={refusal.reason}>
      <svg className="art" viewBox="0 0 160 100" aria-hidden="true" focusable="false">
        <g fill="none" stroke="currentColor" strokeWidth="4" strokeLinecap="round" strokeLinejoin="round">
          <rect x="52" y="44" width="56" height="44" rx="8" />
          <path d="M64 44V32a16 16 0 0 1 32 0v12M80 62v10" />
        </g>
      </svg>
      <div role="status">
        <p className="screen-title">{reasonText(refusal, what)}</p>
        {hint && <p className="screen-text">{hint}</p>}
      </div>
      {label && refusal.reason !== 'closed' && <RuleLabel label={label} now={now} />}
    </div>
  );
}
