/** A new conference: titles, dates, address; from nothing or from an earlier one. */
import { App, Button, DatePicker, Drawer, Form, Input, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { type Conference, slugSchema } from '#contracts/conference.ts';
import { errorText } from '../../api.ts';
import { conferencePath, navigate } from '../../router.ts';
import { c } from '../common-texts.ts';
import { officeApi } from '../office-api.ts';
import { pairs } from '../pairs.ts';
import { titleOf } from './conference-words.ts';
import { suggestSlug } from './slug.ts';

const t = pairs({
  title: ['新建会议', 'New conference'],
  titleZh: ['会议名称', 'Title in Chinese'],
  titleZhHint: ['例如：第 18 届心血管病学年会', 'As the printed programme has it'],
  titleEn: ['英文名称', 'Title in English'],
  dates: ['起止日期', 'First and last day'],
  place: ['地点', 'Place'],
  slug: ['网址', 'Web address'],
  slugHint: ['观众打开 {origin}/c/{slug}', 'Viewers open {origin}/c/{slug}'],
  slugRule: [
    '2–60 个小写字母、数字，可用连字符分开',
    '2–60 lower-case letters and digits, parted by hyphens',
  ],
  copyFrom: ['从以往的会议复制', 'Copy from an earlier one'],
  copyHint: [
    '复制设置、会场、日程（日期顺移）、观看规则和人员；不复制录像和报名。',
    'Takes settings, venues, programme (moved to the new dates), rules and people; no recordings, no registrations.',
  ],
  fresh: ['不复制，从空白开始', 'No, start from nothing'],
  needTitle: ['请填写会议名称', 'Give it a title'],
  needDates: ['请选择起止日期', 'Choose the first and last day'],
  create: ['新建', 'Create'],
});

type Fields = {
  titleZh: string;
  titleEn?: string;
  dates: [Dayjs, Dayjs];
  place?: string;
  slug: string;
  copyFrom?: string;
};

export function CreateConference({ known, onClose }: { known: readonly Conference[]; onClose(): void }) {
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [busy, setBusy] = useState(false);
  const [ownSlug, setOwnSlug] = useState(false);
  const slug = Form.useWatch('slug', form) ?? '';
  const submit = async ({ titleZh, titleEn = '', dates, place = '', slug, copyFrom }: Fields) => {
    setBusy(true);
    try {
      const made = await officeApi.createConference({
        titleZh: titleZh.trim(),
        titleEn: titleEn.trim(),
        place: place.trim(),
        slug,
        startDate: dates[0].format('YYYY-MM-DD'),
        endDate: dates[1].format('YYYY-MM-DD'),
        ...(copyFrom ? { copyFrom } : {}),
      });
      navigate(conferencePath(made.id));
    } catch (error) {
      void message.error(errorText(error), 6);
      setBusy(false);
    }
  };
  return (
    <Drawer
      open
      title={t('title')}
      size={520}
      onClose={onClose}
      footer={
        <div className="form-foot">
          <Button type="primary" loading={busy} onClick={() => form.submit()}>
            {t('create')}
          </Button>
          <Button onClick={onClose}>{c('cancel')}</Button>
        </div>
      }
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark="optional"
        onFinish={(fields) => void submit(fields)}
        onValuesChange={(changed: Partial<Fields>, all) => {
          if (changed.slug !== undefined) setOwnSlug(changed.slug !== '');
          else if (!ownSlug && (changed.titleEn !== undefined || changed.dates))
            form.setFieldValue(
              'slug',
              suggestSlug(all.titleEn ?? '', all.dates?.[0]?.format('YYYY-MM-DD') ?? ''),
            );
        }}
      >
        <Form.Item
          name="titleZh"
          label={t('titleZh')}
          extra={t('titleZhHint')}
          rules={[{ required: true, whitespace: true, message: t('needTitle') }]}
        >
          <Input maxLength={200} autoFocus />
        </Form.Item>
        <Form.Item name="titleEn" label={t('titleEn')}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="dates" label={t('dates')} rules={[{ required: true, message: t('needDates') }]}>
          <DatePicker.RangePicker style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="place" label={t('place')}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item
          name="slug"
          label={t('slug')}
          extra={slug ? t('slugHint', { origin: location.origin, slug }) : t('slugRule')}
          rules={[
            { required: true, message: t('slugRule') },
            {
              validator: (_rule, value: string) =>
                !value || slugSchema.safeParse(value).success
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('slugRule'))),
            },
          ]}
        >
          <Input maxLength={60} />
        </Form.Item>
        {known.length > 0 && (
          <Form.Item name="copyFrom" label={t('copyFrom')} extra={t('copyHint')} initialValue="">
            <Select
              options={[
                { value: '', label: t('fresh') },
                ...known.map((one) => ({ value: one.id, label: titleOf(one) })),
              ]}
            />
          </Form.Item>
        )}
      </Form>
    </Drawer>
  );
}
