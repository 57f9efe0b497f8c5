/** Log-in with a password; where sign-up with one is open, that too. */
import { useState } from 'react';
import type { Entered } from '#contracts/account.ts';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { Field, PasswordField, SendForm } from '../field.tsx';
import { t } from '../texts.ts';

export type PasswordLoginProps = {
  readonly signUp: boolean;
  readonly onDone: (entered: Entered) => void;
  /** Undefined: no links are sent here. */
  readonly onForgotten: ((account: string) => void) | undefined;
};

export function PasswordLogin({ signUp, onDone, onForgotten }: PasswordLoginProps) {
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [name, setName] = useState('');
  const [fresh, setFresh] = useState(false);
  const send = async () => {
    const body = { account: account.trim(), password, ...(fresh ? { name: name.trim() } : {}) };
    const path = fresh ? '/api/v1/auth/sign-up' : '/api/v1/auth/password/log-in';
    onDone(await api<Entered>(path, { method: 'POST', body }));
  };
  const missing = account.trim() === '' || password === '' || (fresh && name.trim() === '');
  return (
    <>
      <SendForm submit={t(fresh ? 'login.signUpSubmit' : 'login.submit')} disabled={missing} send={send}>
        <Field
          label={t('login.account')}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={200}
          value={account}
          onChange={setAccount}
        />
        {fresh && (
          <Field label={t('login.name')} autoComplete="name" maxLength={60} value={name} onChange={setName} />
        )}
        <PasswordField
          label={t(fresh ? 'login.newPassword' : 'login.passwordField')}
          autoComplete={fresh ? 'new-password' : 'current-password'}
          maxLength={128}
          value={password}
          onChange={setPassword}
        />
      </SendForm>
      {onForgotten && !fresh && (
        <Button onClick={() => onForgotten(account.trim())}>{t('forgot.open')}</Button>
      )}
      {signUp && (
        <Button onClick={() => setFresh(!fresh)}>{t(fresh ? 'login.haveAccount' : 'login.signUp')}</Button>
      )}
    </>
  );
}
