/** The programme: by day and venue, edited in drawers, imported, exported, with its history. */
import { DownOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Dropdown, Segmented, Select } from 'antd';
import { lazy, Suspense, useState } from 'react';
import type { ProgrammeMark, Session } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import { useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { officeApi } from '../office-api.ts';
import { EmptyState, Section, Waiting } from '../parts.tsx';
import { AgendaTable } from './agenda-table.tsx';
import { History } from './history.tsx';
import { ImportWizard } from './import-wizard.tsx';
import { DelayModal, SwapModal } from './moves.tsx';
import { programmeApi, type StaffProgramme } from './programme-api.ts';
import { SessionDrawer } from './session-drawer.tsx';
import { Sources } from './sources.tsx';
import { TalkDrawer } from './talk-drawer.tsx';
import { t } from './texts.ts';
import { useProgrammeView } from './view.ts';
import { dayOf, daysOf } from './zone.ts';

/** What is open over the table. */
export type Opened =
  | { readonly what: 'talk'; readonly talk: Talk | undefined }
  | { readonly what: 'session'; readonly session: Session | undefined }
  | { readonly what: 'delay' | 'swap'; readonly talk: Talk }
  | { readonly what: 'import' | 'history' | 'sources' };

/** A chunk of its own: phones and those who keep to the table do not load it. */
const ProgrammeEditor = lazy(() =>
  import('../../programme-editor/editor.tsx').then((m) => ({ default: m.ProgrammeEditor })),
);

export function Programme() {
  const { conference, may } = useConference();
  const { id, timeZone } = conference;
  const asked = useAsk((signal) => programmeApi.programme(id, signal), [id], 15_000);
  const venues = useAsk((signal) => officeApi.venues(id, signal), [id]);
  const [opened, setOpened] = useState<Opened>();
  const [day, setDay] = useState<string>();
  const [venueId, setVenueId] = useState<string>();
  const { wide, view, setView } = useProgrammeView();
  const edits = may('programme.edit');
  const again = () => {
    asked.again();
    venues.again();
  };
  const put = (programme: StaffProgramme) => {
    asked.put(programme);
    // An older answer may be on its way.
    if (asked.loading) asked.again();
  };
  const close = (done: boolean) => {
    setOpened(undefined);
    if (done) again();
  };
  const views = (
    <Segmented
      aria-label={t('view')}
      value={view}
      options={[
        { value: 'grid', label: t('view.grid') },
        { value: 'table', label: t('view.table') },
      ]}
      onChange={setView}
    />
  );
  const venueList = venues.data ?? [];
  const start = { ...(venueId ? { venueId } : {}), ...(day && day !== 'none' ? { day } : {}) };
  return (
    <Section
      title={t('title')}
      extra={<Tools edits={edits} hasVenues={venueList.length > 0} onOpen={setOpened} />}
    >
      <Waiting asked={asked}>
        {(programme) =>
          programme.talks.length + programme.sessions.length === 0 ? (
            <EmptyState title={t('empty')} hint={t(venueList.length > 0 ? 'emptyHint' : 'emptyNoVenue')}>
              {edits && (
                <Button type="primary" onClick={() => setOpened({ what: 'import' })}>
                  {t('import')}
                </Button>
              )}
            </EmptyState>
          ) : (
            <>
              {!wide && <Alert type="info" showIcon title={t('view.hint')} style={{ marginBottom: 12 }} />}
              {view === 'grid' && venueList.length > 0 ? (
                <Suspense fallback={<p role="status">{c('loading')}</p>}>
                  <ProgrammeEditor
                    programme={programme}
                    venues={venueList}
                    put={put}
                    again={asked.again}
                    onOpen={setOpened}
                    views={views}
                  />
                </Suspense>
              ) : (
                <>
                  <div className="list-tools">
                    {wide && views}
                    <Select
                      className="list-filter"
                      aria-label={t('day')}
                      value={day ?? ''}
                      options={dayOptions(programme, conference.startDate, conference.endDate, timeZone)}
                      onChange={(value) => setDay(value || undefined)}
                    />
                    <Select
                      className="list-filter"
                      aria-label={t('venue')}
                      value={venueId ?? ''}
                      options={[
                        { value: '', label: t('allVenues') },
                        ...venueList.map((venue) => ({ value: venue.id, label: venue.title })),
                      ]}
                      onChange={(value) => setVenueId(value || undefined)}
                    />
                  </div>
                  <Marks programme={programme} />
                  <AgendaTable
                    programme={programme}
                    venues={venueList}
                    filter={{ day, venueId }}
                    onOpen={setOpened}
                    onChanged={again}
                  />
                </>
              )}
            </>
          )
        }
      </Waiting>
      {opened?.what === 'talk' && (
        <TalkDrawer
          talk={opened.talk}
          venues={venueList}
          sessions={asked.data?.sessions ?? []}
          start={start}
          onClose={close}
        />
      )}
      {opened?.what === 'session' && (
        <SessionDrawer session={opened.session} venues={venueList} start={start} onClose={close} />
      )}
      {opened?.what === 'delay' && <DelayModal talk={opened.talk} onClose={close} />}
      {opened?.what === 'swap' && (
        <SwapModal talk={opened.talk} talks={asked.data?.talks ?? []} onClose={close} />
      )}
      {opened?.what === 'import' && <ImportWizard onClose={close} />}
      {opened?.what === 'history' && (
        <History mayUndo={edits} onUndone={again} onClose={() => close(false)} />
      )}
      {opened?.what === 'sources' && <Sources onClose={() => close(true)} />}
    </Section>
  );
}

function Tools({
  edits,
  hasVenues,
  onOpen,
}: {
  edits: boolean;
  hasVenues: boolean;
  onOpen(opened: Opened): void;
}) {
  const { conference } = useConference();
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: (['xlsx', 'ics', 'pdf'] as const).map((kind) => ({
            key: kind,
            label: <a href={programmeApi.exportUrl(conference.id, kind)}>{t(`export.${kind}`)}</a>,
          })),
        }}
      >
        <Button aria-haspopup="menu">
          {t('exports')} <DownOutlined aria-hidden="true" />
        </Button>
      </Dropdown>
      <Button onClick={() => onOpen({ what: 'history' })}>{t('history')}</Button>
      {edits && (
        <>
          <Button onClick={() => onOpen({ what: 'sources' })}>{t('sources')}</Button>
          <Button onClick={() => onOpen({ what: 'import' })}>{t('import')}</Button>
          {hasVenues && (
            <>
              <Button onClick={() => onOpen({ what: 'session', session: undefined })}>
                {t('addSession')}
              </Button>
              <Button
                type="primary"
                icon={<PlusOutlined aria-hidden="true" />}
                onClick={() => onOpen({ what: 'talk', talk: undefined })}
              >
                {t('addTalk')}
              </Button>
            </>
          )}
        </>
      )}
    </>
  );
}

