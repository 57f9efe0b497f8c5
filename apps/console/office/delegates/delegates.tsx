/** Delegate lists: made, filled by import, looked through, deleted. */
import { App, Button, Form, Input, Modal, Tag } from 'antd';
import { useState } from 'react';
import type { Delegate, DelegateList } from '#contracts/delegate.ts';
import { useAct, useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { FilterSelect, Listing, useList } from '../listing.tsx';
import { EmptyState, Part, Section, Waiting } from '../parts.tsx';
import { timeText, yesNo } from '../words.ts';
import { DelegateImportWizard } from './delegate-import.tsx';
import { delegatesApi, type NewDelegate } from './delegates-api.ts';
import { t } from './texts.ts';

export function Delegates() {
  const { conference } = useConference();
  const asked = useAsk((signal) => delegatesApi.lists(conference.id, signal), [conference.id]);
  const [creating, setCreating] = useState(false);
  const [importing, setImporting] = useState<DelegateList>();
  const [looking, setLooking] = useState<string>();
  const create = (
    <Button type="primary" onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );
  return (
    <Section title={t('title')} extra={create}>
      <Waiting asked={asked}>
        {({ items }) => {
          const open = items.find(
            ({ id }) => id === (looking ?? (items.length === 1 ? items[0]?.id : undefined)),
          );
          if (items.length === 0)
            return (
              <EmptyState title={t('empty')} hint={t('emptyHint')}>
                {create}
              </EmptyState>
            );
          return (
            <>
              <Part title={t('title')}>
                <ul className="plain-list">
                  {items.map((list) => (
                    <ListRow
                      key={list.id}
                      list={list}
                      onLook={() => setLooking(list.id)}
                      onImport={() => setImporting(list)}
                      onGone={asked.again}
                    />
                  ))}
                </ul>
              </Part>
              {open && <People key={`${open.id} ${open.importedAt}`} list={open} onChange={asked.again} />}
            </>
          );
        }}
      </Waiting>
      {creating && (
        <CreateList
          onClose={(made) => {
            setCreating(false);
            if (!made) return;
            asked.again();
            setImporting(made);
          }}
        />
      )}
      {importing && (
        <DelegateImportWizard
          list={importing}
          onClose={() => {
            setLooking(importing.id);
            setImporting(undefined);
            asked.again();
          }}
        />
      )}
    </Section>
  );
}

type RowProps = { list: DelegateList; onLook(): void; onImport(): void; onGone(): void };

function ListRow({ list, onLook, onImport, onGone }: RowProps) {
  const { conference } = useConference();
  const { modal } = App.useApp();
  const { run } = useAct();
  const remove = () =>
    void modal.confirm({
      title: t('deleteTitle', { name: list.name }),
      content: t('deleteBody', { count: list.delegates }),
      okText: c('delete'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: async () => {
        if (await run(() => delegatesApi.remove(conference.id, list.id), c('deleted'))) onGone();
      },
    });
  return (
    <li>
      <span className="grow">
        <strong>{list.name}</strong>{' '}
        {list.tiers.slice(0, 6).map((tier) => (
          <Tag key={tier}>{tier}</Tag>
        ))}
        <br />
        <span className="hint">
          {t('count', { delegates: list.delegates, present: list.present })} ·{' '}
          {list.importedAt === null ? t('never') : t('importedAt', { time: timeText(list.importedAt) })}
        </span>
      </span>
      <Button onClick={onLook} aria-label={`${t('look')} · ${list.name}`}>
        {t('look')}
      </Button>
      <Button onClick={onImport} aria-label={`${t('import')} · ${list.name}`}>
        {t('import')}
      </Button>
      <Button danger onClick={remove} aria-label={`${c('delete')} · ${list.name}`}>
        {c('delete')}
      </Button>
    </li>
  );
}

function CreateList({ onClose }: { onClose(made?: DelegateList): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<{ name: string }>();
  return (
    <Modal
      open
      title={t('create')}
      okText={c('create')}
      cancelText={c('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={() => onClose()}
    >
      <Form
        form={form}
        layout="vertical"
        onFinish={({ name }) =>
          void run(async () => onClose(await delegatesApi.create(conference.id, name.trim())))
        }
      >
        <Form.Item
          name="name"
          label={t('name')}
          extra={t('nameHint')}
          rules={[{ required: true, whitespace: true, message: t('name') }]}
        >
          <Input maxLength={80} autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function People({ list, onChange }: { list: DelegateList; onChange(): void }) {
  const { conference } = useConference();
  const [present, setPresent] = useState<string>();
  const [tier, setTier] = useState<string>();
  const [adding, setAdding] = useState(false);
  const people = useList<Delegate>(delegatesApi.people(conference.id, list.id), { present, tier });
  const { run } = useAct();
  const changed = () => {
    people.again();
    onChange();
  };
  return (
    <Part title={list.name} extra={<Button onClick={() => setAdding(true)}>{t('addOne')}</Button>}>
      <Listing<Delegate>
        label={list.name}
        list={people}
        rowKey={({ id }) => id}
        searchHint={t('searchHint')}
        filtered={present !== undefined || tier !== undefined}
        tools={
          <>
            <FilterSelect
              label={t('present')}
              value={present}
              options={[
                { value: 'yes', label: t('here') },
                { value: 'no', label: t('notHere') },
              ]}
              onChange={setPresent}
            />
            {list.tiers.length > 0 && (
              <FilterSelect
                label={t('tier')}
                value={tier}
                options={list.tiers.map((value) => ({ value, label: value }))}
                onChange={setTier}
              />
            )}
          </>
        }
        empty={<EmptyState title={t('listEmpty')} hint={t('listEmptyHint')} />}
        columns={[
          { title: t('as.name'), key: 'name', dataIndex: 'name', sorter: true },
          { title: t('phone'), dataIndex: 'phone', className: 'digits' },
          { title: t('idTail'), render: (_, row) => yesNo(row.hasIdTail) },
          { title: t('unit'), key: 'unit', dataIndex: 'unit', sorter: true },
          { title: t('tier'), key: 'tier', dataIndex: 'tier', sorter: true },
          { title: t('present'), render: (_, row) => yesNo(row.present) },
          {
            title: c('actions'),
            render: (_, row) => (
              <Button
                type="link"
                danger
                aria-label={`${c('delete')} · ${row.name}`}
                onClick={() =>
                  void run(() => delegatesApi.removeOne(conference.id, list.id, row.id), c('deleted')).then(
                    (done) => done && changed(),
                  )
                }
              >
                {c('delete')}
              </Button>
            ),
          },
        ]}
      />
      {adding && (
        <AddOne
          list={list}
          onClose={(done) => {
            setAdding(false);
            if (done) changed();
          }}
        />
      )}
    </Part>
  );
}

function AddOne({ list, onClose }: { list: DelegateList; onClose(done: boolean): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<Partial<NewDelegate>>();
  const submit = ({ name = '', phone = '', idTail = '', unit = '', tier = '' }: Partial<NewDelegate>) =>
    run(async () => {
      await delegatesApi.add(conference.id, list.id, { name, phone, idTail, unit, tier });
      onClose(true);
    }, c('saved'));
  return (
    <Modal
      open
      title={t('addOne')}
      okText={c('add')}
      cancelText={c('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={() => onClose(false)}
    >
      <p className="hint">{t('needOne')}</p>
      <Form form={form} layout="vertical" onFinish={(fields) => void submit(fields)}>
        {(['name', 'phone', 'idTail', 'unit', 'tier'] as const).map((field) => (
          <Form.Item key={field} name={field} label={t(`as.${field}`)}>
            <Input maxLength={field === 'unit' ? 120 : 60} />
          </Form.Item>
        ))}
      </Form>
    </Modal>
  );
}
