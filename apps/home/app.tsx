/** The front page: conferences that are on, that come, and that were; or that there are none yet. */
import { useEffect } from 'react';
import { useMe } from '../conference/use-conference.ts';
import { Button } from '../ui/button.tsx';
import { language, setLanguage, useLanguage } from '../ui/i18n.ts';
import { PersonIcon } from '../ui/icons.tsx';
import { t as shared } from '../ui/texts.ts';
import { ConferenceCard } from './conference-card.tsx';
import { grouped } from './groups.ts';
import { t } from './texts.ts';
import { type Conferences, useConferences } from './use-conferences.ts';

export function App() {
  useLanguage();
  useEffect(() => {
    document.title = shared('product.name');
  });
  return (
    <div className="page">
      <TopBar />
      <main>
        <h1>{t('page.title')}</h1>
        <List conferences={useConferences()} />
      </main>
      <footer>
        <a href="/console">{t('page.console')}</a>
      </footer>
    </div>
  );
}

function List({ conferences }: { conferences: Conferences }) {
  const { items, problem, hasMore, again, more } = conferences;
  if (!items)
    return problem === undefined ? (
      <Waiting />
    ) : (
      <div className="message" role="alert">
        <h2>{t('page.failed')}</h2>
        <p>{problem}</p>
        <Button kind="primary" onClick={again}>
          {shared('action.retry')}
        </Button>
      </div>
    );
  if (items.length === 0)
    return (
      <div className="message">
        <h2>{t('empty.title')}</h2>
        <p>{t('empty.text')}</p>
        <a className="r-button r-button-primary" href="/console">
          {t('page.console')}
        </a>
      </div>
    );
  return (
    <>
      {grouped(items, Date.now()).map(({ group, items }) => (
        <section key={group} aria-labelledby={group}>
          <h2 id={group}>{t(`group.${group}`)}</h2>
          <ul className="cards">
            {items.map((one) => (
              <li key={one.id}>
                <ConferenceCard conference={one} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {problem !== undefined && (
        <p className="note note-wrong" role="alert">
          {problem}
        </p>
      )}
      {hasMore && (
        <Button className="more" onClick={more}>
          {t('page.more')}
        </Button>
      )}
    </>
  );
}

function Waiting() {
  return (
    <>
      <p className="r-hidden" role="status">
        {t('page.loading')}
      </p>
      <div className="cards" aria-hidden="true">
        <i className="card card-waiting" />
        <i className="card card-waiting" />
      </div>
    </>
  );
}

function TopBar() {
  const me = useMe();
  const other = language() === 'zh-CN' ? 'en' : 'zh-CN';
  return (
    <header className="top">
      <a className="top-brand" href="/">
        {shared('product.name')}
      </a>
      {me === null && (
        <a className="r-button quiet" href="/login?next=%2F">
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