/** The conference's days and those that something is planned on. */
function dayOptions(
  { talks, sessions }: StaffProgramme,
  startDate: string,
  endDate: string,
  timeZone: string,
) {
  const days = new Set(daysOf(startDate, endDate));
  for (const { plannedStart } of [...talks, ...sessions])
    if (plannedStart !== null) days.add(dayOf(plannedStart, timeZone));
  return [
    { value: '', label: t('allDays') },
    ...[...days].sort().map((value) => ({ value, label: value })),
    ...(talks.some(({ plannedStart }) => plannedStart === null)
      ? [{ value: 'none', label: t('noDay') }]
      : []),
  ];
}

const grave: ReadonlySet<ProgrammeMark['kind']> = new Set(['overlap', 'speaker-twice', 'outside-dates']);

function Marks({ programme: { marks, talks, sessions } }: { programme: StaffProgramme }) {
  if (marks.length === 0) return null;
  const names = new Map([...talks, ...sessions].map(({ id, title }) => [id, title]));
  return (
    <Alert
      showIcon
      style={{ marginBottom: 12 }}
      type={marks.some(({ kind }) => grave.has(kind)) ? 'warning' : 'info'}
      title={
        <details>
          <summary>{t('marks', { count: marks.length })}</summary>
          <ul>
            {marks.slice(0, 100).map(({ kind, things, detail }) => (
              <li key={`${kind} ${things.join()} ${detail}`}>
                {t(`mark.${kind}`)}：{things.map((thing) => names.get(thing) ?? thing).join(' / ')} {detail}
              </li>
            ))}
          </ul>
        </details>
      }
    />
  );
}
