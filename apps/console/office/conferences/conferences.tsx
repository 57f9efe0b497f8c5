/** The conferences a person may see, as cards; and making a new one. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Segmented, Tag } from 'antd';
import { useState } from 'react';
import type { Conference, ConferenceState } from '#contracts/conference.ts';
import { usePageSign } from '../../page-sign.ts';
import { conferencePath } from '../../router.ts';
import { PageLink } from '../../shell.tsx';
import { useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { usePlatformActions } from '../frame.tsx';
import { officeApi } from '../office-api.ts';
import { pairs } from '../pairs.ts';
import { EmptyState, Section, Waiting } from '../parts.tsx';
import { stateColour, stateText, titleOf } from './conference-words.ts';
import { CreateConference } from './create-conference.tsx';

const t = pairs({
  title: ['会议', 'Conferences'],
  create: ['新建会议', 'New conference'],
  current: ['当前', 'Current'],
  past: ['已结束', 'Past'],
  all: ['全部', 'All'],
  which: ['显示哪些会议', 'Which conferences'],
  empty: ['还没有会议', 'No conference yet'],
  emptyMay: [
    '新建一个会议：填写名称和日期就可以，日程、会场、人员和权限之后逐项补充。',
    'Make one: a title and dates are enough. Programme, venues, people and access follow step by step.',
  ],
  emptyMayNot: [
    '您还不是任何会议的工作人员。请向组委会索取邀请链接，用这个账号打开即可加入。',
    'You are not on the staff of a conference yet. Ask the organisers for an invitation link and open it with this account.',
  ],
  nothing: ['这里没有会议', 'None here'],
  nothingHint: ['换到“全部”看看。', 'Look under “All”.'],
  counts: ['{venues} 个会场 · {talks} 个报告', '{venues} venues · {talks} talks'],
});

type Which = 'current' | 'past' | 'all';
const isPast = (state: ConferenceState) => state === 'over' || state === 'archived';
const rank: Readonly<Record<ConferenceState, number>> = {
  running: 0,
  published: 1,
  draft: 2,
  over: 3,
  archived: 4,
};

export function Conferences() {
  usePageSign('none', t('title'));
  const mayCreate = usePlatformActions().has('conference.create');
  const asked = useAsk(officeApi.conferences, []);
  const [which, setWhich] = useState<Which>();
  const [creating, setCreating] = useState(false);
  const create = mayCreate && (
    <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );
  return (
    <main id="main" className="office-main alone">
      <Section title={t('title')} extra={create}>
        <Waiting asked={asked}>
          {({ items }) => {
            // Before anyone chooses, what there is: a list of past ones is better than an empty page.
            const shown = which ?? (items.some(({ state }) => !isPast(state)) ? 'current' : 'all');
            const list = items
              .filter(({ state }) => shown === 'all' || isPast(state) === (shown === 'past'))
              .sort((a, b) => rank[a.state] - rank[b.state] || b.startDate.localeCompare(a.startDate));
            if (items.length === 0)
              return (
                <EmptyState title={t('empty')} hint={t(mayCreate ? 'emptyMay' : 'emptyMayNot')}>
                  {create}
                </EmptyState>
              );
            return (
              <>
                <div className="list-tools">
                  <Segmented<Which>
                    aria-label={t('which')}
                    value={shown}
                    options={(['current', 'past', 'all'] as const).map((value) => ({
                      value,
                      label: t(value),
                    }))}
                    onChange={setWhich}
                  />
                </div>
                {list.length === 0 ? (
                  <EmptyState title={t('nothing')} hint={t('nothingHint')} />
                ) : (
                  <ul className="card-list">
                    {list.map((one) => (
                      <ConferenceCard key={one.id} conference={one} />
                    ))}
                  </ul>
                )}
              </>
            );
          }}
        </Waiting>
      </Section>
      {creating && <CreateConference known={asked.data?.items ?? []} onClose={() => setCreating(false)} />}
      <span className="r-hidden" role="status">
        {asked.loading ? c('loading') : ''}
      </span>
    </main>
  );
}

function ConferenceCard({ conference }: { conference: Conference }) {
  const { id, state, startDate, endDate, place, cover, colour, venues, talks } = conference;
  return (
    <li className="conference-card">
      <div className="cover" style={{ backgroundColor: colour }}>
        {cover && <img src={cover} alt="" />}
      </div>
      <div className="words">
        <h2>
          <PageLink href={conferencePath(id)}>{titleOf(conference)}</PageLink>
        </h2>
        <span className="muted-row">
          <Tag color={stateColour[state]}>{stateText(state)}</Tag>
          <span className="digits">
            {startDate} – {endDate}
          </span>
          {place && <span>{place}</span>}
        </span>
        <span className="muted-row">{t('counts', { venues, talks })}</span>
      </div>
    </li>
  );
}
