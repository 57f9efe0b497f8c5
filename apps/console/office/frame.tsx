/** Head of every office page: the way home, the wall of venues, the platform's pages for who may, language and log-out. */
import { GlobalOutlined, LogoutOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { PlatformAction } from '#contracts/roles.ts';
import { language, setLanguage } from '../../ui/i18n.ts';
import { t as shared } from '../../ui/texts.ts';
import { homePath, platformPath, type Route, venuesPath } from '../router.ts';
import { useSession } from '../session.ts';
import { PageLink } from '../shell.tsx';
import { t as consoleTexts } from '../texts.ts';
import { useAsk } from './ask.ts';
import { myPlatformActions } from './office-api.ts';
import { pairs } from './pairs.ts';

const t = pairs({
  conferences: ['会议', 'Conferences'],
  venues: ['会场总览', 'All venues'],
  platform: ['平台', 'Platform'],
  main: ['主导航', 'Main'],
});

const PlatformContext = createContext<ReadonlySet<PlatformAction>>(new Set());
/** What the person may do on the installation; empty until known. */
export const usePlatformActions = (): ReadonlySet<PlatformAction> => useContext(PlatformContext);

export function OfficeFrame({ route, children }: { route: Route; children: ReactNode }) {
  const { user, signOut } = useSession();
  const asked = useAsk(myPlatformActions, []);
  const actions = useMemo(() => new Set(asked.data ?? []), [asked.data]);
  const platform = actions.has('platform.manage')
    ? platformPath('accounts')
    : actions.has('system.view')
      ? platformPath('system')
      : undefined;
  const other = language() === 'en' ? 'zh-CN' : 'en';
  return (
    <PlatformContext value={actions}>
      <header className="office-head">
        <a className="skip" href="#main">
          {consoleTexts('app.skip')}
        </a>
        <PageLink href={homePath} className="office-brand">
          {consoleTexts('app.console')}
        </PageLink>
        <nav aria-label={t('main')}>
          <PageLink href={homePath} {...here(route.name !== 'platform')}>
            {t('conferences')}
          </PageLink>
          <PageLink href={venuesPath}>{t('venues')}</PageLink>
          {platform && (
            <PageLink href={platform} {...here(route.name === 'platform')}>
              {t('platform')}
            </PageLink>
          )}
        </nav>
        <span className="office-head-end">
          <span className="office-user">{user.name || user.email}</span>
          <Button
            type="text"
            icon={<GlobalOutlined aria-hidden="true" />}
            lang={other}
            title={shared('language.label')}
            onClick={() => setLanguage(other)}
          >
            {shared('language.switch')}
          </Button>
          <Button
            type="text"
            icon={<LogoutOutlined aria-hidden="true" />}
            aria-label={consoleTexts('app.signOut')}
            title={consoleTexts('app.signOut')}
            onClick={() => void signOut().catch(() => location.reload())}
          />
        </span>
      </header>
      {children}
    </PlatformContext>
  );
}

const here = (is: boolean): { 'aria-current'?: 'page' } => (is ? { 'aria-current': 'page' } : {});
