/** A person's data: to take, and to delete with the account. */
import { useState } from 'react';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { Field, SendForm } from '../field.tsx';
import { t } from '../texts.ts';
import { Section } from './section.tsx';

export function MyData() {
  const [open, setOpen] = useState(false);
  const [word, setWord] = useState('');
  const remove = async () => {
    await api('/api/v1/me', { method: 'DELETE', body: { confirm: 'DELETE' } });
    location.assign('/login');
  };
  return (
    <Section title={t('data.title')}>
      <p>{t('data.text')}</p>
      <a className="r-button" href="/api/v1/me/export" download="rostrum-my-data.json">
        {t('data.export')}
      </a>
      {open ? (
        <>
          <SendForm
            submit={t('data.deleteNow')}
            kind="danger"
            disabled={word.trim().toUpperCase() !== t('data.word')}
            send={remove}
          >
            <Field label={t('data.sure')} autoComplete="off" value={word} onChange={setWord} />
          </SendForm>
          <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
        </>
      ) : (
        <Button onClick={() => setOpen(true)}>{t('data.delete')}</Button>
      )}
    </Section>
  );
}
