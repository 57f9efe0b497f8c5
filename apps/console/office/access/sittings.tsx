/** Who is watching what is not open to all, on which devices; ending that, banning, lifting a ban. */
import { App, Button, Table } from 'antd';
import { agentName } from '../../../ui/agent-name.ts';
import { useAct, useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { TableRegion } from '../listing.tsx';
import { EmptyState, Part, Waiting } from '../parts.tsx';
import { timeText } from '../words.ts';
import { accessApi, type StaffSitting } from './access-api.ts';
import { t } from './texts.ts';

export function Sittings() {
  const { conference } = useConference();
  const { id } = conference;
  const { modal } = App.useApp();
  const { run } = useAct();
  const sittings = useAsk((signal) => accessApi.sittings(id, signal), [id], 10_000);
  const bans = useAsk((signal) => accessApi.bans(id, signal), [id]);
  const both = (done: boolean) => {
    if (!done) return;
    sittings.again();
    bans.again();
  };
  const ban = (userId: string) =>
    void modal.confirm({
      title: t('banTitle'),
      content: t('banBody'),
      okText: t('ban'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: () => run(() => accessApi.ban(id, userId), t('banned')).then(both),
    });
  return (
    <>
      <Part title={t('watching')}>
        <Waiting asked={sittings}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title={t('nobody')} hint={t('nobodyHint')} />
            ) : (
              <TableRegion label={t('watching')}>
                <Table<StaffSitting>
                  dataSource={items}
                  rowKey={(row) => row.id}
                  pagination={{ pageSize: 50, showSizeChanger: false, hideOnSinglePage: true }}
                  columns={[
                    { title: t('person'), render: (_, { userId }) => userId ?? t('anonymous') },
                    {
                      title: t('device'),
                      render: (_, { agent }) => <span title={agent}>{agentName(agent) ?? agent}</span>,
                    },
                    { title: t('since'), className: 'digits', render: (_, row) => timeText(row.createdAt) },
                    { title: t('seen'), className: 'digits', render: (_, row) => timeText(row.seenAt) },
                    {
                      title: c('actions'),
                      render: (_, row) => {
                        const { userId } = row;
                        return (
                          <>
                            <Button
                              type="link"
                              aria-label={`${t('end')} · ${row.agent}`}
                              onClick={() =>
                                void run(() => accessApi.endSitting(id, row.id), t('ended')).then(both)
                              }
                            >
                              {t('end')}
                            </Button>
                            {userId && (
                              <Button
                                type="link"
                                danger
                                aria-label={`${t('ban')} · ${userId}`}
                                onClick={() => ban(userId)}
                              >
                                {t('ban')}
                              </Button>
                            )}
                          </>
                        );
                      },
                    },
                  ]}
                />
              </TableRegion>
            )
          }
        </Waiting>
      </Part>
      <Part title={t('bans')}>
        <Waiting asked={bans}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title={t('noBans')} hint={t('noBansHint')} />
            ) : (
              <ul className="plain-list">
                {items.map(({ userId, at, by, note }) => (
                  <li key={userId}>
                    <span className="grow">
                      <strong>{userId}</strong>
                      <br />
                      <span className="hint">{[timeText(at), by, note].filter(Boolean).join(' · ')}</span>
                    </span>
                    <Button
                      aria-label={`${t('unban')} · ${userId}`}
                      onClick={() => void run(() => accessApi.unban(id, userId), t('unbanned')).then(both)}
                    >
                      {t('unban')}
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Waiting>
      </Part>
    </>
  );
}
