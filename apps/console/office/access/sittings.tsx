/** Who is watching what is not open to all, on which devices; ending that, banning, lifting a ban. */
import { App, Button } from 'antd';
import { agentName } from '../../../ui/agent-name.ts';
import { useAct, useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { Listing, useList } from '../listing.tsx';
import { EmptyState, Part, Waiting } from '../parts.tsx';
import { timeText } from '../words.ts';
import { accessApi, type StaffSitting } from './access-api.ts';
import { t } from './texts.ts';

export function Sittings() {
  const { conference } = useConference();
  const { id } = conference;
  const { modal } = App.useApp();
  const { run } = useAct();
  const sittings = useList<StaffSitting>(accessApi.sittings(id), {}, 50, 10_000);
  const bans = useAsk((signal) => accessApi.bans(id, signal), [id]);
  const both = (done: boolean) => {
    if (!done) return;
    sittings.again();
    bans.again();
  };
  const ban = (userId: string, name: string) =>
    void modal.confirm({
      title: t('banTitle', { name }),
      content: t('banBody'),
      okText: t('ban'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: () => run(() => accessApi.ban(id, userId), t('banned')).then(both),
    });
  return (
    <>
      <Part title={t('watching')}>
        <Listing<StaffSitting>
          label={t('watching')}
          list={sittings}
          rowKey={(row) => row.id}
          searchHint={t('searchWatching')}
          empty={<EmptyState title={t('nobody')} hint={t('nobodyHint')} />}
          columns={[
            { title: t('person'), render: (_, row) => <Account row={row} /> },
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
                      aria-label={`${t('end')} · ${nameOf(row)} · ${agentName(row.agent) ?? row.agent}`}
                      onClick={() => void run(() => accessApi.endSitting(id, row.id), t('ended')).then(both)}
                    >
                      {t('end')}
                    </Button>
                    {userId && (
                      <Button
                        type="link"
                        danger
                        aria-label={`${t('ban')} · ${nameOf(row)}`}
                        onClick={() => ban(userId, nameOf(row))}
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
      </Part>
      <Part title={t('bans')}>
        <Waiting asked={bans}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title={t('noBans')} hint={t('noBansHint')} />
            ) : (
              <ul className="plain-list">
                {items.map((row) => (
                  <li key={row.userId}>
                    <span className="grow">
                      <Account row={row} />
                      <br />
                      <span className="hint">
                        {[timeText(row.at), row.by, row.note].filter(Boolean).join(' · ')}
                      </span>
                    </span>
                    <Button
                      aria-label={`${t('unban')} · ${nameOf(row)}`}
                      onClick={() =>
                        void run(() => accessApi.unban(id, row.userId), t('unbanned')).then(both)
                      }
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

type Whose = { readonly userId: string | null; readonly name: string; readonly phone: string };

const nameOf = ({ userId, name, phone }: Whose): string =>
  userId === null ? t('anonymous') : name || phone || t('noName');

/** The id only for whom else nobody could tell apart. */
function Account({ row }: { row: Whose }) {
  const { userId } = row;
  // Who gave no name yet is named by the phone.
  const phone = row.phone === row.name ? '' : row.phone;
  return (
    <>
      <strong>{nameOf(row)}</strong>
      {userId !== null && row.name !== '' && phone !== '' && <span className="hint"> {phone}</span>}
      {userId !== null && row.phone === '' && <span className="hint wrap-any"> {userId}</span>}
    </>
  );
}
