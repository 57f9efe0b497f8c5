/** Where the person is logged in, and the way to end it there. */
import { useCallback, useEffect, useState } from 'react';
import type { LoginSession } from '#contracts/account.ts';
import { agentName } from '../../ui/agent-name.ts';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { language } from '../../ui/i18n.ts';
import { failureText, t } from '../texts.ts';
import { Section } from './section.tsx';

export function Sessions() {
  const [sessions, setSessions] = useState<readonly LoginSession[]>();
  const [problem, setProblem] = useState<string>();
  const act = useCallback(async (work?: () => Promise<unknown>) => {
    setProblem(undefined);
    try {
      await work?.();
      setSessions((await api<{ sessions: LoginSession[] }>('/api/v1/me/sessions')).sessions);
    } catch (error) {
      setProblem(failureText(error));
    }
  }, []);
  useEffect(() => void act(), [act]);
  const end = (id: string) =>
    act(() => api(`/api/v1/me/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' }));
  const endOthers = () => act(() => api('/api/v1/me/sessions', { method: 'DELETE' }));
  const timeOf = (at: number) =>
    new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(at);

  return (
    <Section title={t('sessions.title')}>
      {problem && (
        <p className="note note-wrong" role="alert">
          {problem}
        </p>
      )}
      <ul className="account-list">
        {sessions?.map(({ id, current, agent, address, lastUsedAt }) => {
          const name = agentName(agent) ?? t('sessions.unknown');
          return (
            <li key={id}>
              <span>
                <b>{name}</b>
                {current && ` · ${t('sessions.here')}`}
                <small>
                  {t('sessions.used', { time: timeOf(lastUsedAt) })}
                  {address && ` · ${address}`}
                </small>
              </span>
              {!current && (
                <Button aria-label={t('sessions.endOf', { agent: name })} onClick={() => void end(id)}>
                  {t('sessions.end')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {(sessions?.length ?? 0) > 1 && (
        <Button onClick={() => void endOthers()}>{t('sessions.endOthers')}</Button>
      )}
    </Section>
  );
}
