/** 试看: how much is left, and what is asked for afterwards. */
import { useEffect, useState } from 'react';
import type { AccessLabel } from '#contracts/access.ts';
import { labelText } from '../../access/label.tsx';
import { lengthText } from '../../ui/i18n.ts';
import { logInHere, target } from './log-in-here.ts';
import { t } from './texts.ts';

export type PreviewStripProps = {
  /** Epoch ms on the server's clock; null: it begins with the first picture. */
  readonly until: number | null;
  /** Server clock − ours, ms. */
  readonly offset: number;
  readonly label: AccessLabel;
  /** Who is let in by log-in should not have to wait for the end of the preview. */
  readonly loggedIn: boolean;
};

export function PreviewStrip({ until, offset, label, loggedIn }: PreviewStripProps) {
  const [now, setNow] = useState(() => Date.now() + offset);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() + offset), 500);
    return () => clearInterval(timer);
  }, [offset]);
  const left = until === null ? undefined : Math.max(0, Math.ceil((until - now) / 1000));
  return (
    <p className="preview-strip" data-preview={left ?? ''}>
      <strong>
        {left === undefined
          ? t('preview.begins', { minutes: label.previewMinutes })
          : t('preview.now', { left: lengthText(left) })}
      </strong>
      <span>{t('preview.after', { label: labelText(label) })}</span>
      {!loggedIn && (
        <a href={logInHere()} {...target}>
          {t('preview.logIn')}
        </a>
      )}
    </p>
  );
}
