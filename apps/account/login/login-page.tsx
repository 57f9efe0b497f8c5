/** Log-in: the code by text message first, then the other ways that are open; afterwards back to where the person was. */
import { useEffect, useState } from 'react';
import type { Entered, LogInWays } from '#contracts/account.ts';
import { safeNext } from '#contracts/next-address.ts';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { useLanguage } from '../../ui/i18n.ts';
import { Letter } from '../../ui/letter.tsx';
import { t as shared } from '../../ui/texts.ts';
import { PhoneCode } from '../phone-code.tsx';
import { failureText, t } from '../texts.ts';
import { AskForLink, resetToken, SetNewPassword } from './forgotten.tsx';
import { insideWeChat, OtherWays } from './other-ways.tsx';
import { PasswordLogin } from './password-login.tsx';
import { SecondStep } from './second-step.tsx';

type Step = 'checking' | 'choose' | 'second' | 'forgotten' | 'reset';
/** Two taps from a link in WeChat to the picture: the button, and WeChat's own question. */
const weChatAddress = (next: string): string =>
  `/api/v1/auth/wechat/start?${new URLSearchParams({ way: 'inside', next })}`;
const problems = ['auth.outside', 'auth.way', 'account.taken', 'server.unavailable', 'outside'] as const;

const titles = {
  checking: 'login.title',
  choose: 'login.title',
  second: 'login.second',
  forgotten: 'forgot.title',
  reset: 'forgot.title',
} as const;

export function LoginPage() {
  useLanguage();
  const query = new URLSearchParams(location.search);
  const next = safeNext(query.get('next'));
  const known = problems.find((code) => code === query.get('problem'));
  const [token] = useState(() => resetToken(location.hash));
  const [step, setStep] = useState<Step>(
    token !== undefined ? 'reset' : query.get('step') === 'second' ? 'second' : 'checking',
  );
  const [account, setAccount] = useState('');
  const [changed, setChanged] = useState(false);
  const [ways, setWays] = useState<LogInWays>();
  const [failure, setFailure] = useState<string>();
  const [way, setWay] = useState<'phone' | 'password'>('phone');
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    document.title = `${t('login.title')} · ${shared('product.name')}`;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, and again by hand.
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const load = async () => {
      const [session, open] = await Promise.all([
        api<{ user?: unknown } | null>('/api/v1/auth/get-session', { signal }),
        api<LogInWays>('/api/v1/public/log-in', { signal }),
      ]);
      // A problem is told even to who is logged in: something they asked for did not happen.
      if (session?.user && !known && token === undefined) return location.replace(next);
      setWays(open);
      setStep((now) => (now === 'checking' ? 'choose' : now));
    };
    setFailure(undefined);
    load().catch((error: unknown) => {
      if (!signal.aborted) setFailure(failureText(error));
    });
    return () => leaving.abort();
  }, [turn]);

  const entered = ({ secondStep }: Entered) => {
    if (secondStep) setStep('second');
    else location.replace(next);
  };

  const forgotten = (typed: string) => {
    setAccount(typed);
    setStep('forgotten');
  };
  /** The secret stays neither in the address nor in the history. */
  const leaveLink = () => {
    history.replaceState(null, '', `${location.pathname}${location.search}`);
    setWay('password');
    setStep('choose');
  };
  const reset = () => {
    setChanged(true);
    leaveLink();
  };

  return (
    <Letter>
      <h1>{t(titles[step])}</h1>
      {failure && (
        <>
          <p className="note note-wrong" role="alert">
            {failure}
          </p>
          <Button onClick={() => setTurn(turn + 1)}>{shared('action.retry')}</Button>
        </>
      )}
      {known && step !== 'second' && (
        <p className="note note-wrong" role="alert">
          {t(`problem.${known}`)}
        </p>
      )}
      {step === 'checking' && !failure && <p aria-busy="true">{t('login.checking')}</p>}
      {step === 'forgotten' && <AskForLink account={account} onBack={() => setStep('choose')} />}
      {step === 'reset' && token !== undefined && (
        <SetNewPassword token={token} onDone={reset} onBack={leaveLink} />
      )}
      {changed && step === 'choose' && (
        <p className="note note-good" role="status">
          {t('forgot.done')}
        </p>
      )}
      {step === 'second' && <SecondStep onDone={entered} onBack={() => setStep('choose')} />}
      {step === 'choose' && ways && (
        <>
          {insideWeChat && ways.wechat.inside && (
            <a className="r-button r-button-primary r-button-large" href={weChatAddress(next)}>
              {t('login.wechat')}
            </a>
          )}
          <fieldset className="ways">
            <legend className="r-hidden">{t('login.way')}</legend>
            {(['phone', 'password'] as const).map((one) => (
              <label key={one}>
                <input
                  type="radio"
                  name="way"
                  className="r-hidden"
                  checked={way === one}
                  onChange={() => setWay(one)}
                />
                <span>{t(`login.${one}`)}</span>
              </label>
            ))}
          </fieldset>
          {way === 'phone' ? (
            <PhoneCode
              askPath="/api/v1/auth/phone/code"
              usePath="/api/v1/auth/phone/log-in"
              submit={t(ways.signUp.phone ? 'login.submitPhoneNew' : 'login.submitPhone')}
              {...(ways.signUp.phone ? { note: t('login.newByPhone') } : {})}
              onDone={entered}
            />
          ) : (
            <PasswordLogin
              signUp={ways.signUp.password}
              onDone={entered}
              onForgotten={ways.reset ? forgotten : undefined}
            />
          )}
          <OtherWays ways={ways} next={next} />
          <p className="muted small">{t('login.agreement')}</p>
        </>
      )}
    </Letter>
  );
}
