/** The director's changes of the day: a delay that carries what follows along (顺延), and a swap of two talks. */
import { Form, InputNumber, Modal, Radio, Select } from 'antd';
import { delaySchema } from '#contracts/conference.ts';
import type { Talk } from '#contracts/talk.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { programmeApi } from './programme-api.ts';
import { t } from './texts.ts';

type Delay = { minutes: number; scope: 'talk' | 'session' | 'day' };

export function DelayModal({ talk, onClose }: { talk: Talk; onClose(done: boolean): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<Delay>();
  const scopes = delaySchema.shape.scope.options.filter(
    (scope) => scope !== 'session' || talk.sessionId !== null,
  );
  return (
    <Modal
      open
      title={t('delayTitle', { title: talk.title })}
      okText={t('delayDo')}
      cancelText={c('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={() => onClose(false)}
    >
      <Form<Delay>
        form={form}
        layout="vertical"
        initialValues={{ minutes: 10, scope: talk.sessionId === null ? 'day' : 'session' }}
        onFinish={(delay) =>
          void run(() => programmeApi.delay(conference.id, { talkId: talk.id, ...delay }), t('changed')).then(
            (done) => done && onClose(true),
          )
        }
      >
        <Form.Item
          name="minutes"
          label={t('delayMinutes')}
          rules={[{ required: true, message: c('required') }]}
        >
          <InputNumber min={-240} max={240} precision={0} autoFocus style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="scope" label={t('delayScope')}>
          <Radio.Group vertical options={scopes.map((value) => ({ value, label: t(`scope.${value}`) }))} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

export function SwapModal({
  talk,
  talks,
  onClose,
}: {
  talk: Talk;
  talks: readonly Talk[];
  onClose(done: boolean): void;
}) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<{ other: string }>();
  const others = talks.filter(({ id, state }) => id !== talk.id && state === 'planned');
  return (
    <Modal
      open
      title={t('swapTitle', { title: talk.title })}
      okText={t('swapDo')}
      cancelText={c('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={() => onClose(false)}
    >
      <Form
        form={form}
        layout="vertical"
        onFinish={({ other }) =>
          void run(() => programmeApi.swap(conference.id, talk.id, other), t('changed')).then(
            (done) => done && onClose(true),
          )
        }
      >
        <Form.Item name="other" label={t('talkTitle')} rules={[{ required: true, message: c('required') }]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={others.map(({ id, title, speakers }) => ({
              value: id,
              label: [title, ...speakers.map(({ name }) => name)].join(' · '),
            }))}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
