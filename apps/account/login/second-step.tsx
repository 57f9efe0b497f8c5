/** The second step: a code of the authenticator app, or a backup code. */
import { useState } from 'react';
import type { Entered } from '#contracts/account.ts';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { Field, SendForm } from '../field.tsx';
import { t } from '../texts.ts';

export type SecondStepProps = {
  readonly onDone: (entered: Entered) => void;
  readonly onBack: () => void;
};

export function SecondStep({ onDone, onBack }: SecondStepProps) {
  const [code, setCode] = useState('');
  const text = code.normalize('NFKC').trim();
  const send = async () =>
    onDone(await api<Entered>('/api/v1/auth/second-step', { method: 'POST', body: { code: text } }));
  return (
    <>
      <p>{t('login.secondText')}</p>
      <SendForm submit={t('login.submit')} disabled={text.length < 6} send={send}>
        <Field
          label={t('login.secondCode')}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          maxLength={40}
          value={code}
          onChange={setCode}
        />
      </SendForm>
      <Button onClick={onBack}>{t('login.restart')}</Button>
    </>
  );
}
