/** API keys: made with chosen rights, the secret told once, deleted. */
import { Alert, App, Button, Checkbox, DatePicker, Drawer, Form, Input } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { type ConferenceAction, conferenceActions } from '#contracts/roles.ts';
import { useAct, useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { CopyField, EmptyState, Part, Waiting } from '../parts.tsx';
import { timeText } from '../words.ts';
import { integrationsApi } from './integrations-api.ts';
import { t } from './texts.ts';

export function ApiKeys() {
  const { conference } = useConference();
  const { modal } = App.useApp();
  const { run } = useAct();
  const asked = useAsk((signal) => integrationsApi.keys(conference.id, signal), [conference.id]);
  const [making, setMaking] = useState(false);
  const remove = (id: string, name: string) =>
    void modal.confirm({
      title: t('deleteKey', { name }),
      content: t('deleteKeyBody'),
      okText: c('delete'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: async () => {
        if (await run(() => integrationsApi.deleteKey(conference.id, id), c('deleted'))) asked.again();
      },
    });
  return (
    <Part
      title={t('keys')}
      hint={t('keysHint')}
      extra={<Button onClick={() => setMaking(true)}>{t('newKey')}</Button>}
    >
      <Waiting asked={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('noKeys')} hint={t('noKeysHint')} />
          ) : (
            <ul className="plain-list">
              {items.map(({ id, name, hint, actions, expiresAt, lastUsedAt }) => (
                <li key={id}>
                  <span className="grow">
                    <strong>{name}</strong> <code>{hint}…</code>
                    <br />
                    <span className="hint">
                      {actions.map((action) => t(`right.${action}`)).join(c('comma'))} · {t('expires')}{' '}
                      {expiresAt === null ? t('never') : timeText(expiresAt)} · {t('lastUsed')}{' '}
                      {lastUsedAt === null ? t('notUsed') : timeText(lastUsedAt)}
                    </span>
                  </span>
                  <Button danger aria-label={`${c('delete')} · ${name}`} onClick={() => remove(id, name)}>
                    {c('delete')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Waiting>
      {making && (
        <MakeKey
          onClose={() => {
            setMaking(false);
            asked.again();
          }}
        />
      )}
    </Part>
  );
}

type Fields = { name: string; actions: ConferenceAction[]; expiresAt?: Dayjs | null };

function MakeKey({ onClose }: { onClose(): void }) {
  const { conference, may } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<Fields>();
  const [secret, setSecret] = useState<string>();
  const submit = ({ name, actions, expiresAt }: Fields) =>
    run(async () => {
      const made = await integrationsApi.makeKey(conference.id, {
        name: name.trim(),
        actions,
        expiresAt: expiresAt ? expiresAt.endOf('day').valueOf() : null,
      });
      setSecret(made.secret);
    });
  return (
    <Drawer
      open
      size={520}
      title={t('newKey')}
      onClose={onClose}
      footer={
        <div className="form-foot">
          {secret ? (
            <Button type="primary" onClick={onClose}>
              {c('close')}
            </Button>
          ) : (
            <Button type="primary" loading={busy} onClick={() => form.submit()}>
              {c('create')}
            </Button>
          )}
        </div>
      }
    >
      {secret ? (
        <>
          <Alert type="warning" showIcon title={t('secretOnce')} style={{ marginBottom: 16 }} />
          <CopyField label={t('secret')} text={secret} />
        </>
      ) : (
        <Form<Fields>
          form={form}
          layout="vertical"
          initialValues={{ actions: ['conference.view'] }}
          onFinish={(fields) => void submit(fields)}
        >
          <Form.Item
            name="name"
            label={c('name')}
            rules={[{ required: true, whitespace: true, message: c('required') }]}
          >
            <Input maxLength={80} autoFocus />
          </Form.Item>
          <Form.Item name="expiresAt" label={t('expires')} extra={t('never')}>
            <DatePicker style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item
            name="actions"
            label={t('rights')}
            rules={[{ required: true, type: 'array', min: 1, message: t('needRights') }]}
          >
            <Checkbox.Group
              options={conferenceActions.filter(may).map((value) => ({ value, label: t(`right.${value}`) }))}
            />
          </Form.Item>
        </Form>
      )}
    </Drawer>
  );
}
