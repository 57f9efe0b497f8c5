/** Venues of a conference: in the order viewers see, with what is on, and the way to each desk. */
import { ArrowDownOutlined, ArrowUpOutlined, HolderOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Tag } from 'antd';
import { useState } from 'react';
import type { Venue, VenueStatus } from '#contracts/venue.ts';
import { stateWord } from '../../../ui/state-badge.tsx';
import { api } from '../../api.ts';
import { numberText } from '../../format.ts';
import { venuePath } from '../../router.ts';
import { PageLink } from '../../shell.tsx';
import { useAct, useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { officeApi } from '../office-api.ts';
import { EmptyState, Part, Section, Waiting } from '../parts.tsx';
import { moved } from './move.ts';
import { t } from './texts.ts';
import { VenueForm } from './venue-form.tsx';

export const stateColours: Readonly<Record<VenueStatus['state'], string>> = {
  off: 'default',
  armed: 'gold',
  live: 'red',
  break: 'blue',
  away: 'orange',
  ended: 'purple',
};

export function ConferenceVenues() {
  const { conference, may } = useConference();
  const asked = useAsk((signal) => officeApi.venues(conference.id, signal), [conference.id]);
  const statuses = useAsk(api.statuses, [], 4000);
  const [editing, setEditing] = useState<Venue | 'new'>();
  const create = may('venue.edit') && (
    <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setEditing('new')}>
      {t('create')}
    </Button>
  );
  return (
    <Section title={t('title')} extra={create}>
      <Waiting asked={asked}>
        {(venues) =>
          venues.length === 0 ? (
            <EmptyState title={t('empty')} hint={t('emptyHint')}>
              {create}
            </EmptyState>
          ) : (
            <VenueList
              venues={venues}
              statuses={statuses.data ?? []}
              onOrder={asked.put}
              onEdit={setEditing}
              again={asked.again}
            />
          )
        }
      </Waiting>
      {editing && (
        <VenueForm
          venue={editing === 'new' ? undefined : editing}
          onClose={(done) => {
            setEditing(undefined);
            if (done) asked.again();
          }}
        />
      )}
    </Section>
  );
}

type ListProps = {
  venues: readonly Venue[];
  statuses: readonly VenueStatus[];
  onOrder(venues: Venue[]): void;
  onEdit(venue: Venue): void;
  again(): void;
};

function VenueList({ venues, statuses, onOrder, onEdit, again }: ListProps) {
  const { conference, may } = useConference();
  const { modal } = App.useApp();
  const { run } = useAct();
  const [dragged, setDragged] = useState<string>();
  const [over, setOver] = useState<string>();
  const edits = may('venue.edit');
  const move = (id: string, to: number) => {
    const next = moved(venues, id, to);
    onOrder(next);
    void run(() =>
      officeApi.orderVenues(
        conference.id,
        next.map((venue) => venue.id),
      ),
    ).then((done) => !done && again());
  };
  const remove = ({ id, title }: Venue) =>
    void modal.confirm({
      title: t('deleteTitle', { title }),
      content: t('deleteBody'),
      okText: c('delete'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: async () => {
        if (await run(() => api.deleteVenue(id), c('deleted'))) again();
      },
    });
  return (
    <Part title={t('list')} {...(edits ? { hint: t('orderHint') } : {})}>
      <ol className="plain-list acts">
        {venues.map((venue, k) => {
          const status = statuses.find(({ id }) => id === venue.id);
          const { id, title } = venue;
          return (
            <li
              key={id}
              className={edits ? `drag-row${over === id && dragged !== id ? ' over' : ''}` : undefined}
              draggable={edits}
              onDragStart={() => setDragged(id)}
              onDragEnd={() => {
                setDragged(undefined);
                setOver(undefined);
              }}
              onDragOver={(event) => {
                if (!dragged) return;
                event.preventDefault();
                setOver(id);
              }}
              onDrop={(event) => {
                event.preventDefault();
                if (dragged && dragged !== id) move(dragged, k);
              }}
            >
              {edits && <HolderOutlined aria-hidden="true" />}
              <span className="grow">
                <strong className="wrap-any">{title}</strong>{' '}
                {status && <Tag color={stateColours[status.state]}>{stateWord(status.state)}</Tag>}
                {status && status.viewers > 0 && (
                  <span className="hint">{t('viewers', { count: numberText(status.viewers) })}</span>
                )}
              </span>
              {edits && venues.length > 1 && (
                <>
                  <Button
                    type="text"
                    icon={<ArrowUpOutlined aria-hidden="true" />}
                    aria-label={t('up', { title })}
                    disabled={k === 0}
                    onClick={() => move(id, k - 1)}
                  />
                  <Button
                    type="text"
                    icon={<ArrowDownOutlined aria-hidden="true" />}
                    aria-label={t('down', { title })}
                    disabled={k === venues.length - 1}
                    onClick={() => move(id, k + 1)}
                  />
                </>
              )}
              <PageLink
                className="ant-btn-like touch-link"
                href={venuePath(id)}
                aria-label={t('deskOf', { title })}
              >
                {t('desk')}
              </PageLink>
              <Button
                href={`/watch/${encodeURIComponent(id)}`}
                target="_blank"
                rel="noreferrer"
                aria-label={t('watchOf', { title })}
              >
                {t('watch')}
              </Button>
              {edits && (
                <Button aria-label={t('settingsOf', { title })} onClick={() => onEdit(venue)}>
                  {t('settings')}
                </Button>
              )}
              {may('venue.delete') && (
                <Button danger aria-label={t('deleteOf', { title })} onClick={() => remove(venue)}>
                  {c('delete')}
                </Button>
              )}
            </li>
          );
        })}
      </ol>
    </Part>
  );
}
