/** The confirmed phone of an account, and the way to confirm another. */
import { useState } from 'react';
import type { Me } from '#contracts/account.ts';
import { maskedPhone } from '#contracts/phone.ts';
import { Button } from '../../ui/button.tsx';
import { PhoneCode } from '../phone-code.tsx';
import { t } from '../texts.ts';
import { Section } from './section.tsx';

export function Phone({ me, onChanged }: { readonly me: Me; readonly onChanged: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Section title={t('phone.title')}>
      <p>{me.phone ? t('phone.now', { phone: maskedPhone(me.phone) }) : t('phone.none')}</p>
      {open ? (
        <>
          <PhoneCode
            askPath="/api/v1/me/phone/code"
            usePath="/api/v1/me/phone"
            submit={t('phone.confirm')}
            onDone={() => {
              setOpen(false);
              onChanged();
            }}
          />
          <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
        </>
      ) : (
        <Button onClick={() => setOpen(true)}>{t(me.phone ? 'phone.change' : 'phone.add')}</Button>
      )}
    </Section>
  );
}
