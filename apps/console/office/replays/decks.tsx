/** The deck of each talk: there or not, converted or not, uploaded with progress. */
import { Button, Input, Progress, Space, Table, Tag } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { Talk } from '#contracts/talk.ts';
import { type UploadProgress, uploadDeck } from '../../../ui/deck-upload.ts';
import { errorText } from '../../api.ts';
import { useAsk } from '../ask.ts';
import { cardColumns } from '../card-columns.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { FileButton } from '../file-button.tsx';
import { FilterSelect, TableRegion } from '../listing.tsx';
import { officeApi } from '../office-api.ts';
import { EmptyState, Waiting } from '../parts.tsx';
import { programmeApi } from '../programme/programme-api.ts';
import { t } from './texts.ts';

const accept = '.pptx,.ppt,.ppsx,.pps,.odp,.pdf';

type Which = 'without' | 'with' | 'problem';
const belongs: Readonly<Record<Which, (talk: Talk) => boolean>> = {
  without: ({ deck }) => deck === null,
  with: ({ deck }) => deck !== null,
  problem: ({ deck }) => deck?.state === 'failed',
};

export function Decks() {
  const { conference } = useConference();
  const { id } = conference;
  const asked = useAsk((signal) => programmeApi.programme(id, signal), [id], 5000);
  const venues = useAsk((signal) => officeApi.venues(id, signal), [id]);
  const [q, setQ] = useState('');
  const [which, setWhich] = useState<string>();
  const names = new Map((venues.data ?? []).map((venue) => [venue.id, venue.title]));
  return (
    <Waiting asked={asked}>
      {({ talks }) => {
        const wanted = (['without', 'with', 'problem'] as const).find((one) => one === which);
        const rows = talks.filter(
          (talk) =>
            talk.type !== 'break' &&
            (!wanted || belongs[wanted](talk)) &&
            [talk.title, ...talk.speakers.map(({ name }) => name)].join(' ').includes(q.trim()),
        );
        if (talks.length === 0) return <EmptyState title={t('noTalks')} hint={t('noTalksHint')} />;
        return (
          <>
            <div className="list-tools">
              <Input
                className="list-search"
                allowClear
                aria-label={t('searchHint')}
                placeholder={t('searchHint')}
                value={q}
                onChange={({ target }) => setQ(target.value)}
              />
              <FilterSelect
                label={t('filterDeck')}
                value={which}
                options={(['without', 'with', 'problem'] as const).map((value) => ({
                  value,
                  label: t(value),
                }))}
                onChange={setWhich}
              />
            </div>
            <TableRegion label={t('decks')}>
              <Table<Talk>
                dataSource={rows}
                rowKey={(talk) => talk.id}
                pagination={{ pageSize: 50, showSizeChanger: false, hideOnSinglePage: true }}
                columns={cardColumns<Talk>([
                  { title: t('talk'), dataIndex: 'title' },
                  {
                    title: t('speakers'),
                    render: (_, { speakers }) => speakers.map(({ name }) => name).join(c('comma')),
                  },
                  { title: t('venue'), render: (_, { venueId }) => names.get(venueId) },
                  { title: t('deck'), render: (_, { deck }) => <DeckState deck={deck} /> },
                  {
                    title: c('actions'),
                    render: (_, talk) => <DeckUpload talk={talk} onDone={asked.again} />,
                  },
                ])}
              />
            </TableRegion>
          </>
        );
      }}
    </Waiting>
  );
}

function DeckState({ deck }: { deck: Talk['deck'] }) {
  if (!deck) return <span className="hint">{t('noDeck')}</span>;
  const colour = deck.state === 'ready' ? 'green' : deck.state === 'failed' ? 'red' : 'blue';
  return (
    <>
      <Tag color={colour}>{t(`deck.${deck.state}`, { pages: deck.pages })}</Tag>
      <span className="hint wrap-any">{deck.name}</span>
    </>
  );
}

function DeckUpload({ talk, onDone }: { talk: Talk; onDone(): void }) {
  const [progress, setProgress] = useState<UploadProgress>();
  const [problem, setProblem] = useState('');
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const send = async (file: File) => {
    const controller = new AbortController();
    running.current = controller;
    setProblem('');
    setProgress({ percent: 0, paused: false });
    try {
      await uploadDeck(talk.id, [file], controller.signal, setProgress);
      onDone();
    } catch (error) {
      if (!controller.signal.aborted) setProblem(errorText(error));
    }
    setProgress(undefined);
  };
  if (progress)
    return (
      <Space role="status">
        <Progress type="circle" size={32} percent={progress.percent} aria-label={t('upload')} />
        {t(progress.paused ? 'paused' : 'uploading', { percent: progress.percent })}
        <Button onClick={() => running.current?.abort()}>{t('stop')}</Button>
      </Space>
    );
  const label = t(talk.deck ? 'replaceDeck' : 'upload');
  return (
    <>
      <FileButton
        label={label}
        name={`${label} · ${talk.title}`}
        accept={accept}
        onFile={(file) => void send(file)}
      />
      {problem !== '' && (
        <div className="bad-words" role="alert">
          {problem}
        </div>
      )}
    </>
  );
}
