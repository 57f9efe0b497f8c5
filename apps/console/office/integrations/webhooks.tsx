/** Webhooks: made, switched, tried, and what became of each delivery. */
import { Alert, App, Button, Checkbox, Drawer, Form, Input, Tag } from 'antd';
import { useState } from 'react';
import { type Delivery, type Webhook, type WebhookEvent, webhookEvents } from '#contracts/integration.ts';
import { useAct, useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { Listing, useList } from '../listing.tsx';
import { CopyField, EmptyState, Part, Waiting } from '../parts.tsx';
import { timeText } from '../words.ts';
import { integrationsApi } from './integrations-api.ts';
import { t } from './texts.ts';

export function Webhooks() {
  const { conference } = useConference();
  const { modal } = App.useApp();
  const { run } = useAct();
  const asked = useAsk((signal) => integrationsApi.hooks(conference.id, signal), [conference.id]);
  const [editing, setEditing] = useState<Webhook | 'new'>();
  const [looking, setLooking] = useState<Webhook>();
  const remove = ({ id, name }: Webhook) =>
    void modal.confirm({
      title: t('deleteHook', { name }),
      content: t('deleteHookBody'),
      okText: c('delete'),
      okButtonProps: { danger: true },
      cancelText: c('cancel'),
      onOk: async () => {
        if (await run(() => integrationsApi.deleteHook(conference.id, id), c('deleted'))) asked.again();
      },
    });
  return (
    <Part
      title={t('hooks')}
      hint={t('hooksHint')}
      extra={<Button onClick={() => setEditing('new')}>{t('newHook')}</Button>}
    >
      <Waiting asked={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('noHooks')} hint={t('noHooksHint')} />
          ) : (
            <ul className="plain-list">
              {items.map((hook) => (
                <li key={hook.id}>
                  <span className="grow">
                    <strong>{hook.name}</strong> {!hook.on && <Tag>{t('off')}</Tag>}
                    {hook.last && (
                      <Tag color={hook.last.ok ? 'green' : 'red'}>
                        {t(hook.last.ok ? 'ok' : 'bad')} {timeText(hook.last.at)}
                      </Tag>
                    )}
                    <br />
                    <span className="hint wrap-any">
                      {hook.url} · {hook.events.map((event) => t(`event.${event}`)).join(c('comma'))}
                    </span>
                  </span>
                  <Button aria-label={`${t('deliveries')} · ${hook.name}`} onClick={() => setLooking(hook)}>
                    {t('deliveries')}
                  </Button>
                  <Button aria-label={`${c('edit')} · ${hook.name}`} onClick={() => setEditing(hook)}>
                    {c('edit')}
                  </Button>
                  <Button danger aria-label={`${c('delete')} · ${hook.name}`} onClick={() => remove(hook)}>
                    {c('delete')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Waiting>
      {editing && (
        <EditHook
          hook={editing === 'new' ? undefined : editing}
          onClose={() => {
            setEditing(undefined);
            asked.again();
          }}
        />
      )}
      {looking && <Deliveries hook={looking} onClose={() => setLooking(undefined)} />}
    </Part>
  );
}

type Fields = { name: string; url: string; events: WebhookEvent[]; on: boolean };

function EditHook({ hook, onClose }: { hook: Webhook | undefined; onClose(): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<Fields>();
  const [secret, setSecret] = useState<string>();
  const submit = (fields: Fields) =>
    run(async () => {
      const input = { ...fields, name: fields.name.trim(), url: fields.url.trim() };
      if (hook) {
        await integrationsApi.updateHook(conference.id, hook.id, input);
        onClose();
      } else setSecret((await integrationsApi.makeHook(conference.id, input)).secret);
    }, c('saved'));
  return (
    <Drawer
      open
      size={520}
      title={t(hook ? 'editHook' : 'newHook')}
      onClose={onClose}
      footer={
        <div className="form-foot">
          {secret ? (
            <Button type="primary" onClick={onClose}>
              {c('close')}
            </Button>
          ) : (
            <Button type="primary" loading={busy} onClick={() => form.submit()}>
              {c('save')}
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
          initialValues={hook ?? { name: '', url: '', events: [], on: true }}
          onFinish={(fields) => void submit(fields)}
        >
          <Form.Item
            name="name"
            label={c('name')}
            rules={[{ required: true, whitespace: true, message: c('required') }]}
          >
            <Input maxLength={80} autoFocus />
          </Form.Item>
          <Form.Item
            name="url"
            label={t('url')}
            rules={[{ required: true, pattern: /^https:\/\/\S+$/, message: t('needUrl') }]}
          >
            <Input maxLength={1000} inputMode="url" placeholder="https://" />
          </Form.Item>
          <Form.Item
            name="events"
            label={t('events')}
            rules={[{ required: true, type: 'array', min: 1, message: t('needEvents') }]}
          >
            <Checkbox.Group options={webhookEvents.map((value) => ({ value, label: t(`event.${value}`) }))} />
          </Form.Item>
          <Form.Item name="on" valuePropName="checked">
            <Checkbox>{t('on')}</Checkbox>
          </Form.Item>
        </Form>
      )}
    </Drawer>
  );
}

function Deliveries({ hook, onClose }: { hook: Webhook; onClose(): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const list = useList<Delivery>(integrationsApi.deliveries(conference.id, hook.id), {}, 50, 4000);
  const then = (doing: Promise<boolean>) => void doing.then(list.again);
  return (
    <Drawer
      open
      size={860}
      title={`${t('deliveries')} · ${hook.name}`}
      onClose={onClose}
      extra={
        <Button
          loading={busy}
          onClick={() => then(run(() => integrationsApi.test(conference.id, hook.id), t('testSent')))}
        >
          {t('test')}
        </Button>
      }
    >
      <Listing<Delivery>
        label={t('deliveries')}
        list={list}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('noDeliveries')} hint={t('noDeliveriesHint')} />}
        columns={[
          { title: c('time'), className: 'digits', render: (_, { createdAt }) => timeText(createdAt) },
          { title: t('events'), render: (_, { event }) => t(`event.${event}`) },
          {
            title: c('state'),
            render: (_, { state, next }) => (
              <>
                <Tag color={state === 'delivered' ? 'green' : state === 'failed' ? 'red' : 'orange'}>
                  {t(`delivery.${state}`)}
                </Tag>
                {next !== null && <span className="hint">{t('nextTry', { time: timeText(next) })}</span>}
              </>
            ),
          },
          { title: t('attempts'), className: 'digits', dataIndex: 'attempts' },
          {
            title: t('answer'),
            render: (_, { status, ms, answer, payload }) => (
              <details>
                <summary>{[status ?? '—', ms === null ? '' : `${ms} ms`].join(' ')}</summary>
                <pre className="delivery-body">{answer}</pre>
                <p>{t('payload')}</p>
                <pre className="delivery-body">{payload}</pre>
              </details>
            ),
          },
          {
            title: c('actions'),
            render: (_, { id, state }) =>
              state !== 'waiting' && (
                <Button
                  type="link"
                  aria-label={`${t('resend')} · ${id}`}
                  onClick={() =>
                    then(run(() => integrationsApi.resend(conference.id, hook.id, id), t('resent')))
                  }
                >
                  {t('resend')}
                </Button>
              ),
          },
        ]}
      />
    </Drawer>
  );
}
