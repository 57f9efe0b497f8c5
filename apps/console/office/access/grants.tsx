/** Rights to watch that were given or paid elsewhere: by phone, for the conference, a venue or a talk. */
import { App, Button, Form, Input, InputNumber, Modal, Select, Tag } from 'antd';
import { useMemo, useState } from 'react';
import type { Thing } from '#contracts/access.ts';
import type { Grant } from '#contracts/grant.ts';
import { useAct, useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { Listing, useList } from '../listing.tsx';
import { officeApi } from '../office-api.ts';
import { EmptyState, Part } from '../parts.tsx';
import { programmeApi } from '../programme/programme-api.ts';
import { moneyText, timeText } from '../words.ts';
import { accessApi } from './access-api.ts';
import { t } from './texts.ts';

/** Everything a right can be for, as options `kind:id`. */
function useThings(): { value: string; label: string }[] {
  const { conference } = useConference();
  const { id } = conference;
  const venues = useAsk((signal) => officeApi.venues(id, signal), [id]);
  const programme = useAsk((signal) => programmeApi.programme(id, signal), [id]);
  return useMemo(
    () => [
      { value: `conference:${id}`, label: t('conference') },
      ...(venues.data ?? []).map((venue) => ({ value: `venue:${venue.id}`, label: venue.title })),
      ...(programme.data?.talks ?? []).map((talk) => ({ value: `talk:${talk.id}`, label: talk.title })),
    ],
    [id, venues.data, programme.data],
  );
}

const keyOf = ({ kind, id }: Thing): string => `${kind}:${id}`;
function thingOf(key: string): Thing {
  const cut = key.indexOf(':');
  const kind = key.slice(0, cut);
  return { kind: kind === 'venue' || kind === 'talk' ? kind : 'conference', id: key.slice(cut + 1) };
}

export function Grants() {
  const { conference } = useConference();
  const { modal } = App.useApp();
  const { run } = useAct();
  const list = useList<Grant>(accessApi.grants(conference.id));
  const things = useThings();
  const [making, setMaking] = useState(false);
  const names = new Map(things.map(({ value, label }) => [value, label]));
  const revoke = (grant: Grant) =>
    void modal.confirm({
      title: t('takeBackTitle', { name: grant.name || grant.phone }),
      content: t('takeBackBody'),
      okText: t('takeBack'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: async () => {
        if (await run(() => accessApi.revokeGrant(conference.id, grant), t('takenBack'))) list.again();
      },
    });
  return (
    <Part
      title={t('grants')}
      extra={
        <Button type="primary" onClick={() => setMaking(true)}>
          {t('newGrant')}
        </Button>
      }
    >
      <Listing<Grant>
        label={t('grants')}
        list={list}
        rowKey={({ id }) => id}
        searchHint={c('search')}
        empty={<EmptyState title={t('noGrants')} hint={t('noGrantsHint')} />}
        columns={[
          { title: t('who'), render: (_, { name, phone }) => [name, phone].filter(Boolean).join(' · ') },
          { title: t('what'), render: (_, { thing }) => names.get(keyOf(thing)) ?? thing.id },
          {
            title: t('price'),
            className: 'digits',
            render: (_, { fen }) => (fen === 0 ? t('given') : moneyText(fen)),
          },
          { title: c('note'), dataIndex: 'note' },
          { title: t('grantedBy'), dataIndex: 'createdBy' },
          { title: c('time'), className: 'digits', render: (_, { createdAt }) => timeText(createdAt) },
          {
            title: c('actions'),
            render: (_, grant) =>
              grant.revokedAt === null ? (
                <Button
                  type="link"
                  danger
                  aria-label={`${t('takeBack')} · ${grant.name || grant.phone}`}
                  onClick={() => revoke(grant)}
                >
                  {t('takeBack')}
                </Button>
              ) : (
                <Tag>{t('takenBack')}</Tag>
              ),
          },
        ]}
      />
      {making && (
        <MakeGrant
          things={things}
          onClose={(done) => {
            setMaking(false);
            if (done) list.again();
          }}
        />
      )}
    </Part>
  );
}

type Fields = { phones: string; thing: string; yuan: number; note?: string };

function MakeGrant({
  things,
  onClose,
}: {
  things: { value: string; label: string }[];
  onClose(done: boolean): void;
}) {
  const { conference } = useConference();
  const { message } = App.useApp();
  const { busy, run } = useAct();
  const [form] = Form.useForm<Fields>();
  const submit = ({ phones, thing, yuan, note = '' }: Fields) =>
    run(async () => {
      const made = await accessApi.grant(conference.id, {
        phones: phones.split(/[\s,，;；、]+/).filter(Boolean),
        thing: thingOf(thing),
        fen: Math.round(yuan * 100),
        note,
      });
      void message.success(t('granted', { ...made, refused: made.refused.length }), 6);
      onClose(true);
    });
  return (
    <Modal
      open
      title={t('newGrant')}
      okText={t('newGrant')}
      cancelText={c('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={() => onClose(false)}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ thing: `conference:${conference.id}`, yuan: 0 }}
        onFinish={(fields) => void submit(fields)}
      >
        <Form.Item
          name="phones"
          label={t('phones')}
          rules={[{ required: true, whitespace: true, message: t('needPhones') }]}
        >
          <Input.TextArea rows={4} inputMode="tel" />
        </Form.Item>
        <Form.Item name="thing" label={t('what')}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={things} />
        </Form.Item>
        <Form.Item name="yuan" label={t('paidOutside')}>
          <InputNumber min={0} max={100_000} precision={2} prefix="¥" style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="note" label={c('note')}>
          <Input maxLength={200} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
