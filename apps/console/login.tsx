/** Log-in with a password. Afterwards the gate leads back to where the person was; other ways have a page of their own. */
import { type FormEvent, useRef, useState } from 'react';
import { ApiError } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { api, errorText } from './api.ts';
import { usePageSign } from './page-sign.ts';
import { LanguageSwitch } from './shell.tsx';
import { t } from './texts.ts';

/** The log-in route answers in its own shape, so what went wrong is told by the status. */
function loginError(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.status === 400 || error.status === 401 || error.status === 422) return t('login.wrong');
    if (error.status === 429) return t('login.tooMany');
  }
  return errorText(error);
}

/** The page everybody logs in at: by phone, WeChat, other sites, and the second step. */
const otherWays = (next: string, second = false): string =>
  `/login?${new URLSearchParams({ ...(second ? { step: 'second' } : {}), next })}`;

export type LoginProps = {
  readonly expired: boolean;
  /** A page of the console: where the person was going. */
  readonly next: string;
  onDone(): Promise<void>;
};

export function Login({ expired, next, onDone }: LoginProps) {
  usePageSign('none', t('login.submit'));
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  const [failure, setFailure] = useState<string>();
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  const badEmail = missing && !email.includes('@');
  const badPassword = missing && password === '';

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setMissing(true);
    setFailure(undefined);
    if (!email.includes('@')) return emailField.current?.focus();
    if (password === '') return passwordField.current?.focus();
    setBusy(true);
    try {
      const { secondStep } = await api.signIn(email.trim(), password);
      if (secondStep) location.assign(otherWays(next, true));
      else await onDone();
    } catch (error) {
      setFailure(loginError(error));
      passwordField.current?.select();
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="login" id="main">
      <div className="login-head">
        <span className="brand">{t('app.name')}</span>
        <LanguageSwitch />
      </div>
      <form className="card" onSubmit={(event) => void submit(event)} noValidate>
        <h1>{t('login.title')}</h1>
        {expired && !failure && <p className="note">{t('login.expired')}</p>}
        {failure && (
          <p className="problem" role="alert">
            {failure}
          </p>
        )}
        <label htmlFor="email">{t('login.email')}</label>
        <input
          id="email"
          ref={emailField}
          type="email"
          autoComplete="username"
          value={email}
          aria-invalid={badEmail}
          aria-describedby={badEmail ? 'email-problem' : undefined}
          onChange={(event) => setEmail(event.target.value)}
        />
        {badEmail && (
          <p className="field-problem" id="email-problem">
            {t('login.needEmail')}
          </p>
        )}
        <label htmlFor="password">{t('login.password')}</label>
        <div className="with-button">
          <input
            id="password"
            ref={passwordField}
            type={shown ? 'text' : 'password'}
            autoComplete="current-password"
            value={password}
            aria-invalid={badPassword}
            aria-describedby={badPassword ? 'password-problem' : undefined}
            onChange={(event) => setPassword(event.target.value)}
          />
          <Button aria-pressed={shown} onClick={() => setShown(!shown)}>
            {shown ? t('login.hide') : t('login.reveal')}
          </Button>
        </div>
        {badPassword && (
          <p className="field-problem" id="password-problem">
            {t('login.needPassword')}
          </p>
        )}
        <Button type="submit" kind="primary" className="wide" disabled={busy}>
          {busy ? t('login.busy') : t('login.submit')}
        </Button>
        <a className="other-ways" href={otherWays(next)}>
          {t('login.other')}
        </a>
      </form>
    </main>
  );
}
