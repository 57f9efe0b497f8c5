/** One conference: its bar, its sections as far as the person's roles reach, and the page of the section. */
import {
  ApiOutlined,
  AuditOutlined,
  BgColorsOutlined,
  CalendarOutlined,
  DashboardOutlined,
  EnvironmentOutlined,
  FormOutlined,
  IdcardOutlined,
  LockOutlined,
  PlaySquareOutlined,
  SettingOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import { Alert, Button, Tag } from 'antd';
import { type ComponentType, lazy, type ReactNode, Suspense, useMemo } from 'react';
import type { ConferenceAction } from '#contracts/roles.ts';
import { usePageSign } from '../page-sign.ts';
import { type ConferenceSection, conferencePath, homePath } from '../router.ts';
import { PageLink } from '../shell.tsx';
import { useAsk } from './ask.ts';
import { c } from './common-texts.ts';
import { ConferenceContext, type ConferenceView } from './conference-context.ts';
import { stateColour, stateText, titleOf } from './conferences/conference-words.ts';
import { officeApi } from './office-api.ts';
import { pairs } from './pairs.ts';
import { EmptyState, Waiting } from './parts.tsx';
import { SideMenu } from './side-menu.tsx';

const t = pairs({
  sections: ['会议各项', 'Sections of the conference'],
  overview: ['概览', 'Overview'],
  programme: ['日程', 'Programme'],
  venues: ['会场', 'Venues'],
  people: ['人员与邀请', 'People'],
  access: ['观看权限', 'Who may watch'],
  registrations: ['报名', 'Registrations'],
  delegates: ['代表名单', 'Delegates'],
  replays: ['课件与回放', 'Decks and replays'],
  branding: ['页面与品牌', 'Page and branding'],
  audit: ['操作记录', 'Audit'],
  settings: ['会议设置', 'Settings'],
  integrations: ['接口与回调', 'API and webhooks'],
  page: ['会议页面', 'Public page'],
  none: ['没有可看的内容', 'Nothing for you here'],
  archived: [
    '会议已归档，只能查看。需要修改时，先在“会议设置”里改回“已结束”。',
    'This conference is archived and read only. To change it, set it back to “over” in Settings.',
  ],
});

type Entry = {
  readonly icon: ReactNode;
  /** One of these is enough. */
  readonly needs: readonly ConferenceAction[];
  readonly page: ComponentType;
};

const entries: Readonly<Record<ConferenceSection, Entry>> = {
  overview: {
    icon: <DashboardOutlined aria-hidden="true" />,
    needs: ['conference.view'],
    page: lazy(() => import('./overview/overview.tsx').then((m) => ({ default: m.Overview }))),
  },
  programme: {
    icon: <CalendarOutlined aria-hidden="true" />,
    needs: ['programme.edit', 'programme.run', 'conference.view'],
    page: lazy(() => import('./programme/programme.tsx').then((m) => ({ default: m.Programme }))),
  },
  venues: {
    icon: <EnvironmentOutlined aria-hidden="true" />,
    needs: ['venue.view'],
    page: lazy(() => import('./venues/conference-venues.tsx').then((m) => ({ default: m.ConferenceVenues }))),
  },
  people: {
    icon: <TeamOutlined aria-hidden="true" />,
    needs: ['people.view'],
    page: lazy(() => import('./people/people.tsx').then((m) => ({ default: m.People }))),
  },
  access: {
    icon: <LockOutlined aria-hidden="true" />,
    needs: ['access.edit'],
    page: lazy(() => import('./access/access.tsx').then((m) => ({ default: m.Access }))),
  },
  registrations: {
    icon: <FormOutlined aria-hidden="true" />,
    needs: ['registration.view'],
    page: lazy(() => import('./registrations/registrations.tsx').then((m) => ({ default: m.Registrations }))),
  },
  delegates: {
    icon: <IdcardOutlined aria-hidden="true" />,
    needs: ['delegate.manage'],
    page: lazy(() => import('./delegates/delegates.tsx').then((m) => ({ default: m.Delegates }))),
  },
  replays: {
    icon: <PlaySquareOutlined aria-hidden="true" />,
    needs: ['deck.manage', 'replay.manage', 'consent.manage'],
    page: lazy(() => import('./replays/replays.tsx').then((m) => ({ default: m.Replays }))),
  },
  branding: {
    icon: <BgColorsOutlined aria-hidden="true" />,
    needs: ['conference.edit'],
    page: lazy(() => import('./branding/branding.tsx').then((m) => ({ default: m.Branding }))),
  },
  audit: {
    icon: <AuditOutlined aria-hidden="true" />,
    needs: ['audit.view'],
    page: lazy(() => import('./audit/audit.tsx').then((m) => ({ default: m.ConferenceAudit }))),
  },
  settings: {
    icon: <SettingOutlined aria-hidden="true" />,
    needs: ['conference.edit'],
    page: lazy(() => import('./settings/settings.tsx').then((m) => ({ default: m.Settings }))),
  },
  integrations: {
    icon: <ApiOutlined aria-hidden="true" />,
    needs: ['integration.manage'],
    page: lazy(() => import('./integrations/integrations.tsx').then((m) => ({ default: m.Integrations }))),
  },
};

export function ConferencePages({ id, section }: { id: string; section: ConferenceSection }) {
  const asked = useAsk((signal) => officeApi.conference(id, signal), [id]);
  const { data, again, put } = asked;
  const title = data ? titleOf(data) : '';
  usePageSign('none', data ? `${t(section)} · ${title}` : t(section));
  const view = useMemo<ConferenceView | undefined>(
    () =>
      data && {
        conference: data,
        may: (action) => data.actions.includes(action),
        changed: (next) => (next ? put(next) : again()),
      },
    [data, again, put],
  );
  if (!view) {
    return (
      <main id="main" className="office-main alone">
        <Waiting asked={asked}>{() => null}</Waiting>
        <p>
          <PageLink href={homePath}>{c('back')}</PageLink>
        </p>
      </main>
    );
  }
  const allowed = (name: ConferenceSection) => entries[name].needs.some(view.may);
  const names = (Object.keys(entries) as ConferenceSection[]).filter(allowed);
  const Page = entries[section].page;
  const { conference } = view;
  return (
    <ConferenceContext value={view}>
      <div className="conference-bar">
        <strong>{title}</strong>
        <Tag color={stateColour[conference.state]}>{stateText(conference.state)}</Tag>
        <span className="muted-row">
          {conference.startDate} – {conference.endDate}
        </span>
        <span className="end">
          <Button href={`/c/${conference.slug}`} target="_blank" rel="noreferrer">
            {t('page')}
          </Button>
        </span>
      </div>
      <div className="office-body">
        <SideMenu
          label={t('sections')}
          items={names.map((name) => ({
            href: conferencePath(id, name),
            text: t(name),
            icon: entries[name].icon,
            here: name === section,
          }))}
        />
        <main id="main" className="office-main">
          {conference.state === 'archived' && (
            <Alert type="info" showIcon title={t('archived')} style={{ marginBottom: 16 }} />
          )}
          {allowed(section) ? (
            <Suspense fallback={<p role="status">{c('loading')}</p>}>
              <Page />
            </Suspense>
          ) : (
            <EmptyState title={t('none')} hint={c('notAllowed')} />
          )}
        </main>
      </div>
    </ConferenceContext>
  );
}
