/** Who has registered: found, decided one by one or in bulk with a note, exported. */
import { App, Button, Checkbox, Descriptions, Drawer, Form, Input, Modal, Radio, Tag } from 'antd';
import { useState } from 'react';
import { type RegistrationState, registrationStates } from '#contracts/access.ts';
import { isCoded, type ProfileField } from '#contracts/profile.ts';
import type { Registration, RegistrationFilter } from '#contracts/registration.ts';
import { conferencePath } from '../../router.ts';
import { PageLink } from '../../shell.tsx';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { FilterSelect, Listing, useList } from '../listing.tsx';
import { ofConference } from '../office-api.ts';
import { EmptyState, Section } from '../parts.tsx';
import { fieldText, registrationText, timeText } from '../words.ts';
import { type Counts, decide } from './registrations-api.ts';
import { t } from './texts.ts';

const colours: Readonly<Record<RegistrationState, string>> = {
  pending: 'orange',
  approved: 'green',
  waiting: 'blue',
  refused: 'red',
  cancelled: 'default',
};

export function Registrations() {
  const { conference, may } = useConference();
  const [state, setState] = useState<RegistrationState>();
  const list = useList<Registration>(ofConference(conference.id, '/registrations'), { state });
  const { counts } = (list.page ?? {}) as { counts?: Counts };
  const [chosen, setChosen] = useState<string[]>([]);
  const [shown, setShown] = useState<Registration>();
  const [deciding, setDeciding] = useState<
    { ids: string[] } | { filter: RegistrationFilter; count: number }
  >();
  const filter: RegistrationFilter = { ...(state ? { state } : {}), ...(list.q ? { q: list.q } : {}) };
  const query = new URLSearchParams(filter as Record<string, string>);
  const mayDecide = may('registration.decide');
  const total = list.page?.total ?? 0;
  const extra = (
    <>
      {mayDecide && total > 0 && (
        <Button onClick={() => setDeciding({ filter, count: total })}>
          {t('decideAll', { count: total })}
        </Button>
      )}
      {may('data.export') && (
        <Button href={`/api/v1${ofConference(conference.id, `/registrations.xlsx?${query}`)}`}>
          {t('export')}
        </Button>
      )}
    </>
  );
  return (
    <Section title={t('title')} extra={extra}>
      {counts && (
        <p className="muted-row" role="status">
          {registrationStates.map((one) => (
            <span key={one}>
              {registrationText(one)} <strong className="digits">{counts[one]}</strong>
            </span>
          ))}
          {counts.capacity !== null && <span>{t('capacity', { count: counts.capacity })}</span>}
        </p>
      )}
      <Listing<Registration>
        label={t('title')}
        list={list}
        rowKey={(row) => row.userId}
        searchHint={t('searchHint')}
        filtered={state !== undefined}
        tools={
          <FilterSelect
            label={c('state')}
            value={state}
            options={registrationStates.map((value) => ({ value, label: registrationText(value) }))}
            onChange={(value) => setState(registrationStates.find((one) => one === value))}
          />
        }
        empty={
          <EmptyState title={t('empty')} hint={t(conference.registration.open ? 'emptyHint' : 'emptyClosed')}>
            {may('conference.edit') && (
              <PageLink className="touch-link" href={conferencePath(conference.id, 'settings')}>
                {t('toSettings')}
              </PageLink>
            )}
          </EmptyState>
        }
        {...(mayDecide ? { selection: { keys: chosen, change: setChosen } } : {})}
        columns={[
          {
            title: fieldText('name'),
            key: 'name',
            sorter: true,
            render: (_, row) => (
              <Button type="link" style={{ padding: 0 }} onClick={() => setShown(row)}>
                {row.name || row.phone}
              </Button>
            ),
          },
          { title: fieldText('phone'), dataIndex: 'phone', className: 'digits' },
          { title: fieldText('hospital'), key: 'hospital', dataIndex: 'hospital', sorter: true },
          { title: fieldText('department'), render: (_, row) => row.department?.label },
          { title: fieldText('title'), render: (_, row) => row.title?.label },
          { title: fieldText('region'), render: (_, row) => row.region?.label },
          {
            title: c('state'),
            key: 'state',
            sorter: true,
            render: (_, row) => <Tag color={colours[row.state]}>{registrationText(row.state)}</Tag>,
          },
          {
            title: t('registeredAt'),
            key: 'createdAt',
            sorter: true,
            className: 'digits',
            render: (_, row) => timeText(row.createdAt),
          },
        ]}
      />
      {chosen.length > 0 && (
        <div className="bulk-bar" role="toolbar" aria-label={c('selected', { count: chosen.length })}>
          <span>{c('selected', { count: chosen.length })}</span>
          <Button type="primary" onClick={() => setDeciding({ ids: chosen })}>
            {t('decide')}
          </Button>
          <Button onClick={() => setChosen([])}>{c('cancel')}</Button>
        </div>
      )}
      {shown && (
        <One
          row={shown}
          onClose={() => setShown(undefined)}
          onDecide={mayDecide ? () => setDeciding({ ids: [shown.userId] }) : undefined}
        />
      )}
      {deciding && (
        <Decide
          what={deciding}
          onClose={(done) => {
            setDeciding(undefined);
            if (!done) return;
            setChosen([]);
            setShown(undefined);
            list.again();
          }}
        />
      )}
    </Section>
  );
}

