/** What the staff did: searched, filtered by time, exported; of one conference, or of the installation. */
import { Button, DatePicker } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { AuditEntry } from '#contracts/audit.ts';
import { rowName } from '../card-columns.ts';
import { c } from '../common-texts.ts';
import { FilterSelect, Listing, useList } from '../listing.tsx';
import { pairs } from '../pairs.ts';
import { EmptyState, Section } from '../parts.tsx';
import { timeText } from '../words.ts';
import { actWords } from './act-words.ts';

const t = pairs({
  title: ['操作记录', 'Audit'],
  searchHint: ['搜索操作、人员或内容', 'Act, person or content'],
  who: ['人员', 'Who'],
  what: ['操作', 'Act'],
  details: ['内容', 'Details'],
  from: ['来自', 'From'],
  period: ['时间范围', 'Period'],
  export: ['导出 CSV', 'Export to CSV'],
  empty: ['还没有记录', 'Nothing yet'],
  emptyHint: ['工作人员的每次修改都会记在这里。', 'Every change by the staff is noted here.'],
  kind: ['类别', 'Kind'],
  'kind.conference.': ['会议', 'Conference'],
  'kind.venue.': ['会场', 'Venue'],
  'kind.talk.': ['报告', 'Talks'],
  'kind.programme.': ['日程', 'Programme'],
  'kind.member.': ['人员', 'People'],
  'kind.invitation.': ['邀请', 'Invitations'],
  'kind.access.': ['观看权限', 'Access'],
  'kind.registration.': ['报名', 'Registrations'],
  'kind.delegates.': ['代表名单', 'Delegates'],
  'kind.clip.': ['回放', 'Replays'],
  'kind.deck.': ['课件', 'Decks'],
});
const kinds = [
  'conference.',
  'venue.',
  'talk.',
  'programme.',
  'member.',
  'invitation.',
  'access.',
  'registration.',
  'delegates.',
  'clip.',
  'deck.',
] as const;

export function AuditTable({ path, csv }: { path: string; csv: string | undefined }) {
  const [action, setAction] = useState<string>();
  const [period, setPeriod] = useState<[Dayjs | null, Dayjs | null] | null>(null);
  const from = period?.[0]?.startOf('day').valueOf();
  const to = period?.[1]?.endOf('day').valueOf();
  const filters = { action, from: from?.toString(), to: to?.toString() };
  const list = useList<AuditEntry>(path, filters);
  const query = new URLSearchParams();
  if (list.q) query.set('q', list.q);
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value);
  return (
    <Section title={t('title')} extra={csv && <Button href={`/api/v1${csv}?${query}`}>{t('export')}</Button>}>
      <Listing<AuditEntry>
        label={t('title')}
        list={list}
        rowKey={({ id }) => String(id)}
        searchHint={t('searchHint')}
        filtered={action !== undefined || period !== null}
        tools={
          <>
            <FilterSelect
              label={t('kind')}
              value={action}
              options={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
              onChange={setAction}
            />
            <DatePicker.RangePicker
              aria-label={t('period')}
              allowEmpty={[true, true]}
              value={period}
              onChange={setPeriod}
            />
          </>
        }
        empty={<EmptyState title={t('empty')} hint={t('emptyHint')} />}
        columns={[
          { title: c('time'), className: 'digits', render: (_, { at }) => timeText(at) },
          { title: t('who'), dataIndex: 'actorName' },
          { title: t('what'), className: rowName, render: (_, { action }) => <Act action={action} /> },
          { title: t('details'), render: (_, row) => <Details details={row.details} /> },
          { title: t('from'), className: 'digits', dataIndex: 'remote' },
        ]}
      />
    </Section>
  );
}

/** In words, with the name that exports and the API use below. */
function Act({ action }: { action: string }) {
  const words = actWords(action);
  return (
    <>
      {words && <div className="nowrap">{words}</div>}
      <code className="hint">{action}</code>
    </>
  );
}

function Details({ details }: { details: AuditEntry['details'] }) {
  const text = Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ');
  return <span className="wrap-any">{text.length > 300 ? `${text.slice(0, 300)}…` : text}</span>;
}
