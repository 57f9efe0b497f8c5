/** Accounts elsewhere that log this person in. */
import { useState } from 'react';
import type { LogInWays, Me } from '#contracts/account.ts';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { insideWeChat } from '../login/other-ways.tsx';
import { failureText, t } from '../texts.ts';
import { Section } from './section.tsx';

export type LinksProps = { readonly me: Me; readonly ways: LogInWays; readonly onChanged: () => void };

function nameOf(link: string, { oidc, partners }: LogInWays): string {
  if (link === 'wechat') return t('links.wechat');
  const [kind, ...rest] = link.split('-');
  const id = rest.join('-');
  return (kind === 'oidc' ? oidc : partners).find((one) => one.id === id)?.name ?? id;
}

export function Links({ me, ways, onChanged }: LinksProps) {
  const [problem, setProblem] = useState<string>();
  const act = async (work: () => Promise<void>) => {
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(failureText(error));
    }
  };
  const way = insideWeChat ? 'inside' : 'qr';
  const canLink = ways.wechat[way] && !me.links.includes('wechat');
  const begin = async () => {
    const { url } = await api<{ url: string }>('/api/v1/me/links/wechat', { method: 'POST', body: { way } });
    location.assign(url);
  };
  const remove = async (link: string) => {
    await api(`/api/v1/me/links/${encodeURIComponent(link)}`, { method: 'DELETE' });
    onChanged();
  };
  if (me.links.length === 0 && !canLink) return null;
  return (
    <Section title={t('links.title')}>
      {me.links.length === 0 && <p>{t('links.none')}</p>}
      <ul className="account-list">
        {me.links.map((link) => (
          <li key={link}>
            <span>{nameOf(link, ways)}</span>
            <Button onClick={() => void act(() => remove(link))}>{t('remove')}</Button>
          </li>
        ))}
      </ul>
      {problem && (
        <p className="note note-wrong" role="alert">
          {problem}
        </p>
      )}
      {canLink && <Button onClick={() => void act(begin)}>{t('links.addWechat')}</Button>}
    </Section>
  );
}
