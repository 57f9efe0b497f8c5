/** Who may watch, in words, as it stands on cards and before the start (C8). */
import type { AccessLabel } from '#contracts/access.ts';
import { language } from '../ui/i18n.ts';
import { t } from './texts.ts';

/** `¥99` of fen. */
export const priceText = (fen: number): string => `¥${fen % 100 === 0 ? fen / 100 : (fen / 100).toFixed(2)}`;

export const isOpenLabel = (label: AccessLabel): boolean =>
  label.kinds.length === 0 || (label.join === 'any' && label.kinds.includes('open'));

/** `报名审核通过 或 参会代表`. */
export function labelText(label: AccessLabel): string {
  if (isOpenLabel(label)) return t('label.open');
  const kinds = label.kinds.filter((kind) => kind !== 'open');
  const words = kinds.map((kind) =>
    kind === 'paid' && label.fen !== null
      ? t('label.price', { price: priceText(label.fen) })
      : t(`label.${kind}`),
  );
  return words.join(t(label.join === 'all' ? 'label.and' : 'label.or'));
}

export const sameLabel = (a: AccessLabel, b: AccessLabel): boolean =>
  labelText(a) === labelText(b) && a.previewMinutes === b.previewMinutes && a.from === b.from;

export function RuleLabel({ label, now }: { label: AccessLabel; now: number }) {
  const open = isOpenLabel(label);
  const embargo = label.from !== null && label.from > now ? label.from : undefined;
  return (
    <span className={open ? 'rule rule-open' : 'rule'}>
      <span>{labelText(label)}</span>
      {label.previewMinutes > 0 && !open && (
        <span className="rule-more">{t('label.preview', { minutes: label.previewMinutes })}</span>
      )}
      {embargo !== undefined && (
        <span className="rule-more">{t('label.from', { date: dateText(embargo) })}</span>
      )}
    </span>
  );
}

/** `2026年11月24日 08:00` on the viewer's clock. */
export const dateText = (moment: number): string =>
  new Intl.DateTimeFormat(language(), {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(moment);
