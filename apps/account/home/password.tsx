/** The password of an account: set, or changed with the one before. */
import { useState } from 'react';
import type { Me } from '#contracts/account.ts';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { PasswordField, SendForm } from '../field.tsx';
import { t } from '../texts.ts';
import { Section } from './section.tsx';

export function Password({ me, onChanged }: { readonly me: Me; readonly onChanged: () => void }) {
  const [open, setOpen] = useState(false);
  const [ended, setEnded] = useState(false);
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const send = async () => {
    const body = me.password ? { current, password } : { password };
    await api('/api/v1/me/password', { method: 'POST', body });
    setCurrent('');
    setPassword('');
    setOpen(false);
    setEnded(true);
    onChanged();
  };
  return (
    <Section title={t('password.title')}>
      <p>{t(me.password ? 'password.set' : 'password.none')}</p>
      {ended && (
        <p className="note note-good" role="status">
          {t('password.ended')}
        </p>
      )}
      {open ? (
        <>
          <SendForm
            submit={t('save')}
            disabled={password.length < 10 || (me.password && current === '')}
            send={send}
          >
            {me.password && (
              <PasswordField
                label={t('password.current')}
                autoComplete="current-password"
                value={current}
                onChange={setCurrent}
              />
            )}
            <PasswordField
              label={t('password.next')}
              autoComplete="new-password"
              maxLength={128}
              value={password}
              onChange={setPassword}
            />
          </SendForm>
          <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
        </>
      ) : (
        <Button onClick={() => setOpen(true)}>{t(me.password ? 'password.change' : 'password.add')}</Button>
      )}
    </Section>
  );
}
