/** Brings someone into the conference: by a link told once, by SMS or e-mail, or at once when they have an account. */
import { Alert, Button, Drawer, Form, Input, InputNumber, Radio } from 'antd';
import { useState } from 'react';
import type { ConferenceRole } from '#contracts/roles.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { CopyField } from '../parts.tsx';
import { RoleChoice } from './people.tsx';
import { peopleApi } from './people-api.ts';
import { t } from './texts.ts';

type How = 'link' | 'phone' | 'email' | 'account';
type Fields = { how: How; to?: string; roles: ConferenceRole[]; uses?: number; days?: number; note?: string };

export function Invite({ onClose }: { onClose(): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<Fields>();
  const how = Form.useWatch('how', form) ?? 'link';
  const [made, setMade] = useState<{ url: string; sent: boolean | null }>();
  const submit = ({ how, to = '', roles, uses = 1, days = 14, note = '' }: Fields) =>
    run(
      async () => {
        const text = to.trim();
        if (how === 'account') {
          await peopleApi.add(
            conference.id,
            text.includes('@') ? { email: text, roles } : { phone: text, roles },
          );
          onClose();
          return;
        }
        setMade(
          await peopleApi.invite(conference.id, {
            roles,
            note,
            days,
            uses: how === 'link' ? uses : 1,
            to: how === 'phone' ? { phone: text } : how === 'email' ? { email: text } : null,
          }),
        );
      },
      how === 'account' ? t('added') : undefined,
    );
  return (
    <Drawer
      open
      size={520}
      title={t('inviteTitle')}
      onClose={onClose}
      footer={
        <div className="form-foot">
          {made ? (
            <Button type="primary" onClick={onClose}>
              {c('close')}
            </Button>
          ) : (
            <>
              <Button type="primary" loading={busy} onClick={() => form.submit()}>
                {t(how === 'account' ? 'add' : 'make')}
              </Button>
              <Button onClick={onClose}>{c('cancel')}</Button>
            </>
          )}
        </div>
      }
    >
      {made ? (
        <>
          <Alert
            type={made.sent === false ? 'warning' : 'success'}
            showIcon
            title={t('made')}
            description={t(made.sent === null ? 'madeOnce' : made.sent ? 'sent' : 'notSent')}
            style={{ marginBottom: 16 }}
          />
          <CopyField label={t('link')} text={new URL(made.url, location.origin).href} />
        </>
      ) : (
        <Form<Fields>
          form={form}
          layout="vertical"
          initialValues={{ how: 'link', roles: [], uses: 1, days: 14 }}
          onFinish={(fields) => void submit(fields)}
        >
          <Form.Item name="how" label={t('how')}>
            <Radio.Group
              vertical
              options={(['link', 'phone', 'email', 'account'] as const).map((value) => ({
                value,
                label: t(`how.${value}`),
              }))}
            />
          </Form.Item>
          {how !== 'link' && (
            <Form.Item
              name="to"
              label={t(how === 'phone' ? 'phone' : how === 'email' ? 'email' : 'phoneOrEmail')}
              rules={[{ required: true, whitespace: true, message: t('needTo') }]}
            >
              <Input maxLength={200} inputMode={how === 'phone' ? 'tel' : 'email'} />
            </Form.Item>
          )}
          <Form.Item
            name="roles"
            label={t('roles')}
            rules={[{ required: true, type: 'array', min: 1, message: t('needRole') }]}
          >
            <RoleChoice />
          </Form.Item>
          {how !== 'account' && (
            <div className="form-grid">
              {how === 'link' && (
                <Form.Item name="uses" label={t('uses')}>
                  <InputNumber min={1} max={1000} style={{ width: '100%' }} />
                </Form.Item>
              )}
              <Form.Item name="days" label={t('days')}>
                <InputNumber min={1} max={90} style={{ width: '100%' }} />
              </Form.Item>
              <Form.Item name="note" label={t('note')} className="whole">
                <Input maxLength={200} />
              </Form.Item>
            </div>
          )}
        </Form>
      )}
    </Drawer>
  );
}
