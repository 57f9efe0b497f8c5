/** 预约: the programme for a calendar, and a text message before the start. */
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import type { remindersSchema } from '#contracts/reminder.ts';
import { ApiError, api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { logInAddress } from './address.ts';
import { Dialog } from './dialog.tsx';
import { t } from './texts.ts';

type Reminders = z.infer<typeof remindersSchema>;
/** `anonymous`: nobody is logged in. */
type Known = Reminders | 'anonymous' | 'failed' | undefined;

export type RemindProps = { readonly base: string; readonly loggedIn: boolean; onClose(): void };

export function Remind({ base, loggedIn, onClose }: RemindProps) {
  const [known, setKnown] = useState<Known>(loggedIn ? undefined : 'anonymous');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    if (!loggedIn) return;
    const leaving = new AbortController();
    api<Reminders>(`${base}/reminder`, { signal: leaving.signal })
      .then(setKnown)
      .catch((error: unknown) => {
        if (leaving.signal.aborted) return;
        setKnown(error instanceof ApiError && error.status === 401 ? 'anonymous' : 'failed');
      });
    return () => leaving.abort();
  }, [base, loggedIn]);
  const asked = typeof known === 'object' && known.reminders.some((one) => one.talkId === null);
  const change = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setKnown(
        await api<Reminders>(`${base}/reminder`, {
          method: asked ? 'DELETE' : 'POST',
          body: { talkId: null },
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
        <a className="r-button r-button-primary" href={`${base}/programme.ics`} download>
          {t('remind.ics')}
        </a>
        <p className="muted">{t('remind.icsHint')}</p>
        {known === 'anonymous' && (
          <a className="r-button" href={logInAddress(location.pathname)}>
            {t('remind.logIn')}
          </a>
        )}
        {typeof known === 'object' && known.phone === null && (
          <>
            <p className="muted">{t('remind.noPhone')}</p>
            <a className="r-button" href="/account">
              {t('remind.toAccount')}
            </a>
          </>
        )}
        {typeof known === 'object' && known.phone !== null && (
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
