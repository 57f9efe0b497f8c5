/** What every page of the console has: its head with language and log-out, the links inside it, and the banners about the server. */
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';
import type { SystemStatus } from '#contracts/venue.ts';
import { Button } from '../ui/button.tsx';
import { language, setLanguage } from '../ui/i18n.ts';
import { WarningIcon } from '../ui/icons.tsx';
import { t as shared } from '../ui/texts.ts';
import { errorText } from './api.ts';
import { bytesText, roughTime } from './format.ts';
import { homePath, navigate, venuesPath } from './router.ts';
import { useSession } from './session.ts';
import { t } from './texts.ts';

export function LanguageSwitch() {
  return (
    <Button
      className="quiet"
      lang={language() === 'en' ? 'zh-CN' : 'en'}
      title={shared('language.label')}
      onClick={() => setLanguage(language() === 'en' ? 'zh-CN' : 'en')}
    >
      {shared('language.switch')}
    </Button>
  );
}

/** `back`: where the page's own head leads back to; without children it is the console's first page. */
export function PageHead({ children, back = venuesPath }: { children?: ReactNode; back?: string }) {
  const { user, signOut } = useSession();
  return (
    <header className="page-head">
      <a className="skip" href="#main">
        {t('app.skip')}
      </a>
      <PageLink href={children ? back : homePath} className="brand">
        {children ? <span aria-hidden="true">‹ </span> : null}
        {children ? t('app.back') : t('app.console')}
      </PageLink>
      {children}
      <span className="page-head-end">
        <span className="user">{user.name || user.email}</span>
        <LanguageSwitch />
        <Button className="quiet" onClick={() => void signOut().catch(() => location.reload())}>
          {t('app.signOut')}
        </Button>
      </span>
    </header>
  );
}

/** A link inside the console; with a modifier or the middle button it is the browser's. */
export function PageLink({ href, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const go = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={href} onClick={go} {...rest} />;
}

export function Banner({
  kind,
  title,
  children,
}: {
  kind: 'bad' | 'look';
  title: string;
  children: ReactNode;
}) {
  return (
    <div className={`banner banner-${kind}`} role="alert">
      <WarningIcon />
      <div>
        <strong>{title}</strong>
        <span>{children}</span>
      </div>
    </div>
  );
}

/** Database and disk, when they need someone. */
export function SystemBanners({ system }: { system: SystemStatus | undefined }) {
  if (!system) return null;
  const { disk } = system;
  const values = {
    free: bytesText(disk.freeBytes),
    total: bytesText(disk.totalBytes),
    left: disk.secondsLeft === null ? undefined : roughTime(disk.secondsLeft),
  };
  return (
    <>
      {system.database === 'down' && (
        <Banner kind="bad" title={t('system.databaseDown')}>
          {t('system.databaseDownHint')}
        </Banner>
      )}
      {disk.state === 'full' && (
        <Banner kind="bad" title={t('system.diskFull')}>
          {t('system.diskFullHint', values)}
        </Banner>
      )}
      {disk.state === 'low' && (
        <Banner kind="look" title={t('system.diskLow')}>
          {t('system.diskHint', values)}
        </Banner>
      )}
    </>
  );
}

/** Says that what is below is old, how old, and why. */
export function LostBanner({ age, error }: { age: number | undefined; error: unknown }) {
  return (
    <Banner kind="bad" title={age === undefined ? t('link.title') : t('link.lost', { seconds: age })}>
      {t('link.lostHint')} {error !== undefined && errorText(error)}
    </Banner>
  );
}
