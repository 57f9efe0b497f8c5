/** Sessions and talks as a table, with what can be done about each. */
import { MoreOutlined } from '@ant-design/icons';
import { App, Button, Dropdown, type MenuProps, Table, Tag } from 'antd';
import type { Session } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import type { Venue } from '#contracts/venue.ts';
import { useAct } from '../ask.ts';
import { cardColumns, rowName } from '../card-columns.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { TableRegion } from '../listing.tsx';
import { EmptyState } from '../parts.tsx';
import { type AgendaFilter, agendaLines, type Line } from './agenda.ts';
import type { Opened } from './programme.tsx';
import { programmeApi, type StaffProgramme } from './programme-api.ts';
import { t } from './texts.ts';
import { clockOf, dayOf } from './zone.ts';

type AgendaTableProps = {
  readonly programme: StaffProgramme;
  readonly venues: readonly Venue[];
  readonly filter: AgendaFilter;
  onOpen(opened: Opened): void;
  onChanged(): void;
};

const colours = { planned: 'default', now: 'red', done: 'green', cancelled: 'default' } as const;

export function AgendaTable({ programme, venues, filter, onOpen, onChanged }: AgendaTableProps) {
  const { conference } = useConference();
  const { timeZone } = conference;
  const lines = agendaLines(
    programme,
    venues.map(({ id }) => id),
    filter,
    timeZone,
  );
  if (lines.length === 0) return <EmptyState title={t('nothingHere')} hint={t('nothingHereHint')} />;
  const venueNames = new Map(venues.map(({ id, title }) => [id, title]));
  const thing = (line: Line): Session | Talk => (line.kind === 'session' ? line.session : line.talk);
  const when = (line: Line) => {
    const { plannedStart, plannedMinutes } = thing(line);
    if (plannedStart === null) return '—';
    const end =
      plannedMinutes === null ? '' : `–${clockOf(plannedStart + plannedMinutes * 60_000, timeZone)}`;
    const day = filter.day === undefined ? `${dayOf(plannedStart, timeZone).slice(5)} ` : '';
    return `${day}${clockOf(plannedStart, timeZone)}${end}`;
  };
  return (
    <TableRegion label={t('title')}>
      <Table<Line>
        dataSource={lines}
        rowKey={({ kind, id }) => `${kind} ${id}`}
        size="middle"
        pagination={{ pageSize: 100, showSizeChanger: false, hideOnSinglePage: true }}
        onRow={({ kind }) => (kind === 'session' ? { style: { background: '#eef4fb' } } : {})}
        columns={cardColumns<Line>([
          { title: t('time'), className: 'digits', render: (_, line) => when(line) },
          ...(filter.venueId === undefined
            ? [{ title: t('venue'), render: (_: unknown, line: Line) => venueNames.get(thing(line).venueId) }]
            : []),
          { title: t('talkTitle'), className: rowName, render: (_, line) => <TitleCell line={line} /> },
          {
            title: t('speakers'),
            render: (_, line) =>
              (line.kind === 'session' ? line.session.chairs : line.talk.speakers)
                .map(({ name, unit }) => (unit ? `${name}（${unit}）` : name))
                .join(c('comma')),
          },
          {
            title: c('state'),
            render: (_, line) =>
              line.kind === 'talk' && (
                <>
                  <Tag color={colours[line.talk.state]}>{t(`state.${line.talk.state}`)}</Tag>
                  {line.talk.changed && <Tag color="orange">{t('changedTag')}</Tag>}
                </>
              ),
          },
          {
            title: c('actions'),
            render: (_, line) => <LineActions line={line} onOpen={onOpen} onChanged={onChanged} />,
          },
        ])}
      />
    </TableRegion>
  );
}

function TitleCell({ line }: { line: Line }) {
  const marks = line.marks.map(({ kind, detail }) => (
    <Tag key={`${kind} ${detail}`} color="gold" title={detail}>
      {t(`mark.${kind}`)}
    </Tag>
  ));
  if (line.kind === 'session')
    return (
      <strong>
        {t('sessionOf', { title: line.session.title })} {marks}
      </strong>
    );
  const { talk, inSession } = line;
  return (
    <span className={inSession ? 'below-1' : ''}>
      {talk.type !== 'talk' && <Tag>{t(`type.${talk.type}`)}</Tag>}
      {talk.state === 'cancelled' ? <s>{talk.title}</s> : talk.title} {marks}
    </span>
  );
}

type ActionsProps = { line: Line; onOpen(opened: Opened): void; onChanged(): void };

function LineActions({ line, onOpen, onChanged }: ActionsProps) {
  const { may } = useConference();
  const { modal } = App.useApp();
  const { run } = useAct();
  const edits = may('programme.edit');
  const runs = may('programme.run') || edits;
  const title = line.kind === 'session' ? line.session.title : line.talk.title;
  const remove = () =>
    void modal.confirm({
      title: t('deleteTitle', { title }),
      content: t(line.kind === 'session' ? 'deleteSessionBody' : 'deleteTalkBody'),
      okText: t('delete'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: async () => {
        const gone = () =>
          line.kind === 'session' ? programmeApi.deleteSession(line.id) : programmeApi.deleteTalk(line.id);
        if (await run(gone, c('deleted'))) onChanged();
      },
    });
  const items: NonNullable<MenuProps['items']> = [];
  if (line.kind === 'talk') {
    const { talk } = line;
    const open = talk.state === 'planned';
    const set = (state: 'planned' | 'cancelled') =>
      void run(() => programmeApi.updateTalk(talk.id, { state }), t('changed')).then(onChanged);
    if (runs && talk.plannedStart !== null && open)
      items.push({ key: 'delay', label: t('delay'), onClick: () => onOpen({ what: 'delay', talk }) });
    if (runs && open)
      items.push({ key: 'swap', label: t('swap'), onClick: () => onOpen({ what: 'swap', talk }) });
    if (edits && open) items.push({ key: 'cancel', label: t('cancel'), onClick: () => set('cancelled') });
    if (edits && talk.state === 'cancelled')
      items.push({ key: 'revive', label: t('revive'), onClick: () => set('planned') });
  }
  if (edits) items.push({ key: 'delete', danger: true, label: t('delete'), onClick: remove });
  return (
    <>
      {edits && (
        <Button
          type="link"
          aria-label={t('editOf', { title })}
          onClick={() =>
            onOpen(
              line.kind === 'session'
                ? { what: 'session', session: line.session }
                : { what: 'talk', talk: line.talk },
            )
          }
        >
          {c('edit')}
        </Button>
      )}
      {items.length > 0 && (
        <Dropdown trigger={['click']} menu={{ items }}>
          <Button
            type="text"
            icon={<MoreOutlined aria-hidden="true" />}
            aria-label={t('moreOf', { title })}
            aria-haspopup="menu"
          />
        </Dropdown>
      )}
    </>
  );
}