function One({
  row,
  onClose,
  onDecide,
}: {
  row: Registration;
  onClose(): void;
  onDecide: (() => void) | undefined;
}) {
  const { conference } = useConference();
  const value = (field: ProfileField): string =>
    isCoded(field)
      ? (row[field]?.label ?? '—')
      : row[field as 'name' | 'phone' | 'hospital' | 'position'] || '—';
  return (
    <Drawer
      open
      title={row.name || row.phone}
      size={480}
      onClose={onClose}
      footer={
        onDecide && (
          <Button type="primary" onClick={onDecide}>
            {t('decide')}
          </Button>
        )
      }
    >
      <Descriptions
        column={1}
        items={[
          { key: 'state', label: c('state'), children: registrationText(row.state) },
          ...conference.fields.map(({ field }) => ({
            key: field,
            label: fieldText(field),
            children: value(field),
          })),
          { key: 'at', label: t('registeredAt'), children: timeText(row.createdAt) },
          { key: 'decided', label: t('decidedAt'), children: timeText(row.decidedAt) },
          { key: 'note', label: c('note'), children: row.note || '—' },
        ]}
      />
    </Drawer>
  );
}

type Decision = { state: 'approved' | 'refused' | 'pending'; note?: string; tell: boolean };

function Decide({
  what,
  onClose,
}: {
  what: { ids: string[] } | { filter: RegistrationFilter; count: number };
  onClose(done: boolean): void;
}) {
  const { conference } = useConference();
  const { message } = App.useApp();
  const { busy, run } = useAct();
  const [form] = Form.useForm<Decision>();
  const count = 'ids' in what ? what.ids.length : what.count;
  const submit = ({ state, note = '', tell }: Decision) =>
    run(async () => {
      const target = 'ids' in what ? { ids: what.ids } : { filter: what.filter };
      const done = await decide(conference.id, { ...target, state, note, tell });
      void message.success(t('decided', done), 6);
      onClose(true);
    });
  return (
    <Modal
      open
      title={t('decideTitle', { count })}
      okText={t('decideNow')}
      cancelText={c('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={() => onClose(false)}
    >
      <Form<Decision>
        form={form}
        layout="vertical"
        initialValues={{ state: 'approved', tell: true }}
        onFinish={(fields) => void submit(fields)}
      >
        <Form.Item name="state" label={t('decision')}>
          <Radio.Group
            options={[
              { value: 'approved', label: t('approve') },
              { value: 'refused', label: t('refuse') },
              { value: 'pending', label: t('reopen') },
            ]}
          />
        </Form.Item>
        <Form.Item name="note" label={t('note')} extra={t('noteHint')}>
          <Input.TextArea maxLength={500} rows={3} showCount />
        </Form.Item>
        <Form.Item name="tell" valuePropName="checked">
          <Checkbox>{t('tell')}</Checkbox>
        </Form.Item>
      </Form>
    </Modal>
  );
}
