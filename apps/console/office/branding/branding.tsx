/** How the conference's page looks: pictures, colour, introduction, slates, organisers and sponsors. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, ColorPicker, Form, Input } from 'antd';
import { lazy, Suspense, useState } from 'react';
import type { Conference } from '#contracts/conference.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { officeApi } from '../office-api.ts';
import { Part, Section } from '../parts.tsx';
import { useLeaveGuard } from '../use-leave-guard.ts';
import { PictureField } from './picture-field.tsx';
import { t } from './texts.ts';

const RichText = lazy(() => import('./rich-text.tsx'));

type Fields = Pick<
  Conference,
  | 'cover'
  | 'logo'
  | 'colour'
  | 'introductionZh'
  | 'introductionEn'
  | 'thanks'
  | 'warmUp'
  | 'slate'
  | 'organisers'
  | 'sponsors'
>;

const fieldsOf = (conference: Conference): Fields => {
  const { cover, logo, colour, introductionZh, introductionEn, thanks, warmUp, slate } = conference;
  const { organisers, sponsors } = conference;
  return { cover, logo, colour, introductionZh, introductionEn, thanks, warmUp, slate, organisers, sponsors };
};

export function Branding() {
  const { conference, changed } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<Fields>();
  const [dirty, setDirty] = useState(false);
  useLeaveGuard(dirty, t('leave'));
  const save = (fields: Fields) =>
    run(async () => {
      const sponsors = fields.sponsors.map(({ name, logo = null, link }) => ({
        name,
        logo,
        link: link || null,
      }));
      const organisers = fields.organisers.map(({ role = '', name }) => ({ role, name }));
      const saved = await officeApi.updateConference(conference.id, { ...fields, sponsors, organisers });
      setDirty(false);
      changed(saved);
    }, c('saved'));
  return (
    <Section
      title={t('title')}
      extra={
        <Button href={`/c/${conference.slug}`} target="_blank" rel="noreferrer">
          {t('preview')}
        </Button>
      }
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={fieldsOf(conference)}
        onValuesChange={() => setDirty(true)}
        onFinish={(fields) => void save(fields)}
        scrollToFirstError
      >
        <div className="part-grid">
          <Part title={t('pictures')}>
            <Form.Item name="cover" label={t('cover')} extra={t('coverHint')}>
              <PictureField label={t('cover')} />
            </Form.Item>
            <Form.Item name="logo" label={t('logo')}>
              <PictureField label={t('logo')} />
            </Form.Item>
            <Form.Item
              name="colour"
              label={t('colour')}
              extra={t('colourHint')}
              getValueFromEvent={(colour: { toHexString(): string }) => colour.toHexString().slice(0, 7)}
            >
              <ColorPicker disabledAlpha showText />
            </Form.Item>
          </Part>
          <Part title={t('slates')} hint={t('slatesHint')}>
            <Form.Item name="warmUp" label={t('warmUp')}>
              <PictureField label={t('warmUp')} video />
            </Form.Item>
            <Form.Item name="slate" label={t('slate')}>
              <PictureField label={t('slate')} video />
            </Form.Item>
          </Part>
        </div>
        <Part title={t('introduction')}>
          <Suspense fallback={<p role="status">{c('loading')}</p>}>
            {(['introductionZh', 'introductionEn', 'thanks'] as const).map((name) => (
              <Form.Item key={name} name={name} label={t(name)}>
                <RichText label={t(name)} />
              </Form.Item>
            ))}
          </Suspense>
        </Part>
        <div className="part-grid">
          <Organisers />
          <Sponsors />
        </div>
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={busy} disabled={!dirty}>
            {t('save')}
          </Button>
          {dirty && <span role="status">{t('unsaved')}</span>}
        </div>
      </Form>
    </Section>
  );
}

const needed = () => [{ required: true, whitespace: true, message: c('required') }];

function Organisers() {
  return (
    <Part title={t('organisers')}>
      <Form.List name="organisers">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }, k) => (
              <div key={key} className="rule-condition">
                <Form.Item
                  name={[name, 'role']}
                  label={t('role')}
                  extra={k === 0 ? t('roleHint') : undefined}
                >
                  <Input maxLength={40} />
                </Form.Item>
                <Form.Item name={[name, 'name']} label={t('unit')} rules={needed()} className="grow">
                  <Input maxLength={200} />
                </Form.Item>
                <Button aria-label={t('removeOne', { n: k + 1 })} onClick={() => remove(name)}>
                  {t('remove')}
                </Button>
              </div>
            ))}
            <Button icon={<PlusOutlined aria-hidden="true" />} onClick={() => add({ role: '', name: '' })}>
              {t('addOrganiser')}
            </Button>
          </>
        )}
      </Form.List>
    </Part>
  );
}

function Sponsors() {
  return (
    <Part title={t('sponsors')}>
      <Form.List name="sponsors">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }, k) => (
              <div key={key} className="rule-condition">
                <Form.Item name={[name, 'name']} label={t('sponsor')} rules={needed()} className="grow">
                  <Input maxLength={200} />
                </Form.Item>
                <Form.Item
                  name={[name, 'link']}
                  label={t('link')}
                  className="grow"
                  rules={[{ pattern: /^https?:\/\/\S+$/, message: t('badLink') }]}
                >
                  <Input maxLength={500} inputMode="url" placeholder="https://" />
                </Form.Item>
                <Form.Item name={[name, 'logo']} label={t('logo')}>
                  <PictureField label={`${t('logo')} ${k + 1}`} />
                </Form.Item>
                <Button aria-label={t('removeOne', { n: k + 1 })} onClick={() => remove(name)}>
                  {t('remove')}
                </Button>
              </div>
            ))}
            <Button
              icon={<PlusOutlined aria-hidden="true" />}
              onClick={() => add({ name: '', link: '', logo: null })}
            >
              {t('addSponsor')}
            </Button>
          </>
        )}
      </Form.List>
    </Part>
  );
}
