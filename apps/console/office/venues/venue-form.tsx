/** Settings of a venue, or a new one. */
import { Button, Checkbox, Drawer, Form, Input, InputNumber, Select } from 'antd';
import { type Venue, type VenueSettings, venueDefaults, venueSettingsSchema } from '#contracts/venue.ts';
import { request } from '../../api.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { at } from '../office-api.ts';
import { t } from './texts.ts';

const { tier, renditions } = venueSettingsSchema.shape;

export function VenueForm({ venue, onClose }: { venue: Venue | undefined; onClose(done: boolean): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<VenueSettings>();
  const playback = Form.useWatch('tier', form);
  const submit = (settings: VenueSettings) =>
    run(async () => {
      const body = { ...settings, title: settings.title.trim() };
      if (venue) await request('PATCH', at('venues', venue.id), body);
      else await request('POST', '/venues', { ...body, conferenceId: conference.id });
      onClose(true);
    }, c('saved'));
  return (
    <Drawer
      open
      size={520}
      title={venue ? t('settingsOf', { title: venue.title }) : t('create')}
      onClose={() => onClose(false)}
      footer={
        <div className="form-foot">
          <Button type="primary" loading={busy} onClick={() => form.submit()}>
            {c(venue ? 'save' : 'create')}
          </Button>
          <Button onClick={() => onClose(false)}>{c('cancel')}</Button>
        </div>
      }
    >
      <Form<VenueSettings>
        form={form}
        layout="vertical"
        initialValues={venue ?? { ...venueDefaults, title: '' }}
        onFinish={(settings) => void submit(settings)}
      >
        <Form.Item
          name="title"
          label={t('name')}
          extra={t('nameHint')}
          rules={[{ required: true, whitespace: true, max: 120, message: t('needName') }]}
        >
          <Input maxLength={120} autoFocus />
        </Form.Item>
        {(['autoLive', 'takeover', 'signedPush'] as const).map((name) => (
          <Form.Item key={name} name={name} valuePropName="checked">
            <Checkbox>{t(name)}</Checkbox>
          </Form.Item>
        ))}
        <Form.Item
          name="renditions"
          label={t('renditions')}
          rules={[{ required: true, type: 'array', min: 1, message: t('needRendition') }]}
        >
          <Checkbox.Group
            options={renditions.element.options.map((value) => ({ value, label: t(`rendition.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="tier" label={t('tier')}>
          <Select options={tier.options.map((value) => ({ value, label: t(`tier.${value}`) }))} />
        </Form.Item>
        {/* Kept in the form when hidden: a PATCH with a hole in it would be refused. */}
        <Form.Item name="standardAbove" label={t('standardAbove')} hidden={playback !== 'auto'}>
          <InputNumber min={1} max={10_000_000} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="awayMinutes" label={t('awayMinutes')}>
          <InputNumber min={0.05} max={240} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="retentionDays" label={t('retentionDays')}>
          <InputNumber min={0} max={3650} precision={0} style={{ width: '100%' }} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}
