/** The registration page: where it stands, and the form with what this conference asks. */
import { useCallback, useEffect, useState } from 'react';
import type { PublicConference } from '#contracts/conference.ts';
import type { OwnRegistration, RegistrationAnswers } from '#contracts/registration.ts';
import { ApiError, api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { language } from '../../ui/i18n.ts';
import { t as shared } from '../../ui/texts.ts';
import { logInAddress } from '../address.ts';
import { t } from '../texts.ts';
import type { Me } from '../use-conference.ts';
import { Form } from './form.tsx';

export type RegisterProps = {
  readonly base: string;
  readonly conference: PublicConference;
  readonly me: Me | null | undefined;
};

type Known = OwnRegistration | 'anonymous' | { readonly failed: string } | undefined;

const words = (error: unknown): string =>
  error instanceof ApiError && error.detail
    ? `${error.message} ${error.detail}`
    : String((error as Error).message);

export function Register({ base, conference, me }: RegisterProps) {
  const [known, setKnown] = useState<Known>();
  const [editing, setEditing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const url = `${base}/registration`;
  const load = useCallback(() => {
    setKnown(undefined);
    api<OwnRegistration>(url)
      .then(setKnown)
      .catch((error: unknown) => {
        const anonymous = error instanceof ApiError && error.status === 401;
        setKnown(anonymous ? 'anonymous' : { failed: words(error) });
      });
  }, [url]);
  useEffect(() => {
    if (me === null) setKnown('anonymous');
    else if (me) load();
  }, [me, load]);

  const act = async (method: 'POST' | 'DELETE', answers?: RegistrationAnswers) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const next = await api<OwnRegistration | undefined>(url, {
        method,
        ...(answers ? { body: { answers } } : {}),
      });
      if (next) setKnown(next);
      else load();
      setEditing(false);
      scrollTo({ top: 0 });
    } catch (error) {
      setProblem(words(error));
    }
    setBusy(false);
  };

  return (
    <section className="panel register">
      <h1>{t('register.title')}</h1>
      <p className="muted">{(language() === 'en' && conference.titleEn) || conference.titleZh}</p>
      {known === undefined && (
        <div className="skeleton-lines" aria-hidden="true">
          <i />
          <i />
          <i />
        </div>
      )}
      {known === 'anonymous' && (
        <>
          <p>{t('register.logIn')}</p>
          <a className="r-button r-button-primary r-button-large" href={logInAddress(location.pathname)}>
            {t('page.logIn')}
          </a>
        </>
      )}
      {typeof known === 'object' && 'failed' in known && (
        <>
          <p className="note note-wrong" role="alert">
            {known.failed}
          </p>
          <Button onClick={load}>{shared('action.retry')}</Button>
        </>
      )}
      {typeof known === 'object' && !('failed' in known) && (
        <>
          <State own={known} />
          <Body
            own={known}
            busy={busy}
            editing={editing}
            problem={problem}
            onEdit={setEditing}
            onSend={(answers) => void act('POST', answers)}
            onCancel={() => void act('DELETE')}
          />
        </>
      )}
    </section>
  );
}

const stateTone = {
  pending: '',
  approved: 'note-good',
  waiting: '',
  refused: 'note-wrong',
  cancelled: '',
} as const;

function State({ own }: { own: OwnRegistration }) {
  if (own.state === null) return null;
  const hint =
    own.state === 'pending' || own.state === 'approved' || own.state === 'waiting' ? own.state : undefined;
  return (
    <div className={`note ${stateTone[own.state]}`} role="status" data-registration={own.state}>
      <p className="state-title">{t(`register.state.${own.state}`, { ahead: own.ahead ?? 0 })}</p>
      {hint && <p>{t(`register.stateHint.${hint}`)}</p>}
      {own.note && <p>{t('register.note', { note: own.note })}</p>}
    </div>
  );
}

type BodyProps = {
  readonly own: OwnRegistration;
  readonly busy: boolean;
  readonly editing: boolean;
  readonly problem: string | undefined;
  onEdit(on: boolean): void;
  onSend(answers: RegistrationAnswers): void;
  onCancel(): void;
};

function Body({ own, busy, editing, problem, onEdit, onSend, onCancel }: BodyProps) {
  const [sure, setSure] = useState(false);
  const registered = own.state === 'pending' || own.state === 'approved' || own.state === 'waiting';
  if (registered && !editing)
    return (
      <div className="register-acts">
        <Button onClick={() => onEdit(true)}>{t('register.change')}</Button>
        {sure ? (
          <div className="note" role="alertdialog" aria-label={t('register.cancel')}>
            <p>{t('register.cancelSure')}</p>
            <Button kind="danger" disabled={busy} onClick={onCancel}>
              {t('register.cancelYes')}
            </Button>{' '}
            <Button onClick={() => setSure(false)}>{t('register.cancelNo')}</Button>
          </div>
        ) : (
          <Button className="quiet" onClick={() => setSure(true)}>
            {t('register.cancel')}
          </Button>
        )}
        {problem && (
          <p className="note note-wrong" role="alert">
            {problem}
          </p>
        )}
      </div>
    );
  if (!registered && own.form !== 'open') {
    if (own.form === 'refused') return <p>{t('register.closedText')}</p>;
    return (
      <>
        <p className="state-title">{t(own.form === 'full' ? 'register.full' : 'register.closed')}</p>
        <p>{t('register.closedText')}</p>
      </>
    );
  }
  return <Form own={own} busy={busy} problem={problem} onSend={onSend} />;
}
