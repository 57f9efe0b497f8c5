/** An invitation: who asks, for which conference and role; log in, accept. */
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import type { invitationAcceptedSchema, invitationLookSchema } from '#contracts/people.ts';
import { ApiError, api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { language, listText, useLanguage } from '../ui/i18n.ts';
import { Letter } from '../ui/letter.tsx';
import { forgetSecret } from '../ui/secret-link.ts';
import { t as shared } from '../ui/texts.ts';
import { t } from './texts.ts';

type Look = z.infer<typeof invitationLookSchema>;
type Accepted = z.infer<typeof invitationAcceptedSchema>;
type Known =
  | { readonly kind: 'loading' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'open'; readonly look: Look }
  | { readonly kind: 'done'; readonly look: Look; readonly accepted: Accepted };

const logIn = '/login?next=%2Fjoin';
const rolesText = (roles: Look['roles']): string => listText(roles.map((role) => t(`role.${role}`)));

export function Join({ token }: { token: string | undefined }) {
  useLanguage();
  const [known, setKnown] = useState<Known>({ kind: 'loading' });
  const [name, setName] = useState<string | null>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    document.title = `${t('page.title')} · ${shared('product.name')}`;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again.
  useEffect(() => {
    if (!token) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    api<Look>('/api/v1/invitations/look', { method: 'POST', body: { token }, signal })
      .then((look) => setKnown({ kind: 'open', look }))
      .catch((error: unknown) => {
        if (signal.aborted) return;
        const gone =
          error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
        setKnown(gone ? { kind: 'gone' } : { kind: 'failed', message: (error as Error).message });
      });
    api<{ user?: { name?: string } } | null>('/api/v1/auth/get-session', { signal })
      .then((session) => setName(session?.user ? (session.user.name ?? '') : null))
      .catch(() => {
        if (!signal.aborted) setName(null); // The log-in page finds out.
      });
    return () => leaving.abort();
  }, [token, turn]);

  const accept = async (look: Look) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const accepted = await api<Accepted>('/api/v1/invitations/accept', { method: 'POST', body: { token } });
      forgetSecret('join');
      setKnown({ kind: 'done', look, accepted });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) location.href = logIn;
      else setProblem((error as Error).message);
    }
    setBusy(false);
  };

  if (!token)
    return (
      <Letter>
        <h1>{t('join.noToken')}</h1>
        <p>{t('join.noTokenText')}</p>
      </Letter>
    );
  switch (known.kind) {
    case 'loading':
      return (
        <Letter>
          <p role="status">{t('page.loading')}</p>
        </Letter>
      );
    case 'gone':
      return (
        <Letter>
          <h1>{t('join.gone')}</h1>
          <p>{t('join.goneText')}</p>
        </Letter>
      );
    case 'failed':
      return (
        <Letter>
          <p className="note note-wrong" role="alert">
            {known.message}
          </p>
          <Button onClick={() => setTurn(turn + 1)}>{shared('action.retry')}</Button>
        </Letter>
      );
    case 'done':
      return (
        <Letter>
          <h1>{t('join.done')}</h1>
          <Title look={known.look} />
          <p className="note note-good" role="status">
            {t('join.doneText', { roles: rolesText(known.accepted.roles) })}
          </p>
          <a className="r-button r-button-primary r-button-large" href="/console">
            {t('join.console')}
          </a>
          <a className="r-button" href={`/c/${encodeURIComponent(known.look.conference.slug)}`}>
            {t('join.page')}
          </a>
        </Letter>
      );
    case 'open': {
      const { look } = known;
      return (
        <Letter>
          <h1>{look.by ? t('join.heading', { by: look.by }) : t('join.headingNoName')}</h1>
          <Title look={look} />
          <p>
            <span className="muted">{t('join.roles')}</span>
            <br />
            <b>{rolesText(look.roles)}</b>
          </p>
          {name === null && (
            <>
              <a className="r-button r-button-primary r-button-large" href={logIn}>
                {t('join.logIn')}
              </a>
              <p className="muted">{t('join.logInHint')}</p>
            </>
          )}
          {typeof name === 'string' && (
            <>
              <Button kind="primary" size="large" disabled={busy} onClick={() => void accept(look)}>
                {busy ? t('join.busy') : name ? t('join.acceptAs', { name }) : t('join.accept')}
              </Button>
              <a className="r-button" href={logIn}>
                {t('join.other')}
              </a>
            </>
          )}
          {problem && (
            <p className="note note-wrong" role="alert">
              {problem}
            </p>
          )}
          <p className="muted">{t('join.until', { date: dateText(look.expiresAt) })}</p>
        </Letter>
      );
    }
  }
}

const dateText = (moment: number): string =>
  new Intl.DateTimeFormat(language(), { year: 'numeric', month: 'long', day: 'numeric' }).format(moment);

function Title({ look }: { look: Look }) {
  const { titleZh, titleEn } = look.conference;
  return <p className="quoted">{language() === 'en' ? titleEn || titleZh : titleZh}</p>;
}
