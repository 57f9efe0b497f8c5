/** What the speakers of one talk have answered; links for them; answers given on paper. */
import { Alert, Button, Checkbox, DatePicker, Drawer, Form, Input, InputNumber, Radio, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { ConsentAnswer } from '#contracts/access.ts';
import type { Consent, TalkConsent } from '#contracts/consent.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { CopyField, EmptyState, Part } from '../parts.tsx';
import { timeText } from '../words.ts';
import { replaysApi } from './replays-api.ts';
import { t } from './texts.ts';

type Person = { readonly name: string; readonly unit: string; readonly consent: Consent | undefined };
type DrawerProps = { consent: TalkConsent; onChanged(): void; onClose(): void };

export function ConsentDrawer({ consent, onChanged, onClose }: DrawerProps) {
  const people: Person[] = [
    ...consent.consents.map((one) => ({ name: one.name, unit: one.unit, consent: one })),
    ...consent.missing.map((one) => ({ ...one, consent: undefined })),
  ];
  return (
    <Drawer open size={640} title={t('consentOf', { title: consent.title })} onClose={onClose}>
      {people.length === 0 && <EmptyState title={t('noSpeakers')} hint={t('noTalksHint')} />}
      {people.map((person) => (
        <PersonPart
          // Not the consent's id: it comes with the link, and the part that shows the link must stay.
          key={`${person.name} ${person.unit}`}
          talkId={consent.talkId}
          person={person}
          onChanged={onChanged}
        />
      ))}
    </Drawer>
  );
}

function answerWords({ replay, download, embargo, reviewFirst, reviewed }: ConsentAnswer): string {
  return [
    t(`answer.${replay}`),
    t(download ? 'withDownload' : 'noDownload'),
    embargo === null ? '' : t('verdictFrom', { time: timeText(embargo) }),
    reviewFirst && !reviewed ? t('waitsReview') : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

function PersonPart({ talkId, person, onChanged }: { talkId: string; person: Person; onChanged(): void }) {
  const { name, unit, consent } = person;
  const [open, setOpen] = useState<'link' | 'record'>();
  return (
    <Part
      title={unit ? `${name} · ${unit}` : name}
      extra={
        <>
          <Button aria-label={`${t(consent ? 'askAgain' : 'ask')} · ${name}`} onClick={() => setOpen('link')}>
            {t(consent ? 'askAgain' : 'ask')}
          </Button>
          <Button aria-label={t('recordOf', { name })} onClick={() => setOpen('record')}>
            {t('record')}
          </Button>
        </>
      }
    >
      {consent ? (
        <p>
          <Tag color={consent.state === 'answered' ? 'green' : 'gold'}>{t(consent.state)}</Tag>
          {consent.answer && answerWords(consent.answer)}
          {consent.answeredBy === 'staff' && `（${t('byStaff')}：${consent.note}）`}{' '}
          <span className="hint">
            {consent.phone} {consent.answeredAt !== null && timeText(consent.answeredAt)}
            {consent.remindedAt !== null && ` · ${t('remindedAt', { time: timeText(consent.remindedAt) })}`}
          </span>
        </p>
      ) : (
        <p className="hint">{t('notAskedYet')}</p>
      )}
      {open === 'link' && <AskForm talkId={talkId} person={person} onDone={onChanged} />}
      {open === 'record' && (
        <RecordForm
          talkId={talkId}
          person={person}
          onDone={() => {
            setOpen(undefined);
            onChanged();
          }}
        />
      )}
    </Part>
  );
}

type Contact = { phone?: string; email?: string; days: number; send: boolean };

function AskForm({ talkId, person, onDone }: { talkId: string; person: Person; onDone(): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [url, setUrl] = useState<string>();
  if (url)
    return (
      <>
        <Alert type="success" showIcon title={t('linkOnce')} style={{ marginBottom: 12 }} />
        <CopyField label={t('link')} text={new URL(url, location.origin).href} />
      </>
    );
  const { name, unit } = person;
  return (
    <Form<Contact>
      layout="vertical"
      initialValues={{ days: 365, send: false, email: person.consent?.email ?? '' }}
      onFinish={({ phone = '', email = '', days, send }) =>
        void run(async () => {
          const made = await replaysApi.link(conference.id, talkId, { name, unit, phone, email, days, send });
          setUrl(made.url);
          onDone();
        })
      }
    >
      <div className="form-grid">
        <Form.Item name="phone" label={t('phone')}>
          <Input maxLength={30} inputMode="tel" />
        </Form.Item>
        <Form.Item name="email" label={t('email')} rules={[{ type: 'email' }]}>
          <Input maxLength={200} inputMode="email" />
        </Form.Item>
        <Form.Item name="days" label={t('days')}>
          <InputNumber min={1} max={730} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="send" valuePropName="checked">
          <Checkbox>{t('send')}</Checkbox>
        </Form.Item>
      </div>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('ask')}
      </Button>
    </Form>
  );
}

type Answer = Omit<ConsentAnswer, 'embargo'> & { embargo: Dayjs | null; note: string };

function RecordForm({ talkId, person, onDone }: { talkId: string; person: Person; onDone(): void }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [form] = Form.useForm<Answer>();
  const who = person.consent ? { consentId: person.consent.id } : { name: person.name };
  const record = (answer: ConsentAnswer | null, note: string) =>
    void run(() => replaysApi.record(conference.id, talkId, { ...who, answer, note }), c('saved')).then(
      (done) => done && onDone(),
    );
  return (
    <Form<Answer>
      form={form}
      layout="vertical"
      initialValues={{
        replay: 'all',
        download: false,
        embargo: null,
        reviewFirst: false,
        reviewed: false,
        note: '',
      }}
      onFinish={({ replay, download, embargo, reviewFirst, reviewed, note }) =>
        record({ replay, download, reviewFirst, reviewed, embargo: embargo?.valueOf() ?? null }, note)
      }
    >
      <Form.Item name="replay" label={t('answer')}>
        <Radio.Group
          options={(['all', 'delegates', 'nobody'] as const).map((value) => ({
            value,
            label: t(`answer.${value}`),
          }))}
        />
      </Form.Item>
      <div className="form-grid">
        {(['download', 'reviewFirst', 'reviewed'] as const).map((name) => (
          <Form.Item key={name} name={name} valuePropName="checked">
            <Checkbox>{t(name)}</Checkbox>
          </Form.Item>
        ))}
        <Form.Item name="embargo" label={t('embargo')}>
          <DatePicker style={{ width: '100%' }} />
        </Form.Item>
      </div>
      <Form.Item
        name="note"
        label={t('note')}
        rules={[{ required: true, whitespace: true, message: t('needNote') }]}
      >
        <Input maxLength={500} />
      </Form.Item>
      <div className="form-foot">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('record')}
        </Button>
        {person.consent?.answer && (
          <Button
            danger
            onClick={() =>
              void form.validateFields(['note']).then(
                ({ note }) => record(null, note),
                () => undefined,
              )
            }
          >
            {t('takeBack')}
          </Button>
        )}
      </div>
    </Form>
  );
}
