/** The office: everything about conferences that is not the desk. Loaded with antd as its own chunk. */
import { App, ConfigProvider, type ConfigProviderProps } from 'antd';
import enUS from 'antd/locale/en_US.js';
import zhCN from 'antd/locale/zh_CN.js';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useEffect, useState } from 'react';
import { useLanguage } from '../../ui/i18n.ts';
import type { Route } from '../router.ts';
import { ConferencePages } from './conference-pages.tsx';
import { Conferences } from './conferences/conferences.tsx';
import { OfficeFrame } from './frame.tsx';
import './office.css';
import { PlatformPages } from './platform/platform-pages.tsx';

type OfficeRoute = Extract<Route, { name: 'conferences' | 'conference' | 'platform' }>;

/** Fingers need 44 px. */
const touch = '(max-width: 760px), (pointer: coarse)';

export function Office({ route }: { route: OfficeRoute }) {
  const lang = useLanguage();
  const big = useMedia(touch);
  dayjs.locale(lang === 'en' ? 'en' : 'zh-cn');
  useEffect(() => {
    document.documentElement.classList.add('office');
    return () => document.documentElement.classList.remove('office');
  }, []);
  const height = big ? 44 : 36;
  return (
    <ConfigProvider
      locale={localeOf(lang === 'en' ? enUS : zhCN)}
      theme={{
        cssVar: { key: 'rostrum' },
        token: {
          colorPrimary: '#0b5cad',
          colorLink: '#0b5cad',
          colorError: '#c4262e',
          colorTextPlaceholder: '#667085',
          colorTextDescription: '#51607a',
          colorTextTertiary: '#51607a',
          borderRadius: 8,
          fontFamily: 'var(--font)',
          fontSize: 15,
          controlHeight: height,
          controlHeightSM: big ? 44 : 30,
          controlHeightLG: Math.max(44, height),
          wireframe: false,
        },
        components: { Table: { cellPaddingBlock: 10, cellPaddingInline: 12 } },
      }}
      button={{ autoInsertSpace: false }}
    >
      <App className="office-app">
        <OfficeFrame route={route}>
          {route.name === 'conferences' && <Conferences />}
          {route.name === 'conference' && (
            <ConferencePages key={route.id} id={route.id} section={route.section} />
          )}
          {route.name === 'platform' && <PlatformPages section={route.section} />}
        </OfficeFrame>
      </App>
    </ConfigProvider>
  );
}

type Locale = NonNullable<ConfigProviderProps['locale']>;

/** antd's locales are CommonJS: the default import is the module, or what it exports as default, as the bundler likes. */
const localeOf = (module: Locale | { readonly default: Locale }): Locale =>
  'locale' in module ? module : module.default;

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const change = () => setMatches(list.matches);
    list.addEventListener('change', change);
    return () => list.removeEventListener('change', change);
  }, [query]);
  return matches;
}
