/** The console: the log-in gate, the addresses below `/console`, and what is shown when a page itself fails. */
import { Component, lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { useLanguage } from '../ui/i18n.ts';
import { t as shared } from '../ui/texts.ts';
import { api, errorText, type SessionUser } from './api.ts';
import { Desk } from './desk.tsx';
import { Login } from './login.tsx';
import { usePageSign } from './page-sign.ts';
import { homePath, loginPath, navigate, safeReturn, useRoute } from './router.ts';
import { SessionContext } from './session.ts';
import { PageHead } from './shell.tsx';
import { t } from './texts.ts';
import { Venues } from './venues.tsx';

/** The office pages bring antd along; the desk must not wait for it. */
const Office = lazy(() => import('./office/office.tsx').then((module) => ({ default: module.Office })));

type Gate =
  | { state: 'asking' }
  | { state: 'out'; expired: boolean }
  | { state: 'in'; user: SessionUser }
  | { state: 'failed'; error: unknown };

export function App() {
  useLanguage();
  return (
    <PageFailure>
      <Gated />
    </PageFailure>
  );
}

function Gated() {
  useLanguage();
  const route = useRoute();
  const [gate, setGate] = useState<Gate>({ state: 'asking' });

  const ask = useCallback(async () => {
    try {
      const user = await api.session();
      setGate(user ? { state: 'in', user } : { state: 'out', expired: false });
    } catch (error) {
      setGate({ state: 'failed', error });
    }
  }, []);
  useEffect(() => void ask(), [ask]);

  const user = gate.state === 'in' ? gate.user : undefined;
  const session = useMemo(
    () =>
      user && {
        user,
        signOut: async () => {
          await api.signOut();
          setGate({ state: 'out', expired: false });
        },
        expired: () => setGate({ state: 'out', expired: true }),
      },
    [user],
  );

  const wanted = location.pathname + location.search + location.hash;
  const next = route.name === 'login' ? safeReturn(route.next, location.origin) : wanted;
  useEffect(() => {
    if (gate.state === 'out' && route.name !== 'login') navigate(loginPath(wanted), true);
    if (gate.state === 'in' && route.name === 'login') navigate(next, true);
  }, [gate.state, route.name, wanted, next]);

  if (gate.state === 'asking') return <p className="page-note">{t('app.loading')}</p>;
  if (gate.state === 'failed') {
    return (
      <main className="page-note">
        <h1>{t('app.console')}</h1>
        <p role="alert">{errorText(gate.error)}</p>
        <Button kind="primary" onClick={() => void ask()}>
          {shared('action.retry')}
        </Button>
      </main>
    );
  }
  if (gate.state === 'out') return <Login expired={gate.expired} next={next} onDone={ask} />;
  if (!session) return null;
  return (
    <SessionContext value={session}>
      {route.name === 'venues' && <Venues />}
      {route.name === 'venue' && <Desk key={route.id} id={route.id} />}
      {(route.name === 'conferences' || route.name === 'conference' || route.name === 'platform') && (
        <Suspense fallback={<p className="page-note">{t('app.loading')}</p>}>
          <Office route={route} />
        </Suspense>
      )}
      {route.name === 'unknown' && <NotFound />}
    </SessionContext>
  );
}

function NotFound() {
  usePageSign('none', t('app.notFound'));
  return (
    <>
      <PageHead />
      <main className="page-note" id="main">
        <h1>{t('app.notFound')}</h1>
        <p>{t('app.notFoundHint')}</p>
        <Button kind="primary" onClick={() => navigate(homePath)}>
          {t('app.home')}
        </Button>
      </main>
    </>
  );
}

/** A fault in a page must say so: an empty screen at the desk looks like a broken stream. */
class PageFailure extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="page-note" role="alert">
        <h1>{t('app.failed')}</h1>
        <p>{t('app.failedHint')}</p>
        <Button kind="primary" onClick={() => location.reload()}>
          {t('app.reload')}
        </Button>
      </main>
    );
  }
}
