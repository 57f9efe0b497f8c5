/** A code to the phone on file, or to the mailbox: that it is the speaker, without an account. */
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import type { ConsentOpened, consentCodeSentSchema } from '#contracts/consent.ts';
import { api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { problemText } from './consent-page.tsx';
import { t } from './texts.ts';

export type CodeStepProps = {
  readonly opened: ConsentOpened;
  readonly token: string;
  readonly code: string;
  onCode(code: string): void;
};

/** Digits of any width, nothing else. */
const digits = (text: string): string => text.normalize('NFKC').replace(/\D/g, '').slice(0, 6);

export function CodeStep({ opened, token, code, onCode }: CodeStepProps) {
  const [sent, setSent] = useState(false);
  const [left, setLeft] = useState(0);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const waiting = left > 0;
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => setLeft((seconds) => seconds - 1), 1000);
    return () => clearInterval(timer);
  }, [waiting]);
  if (opened.confirmed) return null;
  const { phoneTail: tail, email } = opened;
  if (tail === null && email === null)
    return (
      <p className="note note-wrong" role="alert">
        {t('code.noPhone')}
      </p>
    );
  const ask = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await api<z.infer<typeof consentCodeSentSchema>>('/api/v1/consent/code', {
        method: 'POST',
        body: { token },
      });
      setSent(true);
      setLeft(answer.again);
    } catch (error) {
      setProblem(problemText(error));
    }
    setBusy(false);
  };
  return (
    <section className="letter-acts" aria-label={t('code.title')}>
      <h2>{t('code.title')}</h2>
      {sent && (
        <p className="note note-good" role="status">
          {tail === null ? t('code.sentMail', { email: email ?? '' }) : t('code.sent', { tail })}
        </p>
      )}
      <Button disabled={busy || waiting} onClick={() => void ask()}>
        {waiting
          ? t('code.again', { seconds: left })
          : tail === null
            ? t('code.sendMail', { email: email ?? '' })
            : t('code.send', { tail })}
      </Button>
      {sent && (
        <label>
          <span>{t('code.label')}</span>
          <input
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => onCode(digits(event.target.value))}
          />
        </label>
      )}
      {problem && (
        <p className="note note-wrong" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
