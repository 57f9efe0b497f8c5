/** A session: title, venue, chairs, time. */
import { Button, DatePicker, Drawer, Form, Input, InputNumber, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import type { Session } from '#contracts/conference.ts';
import type { Venue } from '#contracts/venue.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { PeopleFields, peopleOf } from './people-fields.tsx';
import { programmeApi } from './programme-api.ts';
import { t } from './texts.ts';
import { momentOf, wallText } from './zone.ts';

const format = 'YYYY-MM-DD HH:mm';

type Fields = Pick<Session, 'title' | 'venueId' | 'chairs'> & { start: Dayjs; minutes: number };
type SessionDrawerProps = {
  readonly session: Session | undefined;
  readonly venues: readonly Venue[];
  readonly start?: { readonly venueId?: string; readonly day?: string };
  onClose(done: boolean): void;
};

export function SessionDrawer({ session, venues, start, onClose }: SessionDrawerProps) {
  const { conference } = useConference();
  const { timeZone, startDate } = conference;
  const { busy, run } = useAct();
  const [form] = Form.useForm<Fields>();
  const initial: Fields = session
    ? {
        ...session,
        start: dayjs(wallText(session.plannedStart, timeZone)),
        minutes: session.plannedMinutes,
      }
    : {
        ...{ title: '', chairs: [], minutes: 90 },
        venueId: start?.venueId ?? venues[0]?.id ?? '',
        start: dayjs(`${start?.day ?? startDate} 08:30`),
      };
  const submit = ({ title, venueId, chairs, start, minutes }: Fields) =>
    run(async () => {
      const fields = {
        ...{ title: title.trim(), venueId, chairs: peopleOf(chairs), plannedMinutes: minutes },
        plannedStart: momentOf(start.format(format), timeZone),
      };
      if (session) await programmeApi.updateSession(session.id, fields);
      else await programmeApi.createSession(conference.id, fields);
      onClose(true);
    }, t('changed'));
  const needed = [{ required: true, message: c('required') }];
  return (
    <Drawer
      open
      size={600}
      title={t(session ? 'editSession' : 'addSession')}
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
        <Form.Item name="title" label={t('talkTitle')} rules={needed}>
          <Input maxLength={300} autoFocus />
        </Form.Item>
        <Form.Item name="venueId" label={t('venue')} rules={needed}>
          <Select options={venues.map(({ id, title }) => ({ value: id, label: title }))} />
        </Form.Item>
        <div className="form-grid">
          <Form.Item
            name="start"
            label={t('start')}
            rules={needed}
            extra={t('startHint', { zone: timeZone })}
          >
            <DatePicker
              showTime={{ format: 'HH:mm' }}
              format={format}
              minuteStep={5}
              allowClear={false}
              style={{ width: '100%' }}
            />
          </Form.Item>
          <Form.Item name="minutes" label={t('minutes')} rules={needed}>
            <InputNumber min={1} max={1440} precision={0} style={{ width: '100%' }} />
          </Form.Item>
        </div>
        <PeopleFields name="chairs" label={t('chairs')} />
      </Form>
    </Drawer>
  );
}
