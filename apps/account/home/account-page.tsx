/** A person's own account: profile, ways to log in, devices, data. */
import { useCallback, useEffect, useState } from 'react';
import type { LogInWays, Me } from '#contracts/account.ts';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { useLanguage } from '../../ui/i18n.ts';
import { Letter } from '../../ui/letter.tsx';
import { t as shared } from '../../ui/texts.ts';
import { failureText, t } from '../texts.ts';
import { Links } from './links.tsx';
import { MyData } from './my-data.tsx';
import { Password } from './password.tsx';
import { Phone } from './phone.tsx';
import { ProfileForm } from './profile-form.tsx';
import { Sessions } from './sessions.tsx';
import { TwoFactor } from './two-factor.tsx';

type Known =
  | { readonly kind: 'loading' }
  | { readonly kind: 'out' }
  | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'in'; readonly me: Me; readonly ways: LogInWays };

export function AccountPage() {
  useLanguage();
  const [known, setKnown] = useState<Known>({ kind: 'loading' });
  const load = useCallback(async () => {
    try {
      const session = await api<{ user?: unknown } | null>('/api/v1/auth/get-session');
      if (!session?.user) return setKnown({ kind: 'out' });
      const [me, ways] = await Promise.all([api<Me>('/api/v1/me'), api<LogInWays>('/api/v1/public/log-in')]);
      setKnown({ kind: 'in', me, ways });
    } catch (error) {
      setKnown({ kind: 'failed', text: failureText(error) });
    }
  }, []);
  useEffect(() => void load(), [load]);
  useEffect(() => {
    document.title = `${t('account.title')} · ${shared('product.name')}`;
  });
  const logOut = async () => {
    await api('/api/v1/auth/sign-out', { method: 'POST', body: {} });
    location.assign('/login');
  };

  if (known.kind !== 'in')
    return (
      <Letter>
        <h1>{t('account.title')}</h1>
        {known.kind === 'loading' && <p aria-busy="true">{t('busy')}</p>}
        {known.kind === 'out' && (
          <>
            <p>{t('account.out')}</p>
            <a className="r-button r-button-primary" href="/login?next=%2Faccount">
              {t('account.logIn')}
            </a>
          </>
        )}
        {known.kind === 'failed' && (
          <>
            <p className="note note-wrong" role="alert">
              {known.text}
            </p>
            <Button onClick={() => void load()}>{shared('action.retry')}</Button>
          </>
        )}
      </Letter>
    );

  const { me, ways } = known;
  const changed = () => void load();
  return (
    <Letter>
      <div className="account-head">
        <h1>{me.name || t('account.title')}</h1>
        <Button onClick={() => void logOut()}>{t('account.logOut')}</Button>
      </div>
      {me.needsTwoFactor && <p className="note note-wrong">{t('account.needsSecond')}</p>}
      <ProfileForm onSaved={changed} />
      <Phone me={me} onChanged={changed} />
      <Password me={me} onChanged={changed} />
      <Links me={me} ways={ways} onChanged={changed} />
      <TwoFactor me={me} onChanged={changed} />
      <Sessions />
      <MyData />
    </Letter>
  );
}
