/** Secret links by which a speaker turns the pages: made, shown once, listed, revoked. */
import { useCallback, useState } from 'react';
import type { Talk } from '#contracts/talk.ts';
import { Button } from '../../ui/button.tsx';
import { errorText } from '../api.ts';
import { CopyButton } from '../copy.tsx';
import { dateText } from '../format.ts';
import { type PollPace, usePoll } from '../poll.ts';
import { programmeApi } from './programme-api.ts';
import { t } from './texts.ts';

const pace: PollPace = { base: 20_000, hidden: 60_000 };

export function PresenterLinks({ talk }: { talk: Talk }) {
  const ask = useCallback((signal: AbortSignal) => programmeApi.links(talk.id, signal), [talk.id]);
  const links = usePoll(ask, pace);
  const [made, setMade] = useState<string>();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState('');
  const run = async (doing: () => Promise<void>) => {
    setProblem('');
    try {
      await doing();
    } catch (error) {
      setProblem(errorText(error));
    }
    links.refresh();
  };
  return (
    <div className="talk-links">
      <h3>{t('link.title')}</h3>
      <label>
        {t('link.for')}
        <input value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
      </label>
      <div className="button-row">
        <Button
          onClick={() =>
            void run(async () => setMade((await programmeApi.makeLink(talk.id, name.trim())).url))
          }
        >
          {t('link.make')}
        </Button>
        <a
          className="r-button r-button-plain"
          href={`/present?talk=${encodeURIComponent(talk.id)}`}
          target="_blank"
          rel="noreferrer"
        >
          {t('link.present')}
        </a>
      </div>
      {made !== undefined && (
        <div className="note" role="status">
          <p>{t('link.hint')}</p>
          <input
            readOnly
            value={made}
            aria-label={t('link.title')}
            onFocus={(event) => event.target.select()}
          />
          <CopyButton text={made} label={t('link.title')} />
        </div>
      )}
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <ul className="run-list">
        {links.data?.map((link) => {
          const over =
            link.revokedAt !== null
              ? t('link.revoked')
              : link.expiresAt < Date.now()
                ? t('link.expired')
                : undefined;
          return (
            <li key={link.id}>
              <div className="run-words">
                <span>{link.name || dateText(link.createdAt)}</span>
                <span className="muted">{over ?? t('link.until', { date: dateText(link.expiresAt) })}</span>
              </div>
              {over === undefined && (
                <Button
                  className="danger-line"
                  aria-label={`${t('link.revoke')} · ${link.name || dateText(link.createdAt)}`}
                  onClick={() => void run(async () => void (await programmeApi.revokeLink(link.id)))}
                >
                  {t('link.revoke')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
