/** Programmes kept elsewhere, read on a schedule. */
import { Button, Checkbox, Drawer, Form, Input, InputNumber, Tag } from 'antd';
import { language } from '../../../ui/i18n.ts';
import { useAct, useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { EmptyState, Waiting } from '../parts.tsx';
import { timeText } from '../words.ts';
import { programmeApi } from './programme-api.ts';
import { t } from './texts.ts';

type Fields = { url: string; everyMinutes: number; cancelMissing: boolean };

export function Sources({ onClose }: { onClose(): void }) {
  const { conference } = useConference();
  const { id } = conference;
  const { busy, run } = useAct();
  const asked = useAsk((signal) => programmeApi.sources(id, signal), [id], 5000);
  const [form] = Form.useForm<Fields>();
  const add = (fields: Fields) =>
    run(() => programmeApi.addSource(id, fields), c('saved')).then((done) => {
      if (!done) return;
      form.resetFields();
      asked.again();
    });
  return (
    <Drawer open size={640} title={t('sources')} onClose={onClose}>
      <p className="hint">{t('sourcesHint')}</p>
      <Waiting asked={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('noSources')} hint={t('noSourcesHint')} />
          ) : (
            <ul className="plain-list">
              {items.map(({ id: source, url, everyMinutes, askedAt, result }) => (
                <li key={source}>
                  <span className="grow">
                    <span className="wrap-any">{url}</span>{' '}
                    {result && (
                      <Tag color={result.state === 'failed' ? 'red' : 'green'}>
                        {t(`result.${result.state}`)}
                      </Tag>
                    )}
                    <br />
                    <span className="hint">
                      {t('everyOf', { minutes: everyMinutes })} ·{' '}
                      {askedAt === null ? t('notAsked') : t('askedAt', { time: timeText(askedAt) })}
                      {result && ` · ${language() === 'en' ? result.message.en : result.message.zh}`}
                    </span>
                  </span>
                  <Button
                    aria-label={`${t('runNow')} · ${url}`}
                    onClick={() =>
                      void run(() => programmeApi.runSource(id, source), t('running')).then(asked.again)
                    }
                  >
                    {t('runNow')}
                  </Button>
                  <Button
                    danger
                    aria-label={`${c('delete')} · ${url}`}
                    onClick={() =>
                      void run(() => programmeApi.deleteSource(id, source), c('deleted')).then(asked.again)
                    }
                  >
                    {c('delete')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Waiting>
      <Form<Fields>
        form={form}
        layout="vertical"
        style={{ marginTop: 20 }}
        initialValues={{ url: '', everyMinutes: 15, cancelMissing: false }}
        onFinish={(fields) => void add(fields)}
      >
        <Form.Item
          name="url"
          label={t('url')}
          rules={[{ required: true, pattern: /^https?:\/\/\S+$/, message: c('required') }]}
        >
          <Input inputMode="url" placeholder="https://" maxLength={1000} />
        </Form.Item>
        <Form.Item name="everyMinutes" label={t('every')}>
          <InputNumber min={5} max={1440} precision={0} />
        </Form.Item>
        <Form.Item name="cancelMissing" valuePropName="checked">
          <Checkbox>{t('cancelGone')}</Checkbox>
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('addSource')}
        </Button>
      </Form>
    </Drawer>
  );
}
