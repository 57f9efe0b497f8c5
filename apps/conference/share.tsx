/** The page's address as a QR code and to copy. */
import encodeQR from 'qr';
import { useMemo, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { CopyIcon } from '../ui/icons.tsx';
import { Dialog } from './dialog.tsx';
import { t } from './texts.ts';

export function Share({ url, onClose }: { url: string; onClose(): void }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const qr = useMemo(
    () => `data:image/svg+xml,${encodeURIComponent(encodeQR(url, 'svg', { ecc: 'medium', border: 2 }))}`,
    [url],
  );
  const copy = () => {
    // Only there on HTTPS.
    const clipboard: Clipboard | undefined = navigator.clipboard;
    if (!clipboard) setCopied('failed');
    else
      clipboard.writeText(url).then(
        () => setCopied('yes'),
        () => setCopied('failed'),
      );
  };
  return (
    <Dialog title={t('share.title')} onClose={onClose}>
      <div className="share">
        <img src={qr} alt={t('share.qr')} width={240} height={240} />
        <p className="muted">{t('share.scan')}</p>
        <Button kind="primary" icon={<CopyIcon size={20} />} onClick={copy}>
          {t(copied === 'yes' ? 'share.copied' : 'share.copy')}
        </Button>
        {copied === 'failed' && (
          <>
            <p className="note">{t('share.failed')}</p>
            <p className="address">{url}</p>
          </>
        )}
        <span className="r-hidden" role="status">
          {copied === 'yes' ? t('share.copied') : ''}
        </span>
      </div>
    </Dialog>
  );
}
