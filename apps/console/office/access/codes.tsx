/** Batches of invite codes: made, downloaded, revoked. */
import { App, Button, DatePicker, Form, Input, InputNumber, Modal, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { CodeBatch } from '#contracts/invite-code.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { Listing, useList } from '../listing.tsx';
import { EmptyState, Part } from '../parts.tsx';
import { timeText } from '../words.ts';
import { accessApi } from './access-api.ts';
import { t } from './texts.ts';

export function Codes() {
  const { conference, may } = useConference();
  const { modal } = App.useApp();
  const { run } = useAct();
  const list = useList<CodeBatch>(accessApi.batches(conference.id));
  const [making, setMaking] = useState(false);
  const revoke = ({ id, name }: CodeBatch) =>
    void modal.confirm({
      title: t('revokeTitle', { name }),
      content: t('revokeBody'),
      okText: t('revoke'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: async () => {
        if (await run(() => accessApi.revokeBatch(conference.id, id), t('revoked'))) list.again();
      },
    });
  const create = (
    <Button type="primary" onClick={() => setMaking(true)}>
      {t('newBatch')}
    </Button>
  );
  return (
    <Part title={t('codes')} extra={create}>
      <Listing<CodeBatch>
        label={t('codes')}
        list={list}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('noCodes')} hint={t('noCodesHint')} />}
        columns={[
          { title: t('batchName'), dataIndex: 'name' },
          { title: t('uses'), className: 'digits', dataIndex: 'uses' },
          {
            title: t('used'),
            className: 'digits',
            render: (_, { used, opened, codes }) => t('usedOf', { used, opened, codes }),
          },
          {
            title: t('expires'),
            className: 'digits',
            render: (_, { expiresAt }) => (expiresAt === null ? t('never') : timeText(expiresAt)),
          },
          {
            title: c('state'),
            render: (_, { revokedAt }) => (
              <Tag color={revokedAt === null ? 'green' : 'default'}>
                {t(revokedAt === null ? 'inForce' : 'revoked')}
              </Tag>
            ),
          },
          {
            title: c('actions'),
            render: (_, batch) => (
              <>
                {may('data.export') && (
                  <Button
                    type="link"
                    href={accessApi.codesCsv(conference.id, batch.id)}
                    aria-label={`${t('download')} · ${batch.name}`}
                  >
                    {t('download')}
                  </Button>
                )}
                {batch.revokedAt === null && (
                  <Button
                    type="link"
                    danger
                    aria-label={`${t('revoke')} · ${batch.name}`}
                    onClick={() => revoke(batch)}
                  >
                    {t('revoke')}
                  </Button>
                )}
              </>
            ),
          },
        ]}
      />
      {making && (
        <MakeBatch
          onClose={(done) => {
            setMaking(false);
            if (done) list.again();
          }}
        />
      )}
    </Part>
  );
}

type Fields = { name: string; codes: number; uses: number; expiresAt?: Dayjs | null };

function MakeBatch({ onClose }: { onClose(done: boolean): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<Fields>();
  const submit = ({ name, codes, uses, expiresAt }: Fields) =>
    run(async () => {
      const until = expiresAt ? expiresAt.endOf('day').valueOf() : null;
      await accessApi.makeBatch(conference.id, { name: name.trim(), codes, uses, expiresAt: until });
      onClose(true);
    }, c('saved'));
  const rules = [{ required: true, message: c('required') }];
  return (
    <Modal
      open
      title={t('newBatch')}
      okText={c('create')}
      cancelText={c('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={() => onClose(false)}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ codes: 100, uses: 1 }}
        onFinish={(fields) => void submit(fields)}
      >
        <Form.Item name="name" label={t('batchName')} rules={rules}>
          <Input maxLength={80} autoFocus />
        </Form.Item>
        <Form.Item name="codes" label={t('count')} rules={rules}>
          <InputNumber min={1} max={20_000} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="uses" label={t('uses')} rules={rules}>
          <InputNumber min={1} max={100_000} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="expiresAt" label={t('expires')} extra={t('never')}>
          <DatePicker style={{ width: '100%' }} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
