/** Everything about one talk, or a new one. */
import { Button, DatePicker, Drawer, Form, Input, InputNumber, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { type Session, talkTypes } from '#contracts/conference.ts';
import { type Talk, talkInputSchema } from '#contracts/talk.ts';
import type { Venue } from '#contracts/venue.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { PeopleFields, peopleOf } from './people-fields.tsx';
import { programmeApi, type TalkChanges } from './programme-api.ts';
import { t } from './texts.ts';
import { momentOf, wallText } from './zone.ts';

const format = 'YYYY-MM-DD HH:mm';

type Fields = Pick<Talk, 'title' | 'venueId' | 'type' | 'abstract' | 'download' | 'speakers'> & {
  start: Dayjs | null;
  minutes: number | null;
  session: string;
};
type TalkDrawerProps = {
  readonly talk: Talk | undefined;
  readonly venues: readonly Venue[];
  readonly sessions: readonly Session[];
  /** For a new talk. */
  readonly start?: { readonly venueId?: string; readonly day?: string };
  onClose(done: boolean): void;
};

export function TalkDrawer({ talk, venues, sessions, start, onClose }: TalkDrawerProps) {
  const { conference } = useConference();
  const { timeZone } = conference;
  const { busy, run } = useAct();
  const [form] = Form.useForm<Fields>();
  const venueId = Form.useWatch('venueId', form);
  const begun = talk !== undefined && talk.state !== 'planned' && talk.state !== 'cancelled';
  const initial: Fields = talk
    ? {
        ...talk,
        start: talk.plannedStart === null ? null : dayjs(wallText(talk.plannedStart, timeZone)),
        minutes: talk.plannedMinutes,
        session: talk.sessionId ?? '',
      }
    : {
        ...{ title: '', type: 'talk', abstract: '', download: 'no', speakers: [], session: '' },
        venueId: start?.venueId ?? venues[0]?.id ?? '',
        start: start?.day ? dayjs(`${start.day} 08:30`) : null,
        minutes: 20,
      };
  const submit = ({ start, minutes, session, speakers, venueId, title, ...rest }: Fields) =>
    run(async () => {
      const fields: TalkChanges = {
        type: rest.type,
        abstract: rest.abstract ?? '',
        download: rest.download,
        title: title.trim(),
        speakers: peopleOf(speakers),
        plannedStart: start ? momentOf(start.format(format), timeZone) : null,
        plannedMinutes: minutes,
        // Left out: the talk joins the session it falls into.
        ...(session ? { sessionId: session } : {}),
      };
      if (talk)
        await programmeApi.updateTalk(talk.id, venueId === talk.venueId ? fields : { ...fields, venueId });
      else await programmeApi.createTalk(venueId, { ...fields, title: title.trim() });
      onClose(true);
    }, t('changed'));
  const here = sessions.filter((session) => session.venueId === (venueId ?? initial.venueId));
  return (
    <Drawer
      open
      size={600}
      title={t(talk ? 'editTalk' : 'addTalk')}
      onClose={() => onClose(false)}
      footer={
        <div className="form-foot">
          <Button type="primary" loading={busy} onClick={() => form.submit()}>
            {c('save')}
          </Button>
          <Button onClick={() => onClose(false)}>{c('cancel')}</Button>
        </div>
      }
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={initial}
        onFinish={(fields) => void submit(fields)}
      >
        <Form.Item
          name="title"
          label={t('talkTitle')}
          rules={[{ required: true, whitespace: true, message: c('required') }]}
        >
          <Input maxLength={300} autoFocus />
        </Form.Item>
        <div className="form-grid">
          <Form.Item name="venueId" label={t('venue')} rules={[{ required: true, message: c('required') }]}>
            <Select
              disabled={begun}
              options={venues.map(({ id, title }) => ({ value: id, label: title }))}
              onChange={() => form.setFieldValue('session', '')}
            />
          </Form.Item>
          <Form.Item name="session" label={t('session')}>
            <Select
              options={[
                { value: '', label: t('noSession') },
                ...here.map(({ id, title }) => ({ value: id, label: title })),
              ]}
            />
          </Form.Item>
          <Form.Item name="start" label={t('start')} extra={t('startHint', { zone: timeZone })}>
            <DatePicker
              showTime={{ format: 'HH:mm' }}
              format={format}
              minuteStep={5}
              style={{ width: '100%' }}
            />
          </Form.Item>
          <Form.Item name="minutes" label={t('minutes')}>
            <InputNumber min={1} max={1440} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="type" label={t('type')}>
            <Select options={talkTypes.map((value) => ({ value, label: t(`type.${value}`) }))} />
          </Form.Item>
          <Form.Item name="download" label={t('download')}>
            <Select
              options={talkInputSchema.shape.download.options.map((value) => ({
                value,
                label: t(`download.${value}`),
              }))}
            />
          </Form.Item>
        </div>
        <PeopleFields name="speakers" label={t('speakers')} />
        <Form.Item name="abstract" label={t('abstract')}>
          <Input.TextArea rows={5} maxLength={20_000} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}
