/** A conference's settings: titles, dates, address, registration, policy of replays, embedding; its state; deleting it. */
import { Button, Checkbox, DatePicker, Form, Input, InputNumber, Radio, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { type Conference, type ReplayPolicy, replayPolicies, slugSchema } from '#contracts/conference.ts';
import { type ProfileField, profileFields } from '#contracts/profile.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { type ConferenceChanges, officeApi } from '../office-api.ts';
import { Part, Section } from '../parts.tsx';
import { useLeaveGuard } from '../use-leave-guard.ts';
import { fieldText } from '../words.ts';
import { DeleteConference } from './delete-conference.tsx';
import { readOrigins } from './embed-origins.ts';
import { StateMoves } from './state-moves.tsx';
import { t } from './texts.ts';

type Asked = 'no' | 'ask' | 'required';
type Fields = Pick<
  Conference,
  'titleZh' | 'titleEn' | 'place' | 'timeZone' | 'slug' | 'support' | 'registration'
> & {
  dates: [Dayjs, Dayjs];
  form: Record<ProfileField, Asked>;
  replayPolicy: ReplayPolicy;
  embed: string;
};

function fieldsOf(conference: Conference): Fields {
  const { titleZh, titleEn, place, timeZone, slug, support, registration, replayPolicy } = conference;
  const asked = new Map(conference.fields.map(({ field, required }) => [field, required]));
  const form = Object.fromEntries(
    profileFields.map((field): [ProfileField, Asked] => {
      const required = asked.get(field);
      return [field, required === undefined ? 'no' : required ? 'required' : 'ask'];
    }),
  ) as Record<ProfileField, Asked>;
  return {
    ...{ titleZh, titleEn, place, timeZone, slug, support, registration, replayPolicy, form },
    dates: [dayjs(conference.startDate), dayjs(conference.endDate)],
    embed: conference.embedOrigins.join('\n'),
  };
}

function changesOf({ dates, form, embed, slug, ...rest }: Fields, before: Conference): ConferenceChanges {
  const read = readOrigins(embed);
  return {
    ...rest,
    ...(slug === before.slug ? {} : { slug }),
    titleZh: rest.titleZh.trim(),
    registration: { ...rest.registration, capacity: rest.registration.capacity ?? null },
    startDate: dates[0].format('YYYY-MM-DD'),
    endDate: dates[1].format('YYYY-MM-DD'),
    fields: profileFields.flatMap((field) =>
      form[field] === 'no' ? [] : [{ field, required: form[field] === 'required' }],
    ),
    ...('origins' in read ? { embedOrigins: read.origins } : {}),
  };
}

export function Settings() {
  const { conference, changed, may } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<Fields>();
  const [dirty, setDirty] = useState(false);
  useLeaveGuard(dirty, t('leave'));
  const slug = Form.useWatch('slug', form);
  const save = (fields: Fields) =>
    run(async () => {
      const saved = await officeApi.updateConference(conference.id, changesOf(fields, conference));
      setDirty(false);
      changed(saved);
    }, c('saved'));
  const zones = Intl.supportedValuesOf('timeZone');
  return (
    <Section title={t('title')}>
      <StateMoves />
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={fieldsOf(conference)}
        onValuesChange={() => setDirty(true)}
        onFinish={(fields) => void save(fields)}
        scrollToFirstError
      >
        <Part title={t('basics')}>
          <div className="form-grid">
            <Form.Item
              name="titleZh"
              label={t('titleZh')}
              rules={[{ required: true, whitespace: true, message: c('required') }]}
            >
              <Input maxLength={200} />
            </Form.Item>
            <Form.Item name="titleEn" label={t('titleEn')}>
              <Input maxLength={200} />
            </Form.Item>
            <Form.Item name="dates" label={t('dates')} rules={[{ required: true, message: c('required') }]}>
              <DatePicker.RangePicker style={{ width: '100%' }} allowClear={false} />
            </Form.Item>
            <Form.Item name="timeZone" label={t('timeZone')}>
              <Select showSearch options={zones.map((value) => ({ value, label: value }))} />
            </Form.Item>
            <Form.Item name="place" label={t('place')}>
              <Input maxLength={200} />
            </Form.Item>
            <Form.Item
              name="slug"
              label={t('slug')}
              extra={
                slug !== undefined && slug !== conference.slug
                  ? t('slugWarning')
                  : `${location.origin}/c/${slug ?? ''}`
              }
              rules={[
                {
                  validator: (_rule, value: string) =>
                    slugSchema.safeParse(value).success
                      ? Promise.resolve()
                      : Promise.reject(new Error(t('slugRule'))),
                },
              ]}
            >
              <Input maxLength={60} />
            </Form.Item>
          </div>
        </Part>
        <Part title={t('support')}>
          <div className="form-grid">
            <Form.Item name={['support', 'name']} label={t('supportName')}>
              <Input maxLength={80} />
            </Form.Item>
            <Form.Item name={['support', 'phone']} label={t('supportPhone')}>
              <Input maxLength={40} inputMode="tel" />
            </Form.Item>
            <Form.Item name={['support', 'email']} label={t('supportEmail')} rules={[{ type: 'email' }]}>
              <Input maxLength={200} inputMode="email" />
            </Form.Item>
          </div>
        </Part>
        <Part title={t('registration')}>
          <div className="form-grid">
            {(['open', 'approval', 'waitingList'] as const).map((name) => (
              <Form.Item key={name} name={['registration', name]} valuePropName="checked">
                <Checkbox>{t(name)}</Checkbox>
              </Form.Item>
            ))}
            <Form.Item name={['registration', 'capacity']} label={t('capacity')}>
              <InputNumber min={1} max={1_000_000} precision={0} style={{ width: '100%' }} />
            </Form.Item>
          </div>
          <h3>{t('form')}</h3>
          <p className="hint">{t('formHint')}</p>
          <div className="form-grid">
            {profileFields.map((field) => (
              <Form.Item key={field} name={['form', field]} noStyle>
                <FieldChoice field={field} />
              </Form.Item>
            ))}
          </div>
        </Part>
        <Part title={t('replays')}>
          <Form.Item name="replayPolicy" label={t('policy')}>
            <Radio.Group
              vertical
              options={replayPolicies.map((value) => ({ value, label: t(`policy.${value}`) }))}
            />
          </Form.Item>
        </Part>
        <Part title={t('embed')}>
          <Form.Item
            name="embed"
            label={t('embedOrigins')}
            extra={t('embedHint')}
            rules={[
              {
                validator: (_rule, value: string) => {
                  const read = readOrigins(value);
                  return 'bad' in read
                    ? Promise.reject(new Error(t('embedBad', { value: read.bad })))
                    : Promise.resolve();
                },
              },
            ]}
          >
            <Input.TextArea rows={3} />
          </Form.Item>
        </Part>
        <div className="form-foot" style={{ marginBottom: 20 }}>
          <Button type="primary" htmlType="submit" loading={busy} disabled={!dirty}>
            {t('save')}
          </Button>
          {dirty && <span role="status">{t('unsaved')}</span>}
        </div>
      </Form>
      {may('conference.delete') && <DeleteConference />}
    </Section>
  );
}

/** Asked or not, and whether an answer is required: two ticks for one value. */
function FieldChoice({
  field,
  value = 'no',
  onChange,
}: {
  field: ProfileField;
  value?: Asked;
  onChange?(value: Asked): void;
}) {
  const name = fieldText(field);
  return (
    <fieldset aria-label={name} className="row" style={{ border: 0, padding: 0, margin: 0 }}>
      <Checkbox checked={value !== 'no'} onChange={({ target }) => onChange?.(target.checked ? 'ask' : 'no')}>
        {name}
      </Checkbox>
      <Checkbox
        checked={value === 'required'}
        disabled={value === 'no'}
        aria-label={`${name} · ${c('required')}`}
        onChange={({ target }) => onChange?.(target.checked ? 'required' : 'ask')}
      >
        {c('required')}
      </Checkbox>
    </fieldset>
  );
}
