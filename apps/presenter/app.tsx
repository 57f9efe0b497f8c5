/** Opens the link, then the desk; every failure is said plainly and can be tried again. */
import { type FormEvent, useCallback, useEffect, useState } from 'react';
import type { PresenterTalk } from '#contracts/presenter.ts';
import { ApiError } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { useLanguage } from '../ui/i18n.ts';
import { knownTalk, openLink, readTalk } from './link.ts';
import { PresenterDesk } from './presenter-desk.tsx';
import { t } from './texts.ts';

type Step =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'ready'; readonly opened: PresenterTalk }
  | { readonly kind: 'failed'; readonly text: string };

const nameKey = 'rostrum.presenter.name';

export function App({ token }: { readonly token: string | undefined }) {
  useLanguage();
  const [step, setStep] = useState<Step>({ kind: 'loading' });
  const load = useCallback(
    async (talkId: string | undefined) => {
      setStep({ kind: 'loading' });
      try {
        const opened = talkId === undefined ? undefined : await readTalk(talkId);
        if (opened) setStep({ kind: 'ready', opened });
        else if (token) setStep({ kind: 'ask' });
        else setStep({ kind: 'failed', text: t(talkId === undefined ? 'open.noLink' : 'open.gone') });
      } catch (error) {
        setStep({ kind: 'failed', text: error instanceof ApiError ? error.message : String(error) });
      }
    },
    [token],
  );
  useEffect(() => {
    void load(token ? undefined : knownTalk());
  }, [load, token]);

  if (step.kind === 'ready') return <PresenterDesk opened={step.opened} />;
  return (
    <main className="p-open">
      <h1>{t('open.title')}</h1>
      {step.kind === 'loading' && <p aria-busy="true">{t('open.busy')}</p>}
      {step.kind === 'failed' && (
        <>
          <p role="alert">{step.text}</p>
          <Button onClick={() => void load(knownTalk())}>{t('open.retry')}</Button>
        </>
      )}
      {step.kind === 'ask' && token && <NameForm token={token} onOpened={(talkId) => void load(talkId)} />}
    </main>
  );
}

function NameForm({
  token,
  onOpened,
}: {
  readonly token: string;
  readonly onOpened: (talkId: string) => void;
}) {
  const [name, setName] = useState(() => localStorage.getItem(nameKey) ?? '');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const open = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      const talkId = await openLink(token, name.trim());
      localStorage.setItem(nameKey, name.trim());
      onOpened(talkId);
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void open(event)}>
      <p>{t('open.text')}</p>
      <label>
        <span>{t('open.name')}</span>
        <input
          value={name}
          maxLength={40}
          required
          autoComplete="name"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      {problem !== '' && <p role="alert">{problem}</p>}
      <Button kind="primary" size="large" type="submit" disabled={busy || name.trim() === ''}>
        {busy ? t('open.busy') : t('open.go')}
      </Button>
    </form>
  );
}
