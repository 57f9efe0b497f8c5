/** Below the picture: every way in, most of them one form or one button. Fetched only when somebody stands at the gate. */
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Sitting, WayIn } from '#contracts/access.ts';
import type { Refusal } from '../../access/admission.ts';
import { deviceId } from '../../access/device.ts';
import { priceText } from '../../access/label.tsx';
import { t as access } from '../../access/texts.ts';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { listText } from '../../ui/i18n.ts';
import { logInHere, target } from './log-in-here.ts';
import { t } from './texts.ts';

export type GatePanelProps = {
  readonly sitting: Sitting;
  readonly refusal: Refusal;
  /** Asks the server again whether this person may watch now. */
  onAsk(takeOver?: boolean): Promise<unknown>;
};

export default function GatePanel({ sitting, refusal, onAsk }: GatePanelProps) {
  const { ways, join, reason } = refusal;
  const loggedIn = sitting.person !== null;
  // To log in is the way to all others: it stands first, once.
  const rest = ways.filter((way) => way.kind !== 'logIn');
  const logIn =
    !loggedIn && (ways.some((way) => way.kind === 'logIn') || rest.some((way) => way.kind !== 'password'));
  return (
    <section className="gate">
      {reason === 'devices' && (
        <Button kind="primary" size="large" onClick={() => void onAsk(true)}>
          {t('devices.take')}
        </Button>
      )}
      {(logIn || rest.length > 0) && (
        <h2>
          {t(rest.length + (logIn ? 1 : 0) < 2 ? 'join.one' : join === 'all' ? 'join.all' : 'join.any')}
        </h2>
      )}
      {logIn && (
        <div className="way">
          <a className="r-button r-button-primary r-button-large" href={logInHere()} {...target}>
            {t('way.logIn')}
          </a>
          <p>{t('way.logInText')}</p>
        </div>
      )}
      {rest.map((way) => (
        <Way
          key={`${way.kind} ${'field' in way ? way.field : ''}`}
          way={way}
          sitting={sitting}
          onAsk={onAsk}
        />
      ))}
      <Support support={sitting.support} />
    </section>
  );
}

type WayProps = { readonly way: WayIn; readonly sitting: Sitting; readonly onAsk: GatePanelProps['onAsk'] };

function Way({ way, sitting, onAsk }: WayProps) {
  const base = `/api/v1/public/conferences/${encodeURIComponent(sitting.conference.slug)}`;
  const loggedIn = sitting.person !== null;
  switch (way.kind) {
    case 'logIn':
      return null;
    case 'register': {
      const open = way.state === 'none' || way.state === 'pending' || way.state === 'waiting';
      return (
        <Card title={t(`way.register.${way.state}`)} text={t(`way.register.${way.state}Text`)}>
          {open && (
            <a
              className="r-button r-button-primary"
              href={`/c/${encodeURIComponent(sitting.conference.slug)}/register`}
              {...target}
            >
              {t(way.state === 'none' ? 'way.register.go' : 'way.register.look')}
            </a>
          )}
        </Card>
      );
    }
    case 'delegate':
      return (
        <Card title={t('way.delegate')} text={t('way.delegateText')}>
          {loggedIn && (
            <Ask
              fields={[
                { name: 'name', label: t('way.delegate.name'), autoComplete: 'name' },
                { name: 'idTail', label: t('way.delegate.tail'), most: 4 },
              ]}
              go={t('way.delegate.go')}
              send={({ name = '', idTail = '' }) =>
                api(`${base}/delegate`, { method: 'POST', body: { name, idTail: idTail.toUpperCase() } })
              }
              onDone={onAsk}
            />
          )}
        </Card>
      );
    case 'code':
      return (
        <Card title={t('way.code')} {...(loggedIn ? {} : { text: t('way.codeText') })}>
          {loggedIn && (
            <Ask
              fields={[{ name: 'code', label: t('way.code'), most: 40 }]}
              go={t('way.code.go')}
              send={({ code }) => api(`${base}/code`, { method: 'POST', body: { code } })}
              onDone={onAsk}
            />
          )}
        </Card>
      );
    case 'password':
      return (
        <Card title={t(way.thing.kind === 'talk' ? 'way.passwordTalk' : 'way.password')}>
          <Ask
            fields={[{ name: 'password', label: t('way.password'), most: 100 }]}
            go={t('way.password.go')}
            send={({ password }) =>
              api('/api/v1/public/access/password', {
                method: 'POST',
                body: { thing: way.thing, password, device: deviceId() },
              })
            }
            onDone={onAsk}
          />
        </Card>
      );
    case 'profile': {
      const field = access(`field.${way.field}`);
      return (
        <Card title={t('way.profile', { field })} text={t('way.profileText', { field })}>
          {loggedIn && (
            <a className="r-button" href="/account" {...target}>
              {t('way.profile.go')}
            </a>
          )}
        </Card>
      );
    }
    case 'tier':
      return <Card title={t('way.tier', { tiers: listText(way.tiers) })} text={t('way.tierText')} />;
    case 'pay':
      return (
        <Card title={`${t(`way.pay.${way.thing.kind}`)} ${priceText(way.fen)}`} text={t('way.payText')} />
      );
  }
}

function Card({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="way">
      <h3>{title}</h3>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

type Field = {
  readonly name: string;
  readonly label: string;
  readonly most?: number;
  readonly autoComplete?: string;
};
type AskProps = {
  readonly fields: readonly Field[];
  readonly go: string;
  send(values: Readonly<Record<string, string>>): Promise<unknown>;
  onDone(): Promise<unknown>;
};

/** A short form: what is wrong is said below it, in the server's words. */
function Ask({ fields, go, send, onDone }: AskProps) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<{ readonly text: string; readonly good: boolean }>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (fields.some(({ name }) => !values[name]?.trim())) {
      setTold({ text: t('form.empty'), good: false });
      return;
    }
    setBusy(true);
    setTold(undefined);
    try {
      await send(
        Object.fromEntries(fields.map(({ name }) => [name, values[name]?.normalize('NFKC').trim() ?? ''])),
      );
      setTold({ text: t('form.opened'), good: true });
      await onDone();
    } catch (error) {
      setTold({ text: error instanceof Error ? error.message : String(error), good: false });
    }
    setBusy(false);
  };
  return (
    <form className="way-form" onSubmit={(event) => void submit(event)}>
      {fields.map(({ name, label, most = 60, autoComplete = 'off' }) => (
        <label key={name}>
          {/* The card's heading says it already. */}
          <span className={fields.length === 1 ? 'r-hidden' : undefined}>{label}</span>
          <input
            value={values[name] ?? ''}
            maxLength={most}
            autoComplete={autoComplete}
            autoCapitalize="off"
            spellCheck={false}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
        </label>
      ))}
      <Button type="submit" kind="primary" disabled={busy}>
        {busy ? t('form.busy') : go}
      </Button>
      {told && (
        <p className={told.good ? 'told told-good' : 'told'} role={told.good ? 'status' : 'alert'}>
          {told.text}
        </p>
      )}
    </form>
  );
}

function Support({ support }: { support: Sitting['support'] }) {
  const { name, phone, email } = support;
  if (!name && !phone && !email) return null;
  return (
    <p className="gate-support">
      <span>{t('support.title')}</span>
      {name && <span>{name}</span>}
      {phone && <a href={`tel:${phone.replace(/[^\d+]/g, '')}`}>{phone}</a>}
      {email && <a href={`mailto:${email}`}>{email}</a>}
    </p>
  );
}
