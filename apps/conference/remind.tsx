/** 预约: the programme or one talk for a calendar, and a text message before the start. */
import { useState } from 'react';
import { api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { logInAddress } from './address.ts';
import { Dialog } from './dialog.tsx';
import type { Known, Reminded, Reminders } from './reminding.tsx';
import { t } from './texts.ts';

export type RemindProps = {
  readonly base: string;
  readonly about: Reminded;
  readonly known: Known;
  /** Too late for a message. */
  readonly begun: boolean;
  /** A message is on its way before this. */
  readonly asked: boolean;
  onKnown(known: Known): void;
  onClose(): void;
};

export function Remind({ base, about, known, begun, asked, onKnown, onClose }: RemindProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const calendar = about ? `${base}/talks/${encodeURIComponent(about.id)}.ics` : `${base}/programme.ics`;
  const change = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      onKnown(
        await api<Reminders>(`${base}/reminder`, {
          method: asked ? 'DELETE' : 'POST',
          body: { talkId: about?.id ?? null },
        }),
      );
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <Dialog title={t('remind.title')} onClose={onClose}>
      <div className="remind">
        {about && <p className="remind-talk">{about.title}</p>}
        <a className="r-button r-button-primary" href={calendar} download>
          {t('remind.ics')}
        </a>
        <p className="muted">{t(about ? 'remind.icsTalkHint' : 'remind.icsHint')}</p>
        {begun && <p className="muted">{t('remind.begun')}</p>}
        {!begun && known === 'anonymous' && (
          <a className="r-button" href={logInAddress(location.pathname)}>
            {t('remind.logIn')}
          </a>
        )}
        {!begun && typeof known === 'object' && known.phone === null && (
          <>
            <p className="muted">{t('remind.noPhone')}</p>
            <a className="r-button" href="/account">
              {t('remind.toAccount')}
            </a>
          </>
        )}
        {!begun && typeof known === 'object' && known.phone !== null && (
          <>
            <p className={asked ? 'note note-good' : 'muted'} role="status">
              {t(asked ? 'remind.smsOn' : 'remind.smsHint', { phone: known.phone })}
            </p>
            <Button disabled={busy} onClick={() => void change()}>
              {t(asked ? 'remind.smsOff' : 'remind.sms')}
            </Button>
          </>
        )}
        {problem && (
          <p className="note note-wrong" role="alert">
            {problem}
          </p>
        )}
      </div>
    </Dialog>
  );
}
