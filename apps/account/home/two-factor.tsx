/** The second step of an account: set up with an authenticator app, or turned off. */
import encodeQR from 'qr';
import { useState } from 'react';
import type { Me } from '#contracts/account.ts';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { Field, PasswordField, SendForm } from '../field.tsx';
import { t } from '../texts.ts';
import { Section } from './section.tsx';

type Setup = { readonly uri: string; readonly backupCodes: readonly string[] };
type Step =
  | { readonly kind: 'rest' }
  | { readonly kind: 'password' }
  | { readonly kind: 'scan'; readonly setup: Setup }
  | { readonly kind: 'off' };

export function TwoFactor({ me, onChanged }: { readonly me: Me; readonly onChanged: () => void }) {
  const [step, setStep] = useState<Step>({ kind: 'rest' });
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const withPassword = me.password ? { password } : {};
  const rest = () => {
    setStep({ kind: 'rest' });
    setPassword('');
    setCode('');
  };
  const begin = async () => {
    const setup = await api<Setup>('/api/v1/me/two-factor', { method: 'POST', body: withPassword });
    setPassword('');
    setStep({ kind: 'scan', setup });
  };
  const finish = (path: string, body: object) => async () => {
    await api(`/api/v1/me/two-factor/${path}`, { method: 'POST', body: { code: code.trim(), ...body } });
    rest();
    onChanged();
  };
  const passwordField = me.password && (
    <PasswordField
      label={t('second.password')}
      autoComplete="current-password"
      value={password}
      onChange={setPassword}
    />
  );
  const codeField = (
    <Field
      label={t('second.code')}
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={6}
      value={code}
      onChange={setCode}
    />
  );

  return (
    <Section title={t('second.title')}>
      <p>{t(me.twoFactor ? 'second.on' : 'second.off')}</p>
      {step.kind === 'rest' && (
        <Button onClick={() => setStep({ kind: me.twoFactor ? 'off' : 'password' })}>
          {t(me.twoFactor ? 'second.stop' : 'second.start')}
        </Button>
      )}
      {step.kind === 'password' && (
        <SendForm submit={t('second.start')} disabled={me.password && password === ''} send={begin}>
          {passwordField}
        </SendForm>
      )}
      {step.kind === 'scan' && (
        <>
          <p>{t('second.scan')}</p>
          <QrPicture text={step.setup.uri} />
          <code className="secret">{new URL(step.setup.uri).searchParams.get('secret')}</code>
          <p>{t('second.backup')}</p>
          <ul className="backup-codes">
            {step.setup.backupCodes.map((one) => (
              <li key={one}>
                <code>{one}</code>
              </li>
            ))}
          </ul>
          <SendForm
            submit={t('second.confirm')}
            disabled={!/^\d{6}$/.test(code.trim())}
            send={finish('confirm', {})}
          >
            {codeField}
          </SendForm>
        </>
      )}
      {step.kind === 'off' && (
        <SendForm
          submit={t('second.stopConfirm')}
          kind="danger"
          disabled={!/^\d{6}$/.test(code.trim()) || (me.password && password === '')}
          send={finish('off', withPassword)}
        >
          {passwordField}
          {codeField}
        </SendForm>
      )}
      {step.kind !== 'rest' && <Button onClick={rest}>{t('cancel')}</Button>}
    </Section>
  );
}

/** Dark on white whatever the page's colours: cameras want it so. */
function QrPicture({ text }: { readonly text: string }) {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      role="img"
      aria-label={t('second.qr')}
      shapeRendering="crispEdges"
    >
      <rect width="100%" height="100%" fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
