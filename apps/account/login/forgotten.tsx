/** A forgotten password: a link is asked for by e-mail; who opens it sets a new one. */
import { useState } from 'react';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { Field, PasswordField, SendForm } from '../field.tsx';
import { t } from '../texts.ts';

/** The secret in the address of such a link; undefined without one. */
export const resetToken = (hash: string): string | undefined => /^#reset=([0-9a-f]{40})$/.exec(hash)?.[1];

export function AskForLink({ account, onBack }: { readonly account: string; readonly onBack: () => void }) {
  const [email, setEmail] = useState(account.includes('@') ? account : '');
  const send = () => api('/api/v1/auth/password/forgot', { method: 'POST', body: { email: email.trim() } });
  return (
    <>
      <p>{t('forgot.text')}</p>
      <SendForm
        submit={t('forgot.submit')}
        done={t('forgot.sent')}
        disabled={!email.includes('@')}
        send={send}
      >
        <Field
          label={t('forgot.email')}
          type="email"
          autoComplete="email"
          maxLength={200}
          value={email}
          onChange={setEmail}
        />
      </SendForm>
      <Button onClick={onBack}>{t('login.restart')}</Button>
    </>
  );
}

export type SetNewPasswordProps = {
  readonly token: string;
  readonly onDone: () => void;
  readonly onBack: () => void;
};

export function SetNewPassword({ token, onDone, onBack }: SetNewPasswordProps) {
  const [password, setPassword] = useState('');
  const send = async () => {
    await api('/api/v1/auth/password/reset', { method: 'POST', body: { token, password } });
    onDone();
  };
  return (
    <>
      <SendForm submit={t('save')} disabled={password.length < 10} send={send}>
        <PasswordField
          label={t('password.next')}
          autoComplete="new-password"
          maxLength={128}
          value={password}
          onChange={setPassword}
        />
      </SendForm>
      <Button onClick={onBack}>{t('login.restart')}</Button>
    </>
  );
}
