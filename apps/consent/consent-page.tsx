/** Who asks, for which talk; then the questions, or what was answered. */
import { useEffect, useState } from 'react';
import type { ConsentAnswer } from '#contracts/access.ts';
import type { ConsentOpened } from '#contracts/consent.ts';
import { ApiError, api } from '../ui/api.ts';
import { Button } from '../ui/button.tsx';
import { language, useLanguage } from '../ui/i18n.ts';
import { Letter } from '../ui/letter.tsx';
import { t as shared } from '../ui/texts.ts';
import { Answered } from './answered.tsx';
import { Questions } from './questions.tsx';
import { t } from './texts.ts';

type Known =
  | { readonly kind: 'loading' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'open'; readonly opened: ConsentOpened };

/** Sends an answer; undefined when it was taken, else what is wrong. */
export type SendAnswer = (answer: ConsentAnswer, code: string | undefined) => Promise<string | undefined>;

export const problemText = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

export function ConsentPage({ token }: { token: string | undefined }) {
  useLanguage();
  const [known, setKnown] = useState<Known>({ kind: 'loading' });
  const [editing, setEditing] = useState(false);
  const [thanked, setThanked] = useState(false);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    document.title = `${t('page.title')} · ${shared('product.name')}`;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again.
  useEffect(() => {
    if (!token) return;
    const leaving = new AbortController();
    api<ConsentOpened>('/api/v1/consent/open', { method: 'POST', body: { token }, signal: leaving.signal })
      .then((opened) => setKnown({ kind: 'open', opened }))
      .catch((error: unknown) => {
        if (leaving.signal.aborted) return;
        const gone =
          error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
        setKnown(gone ? { kind: 'gone' } : { kind: 'failed', message: problemText(error) });
      });
    return () => leaving.abort();
  }, [token, turn]);

  if (!token) return <Plain title={t('noToken.title')} text={t('noToken.text')} />;
  if (known.kind === 'gone') return <Plain title={t('gone.title')} text={t('gone.text')} />;
  if (known.kind === 'loading')
    return (
      <Letter>
        <p role="status">{t('page.loading')}</p>
      </Letter>
    );
  if (known.kind === 'failed')
    return (
      <Letter>
        <p className="note note-wrong" role="alert">
          {known.message}
        </p>
        <Button onClick={() => setTurn(turn + 1)}>{shared('action.retry')}</Button>
      </Letter>
    );

  const { opened } = known;
  const send: SendAnswer = async (answer, code) => {
    try {
      await api('/api/v1/consent/answer', {
        method: 'POST',
        body: { token, answer, ...(code ? { code } : {}) },
      });
    } catch (error) {
      return problemText(error);
    }
    setKnown({ kind: 'open', opened: { ...opened, answer, answeredAt: Date.now(), confirmed: true } });
    setEditing(false);
    setThanked(true);
    scrollTo({ top: 0 });
    return undefined;
  };
  const { titleZh, titleEn } = opened.conference;
  const conference = language() === 'en' ? titleEn || titleZh : titleZh;
  return (
    <Letter support={{ title: t('support.title'), ...opened.support }}>
      <h1>{t('ask.hello', { name: opened.name })}</h1>
      <p>{t('ask.from', { conference })}</p>
      <p className="quoted">{opened.talk.title}</p>
      {opened.answer && !editing ? (
        <Answered
          opened={opened}
          answer={opened.answer}
          thanked={thanked}
          token={token}
          send={send}
          onEdit={() => setEditing(true)}
        />
      ) : (
        <Questions opened={opened} token={token} send={send} />
      )}
    </Letter>
  );
}

function Plain({ title, text }: { title: string; text: string }) {
  return (
    <Letter>
      <h1>{title}</h1>
      <p>{text}</p>
    </Letter>
  );
}
