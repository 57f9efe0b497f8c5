/** A phone number and the code sent to it: for a log-in, and to confirm a number. */
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { Entered } from '#contracts/account.ts';
import { maskedPhone, normalPhone } from '#contracts/phone.ts';
import { api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { failureText, t } from './texts.ts';

export type PhoneCodeProps = {
  /** Where a code is asked for, and where it is given. */
  readonly askPath: string;
  readonly usePath: string;
  readonly submit: string;
  readonly note?: string;
  readonly onDone: (entered: Entered) => void;
};

export function PhoneCode({ askPath, usePath, submit, note, onDone }: PhoneCodeProps) {
  const [phone, setPhone] = useState('');
  const [code, setCode] = useState('');
  const [sent, setSent] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [left, wait] = useCountdown();
  const codeField = useRef<HTMLInputElement>(null);
  const phoneField = useRef<HTMLInputElement>(null);
  const id = useId();

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(failureText(error));
    } finally {
      setBusy(false);
    }
  };
  const knownPhone = (): string | undefined => {
    const normal = normalPhone(phone);
    if (normal !== undefined) return normal;
    setProblem(t('login.badPhone'));
    phoneField.current?.focus();
    return undefined;
  };
  const ask = () => {
    const normal = knownPhone();
    if (normal === undefined) return;
    void run(async () => {
      const { again } = await api<{ again: number }>(askPath, { method: 'POST', body: { phone: normal } });
      setSent(maskedPhone(normal));
      wait(again);
      codeField.current?.focus();
    });
  };
  const give = (event: FormEvent) => {
    event.preventDefault();
    const normal = knownPhone();
    if (normal === undefined) return;
    const digits = code.normalize('NFKC').replace(/\s/g, '');
    if (!/^\d{6}$/.test(digits)) {
      setProblem(t('login.badCode'));
      codeField.current?.focus();
      return;
    }
    void run(async () =>
      onDone(await api<Entered>(usePath, { method: 'POST', body: { phone: normal, code: digits } })),
    );
  };

  return (
    <form className="form" onSubmit={give} noValidate>
      <label htmlFor={`${id}-phone`}>{t('login.phoneNumber')}</label>
      <input
        id={`${id}-phone`}
        ref={phoneField}
        type="tel"
        inputMode="tel"
        autoComplete="tel"
        value={phone}
        maxLength={24}
        onChange={(event) => setPhone(event.target.value)}
      />
      <label htmlFor={`${id}-code`}>{t('login.code')}</label>
      <div className="code-row">
        <input
          id={`${id}-code`}
          ref={codeField}
          inputMode="numeric"
          autoComplete="one-time-code"
          aria-describedby={`${id}-hint`}
          value={code}
          maxLength={12}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button onClick={ask} disabled={busy || left > 0}>
          {left > 0 ? t('login.again', { seconds: left }) : t('login.getCode')}
        </Button>
      </div>
      <p className="muted" id={`${id}-hint`} aria-live="polite">
        {sent ? t('login.sent', { phone: sent }) : t('login.codeHint')}
      </p>
      {problem && (
        <p className="note note-wrong" role="alert">
          {problem}
        </p>
      )}
      <Button type="submit" kind="primary" disabled={busy}>
        {busy ? t('busy') : submit}
      </Button>
      {note && <p className="muted">{note}</p>}
    </form>
  );
}

/** Whole seconds left, and the way to begin. By the clock: a page in the background does not count slower. */
function useCountdown(): readonly [number, (seconds: number) => void] {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (until <= Date.now()) return;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= until) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [until]);
  const begin = (seconds: number) => {
    setNow(Date.now());
    setUntil(Date.now() + seconds * 1000);
  };
  return [Math.max(0, Math.ceil((until - now) / 1000)), begin];
}
