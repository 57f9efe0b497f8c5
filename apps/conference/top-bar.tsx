/** Logo or title, log-in, language. */
import type { PublicConference } from '#contracts/conference.ts';
import { Button } from '../ui/button.tsx';
import { language, setLanguage } from '../ui/i18n.ts';
import { PersonIcon } from '../ui/icons.tsx';
import { t as shared } from '../ui/texts.ts';
import { conferenceAddress, logInAddress } from './address.ts';
import { t } from './texts.ts';
import type { Me } from './use-conference.ts';

export type TopBarProps = {
  readonly conference: PublicConference;
  readonly me: Me | null | undefined;
  readonly slug: string;
  /** On a page below the conference's. */
  readonly inside: boolean;
};

export function TopBar({ conference, me, slug, inside }: TopBarProps) {
  const other = language() === 'zh-CN' ? 'en' : 'zh-CN';
  return (
    <header className="top">
      <a className="top-brand" href={conferenceAddress(slug)}>
        {conference.logo ? (
          <img src={conference.logo} alt={conference.titleZh} />
        ) : (
          <span>{inside ? t('register.back') : shared('product.name')}</span>
        )}
      </a>
      <span className="spring" />
      {me === null && (
        <a className="r-button quiet" href={logInAddress(location.pathname + location.hash)}>
          {t('page.logIn')}
        </a>
      )}
      {me && (
        <a className="r-button quiet" href="/account">
          <PersonIcon size={20} />
          {me.name && <span className="top-name">{me.name}</span>}
          <span className={me.name ? 'r-hidden' : undefined}>{t('page.account')}</span>
        </a>
      )}
      <Button
        className="quiet"
        title={shared('language.label')}
        lang={other}
        onClick={() => setLanguage(other)}
      >
        {shared('language.switch')}
      </Button>
    </header>
  );
}
