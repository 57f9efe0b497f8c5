/** Replays of a conference's talks: state, what the speakers answered, and what is done with many at once. */
import { App, Button, Table, Tag } from 'antd';
import { useState } from 'react';
import { openRule } from '#contracts/access.ts';
import type { Clip } from '#contracts/clip.ts';
import type { TalkConsent } from '#contracts/consent.ts';
import type { Talk } from '#contracts/talk.ts';
import { ClipTrim } from '../../programme/clip-trim.tsx';
import { programmeApi as deskApi } from '../../programme/programme-api.ts';
import { accessApi } from '../access/access-api.ts';
import { RuleDrawer } from '../access/rule-drawer.tsx';
import { useRuleNames } from '../access/use-rule-names.ts';
import { useAct, useAsk } from '../ask.ts';
import { cardColumns } from '../card-columns.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { FilterSelect, Listing, TableRegion, useList } from '../listing.tsx';
import { EmptyState, Waiting } from '../parts.tsx';
import { programmeApi } from '../programme/programme-api.ts';
import { timeText } from '../words.ts';
import { ConsentDrawer } from './consent-drawer.tsx';
import { replaysApi } from './replays-api.ts';
import { t } from './texts.ts';

type Row = { readonly talkId: string; readonly title: string; readonly consent: TalkConsent | undefined };

export function ReplayTable() {
  const { may } = useConference();
  return may('consent.manage') ? <WithConsents /> : <WithoutConsents />;
}

/** What both tables share: the talks, what is chosen and opened, and the acts. */
function useReplays(again: () => void) {
  const { conference, may } = useConference();
  const { message } = App.useApp();
  const { run } = useAct();
  const programme = useAsk(
    (signal) => programmeApi.programme(conference.id, signal),
    [conference.id],
    10_000,
  );
  const talks = new Map((programme.data?.talks ?? []).map((talk) => [talk.id, talk]));
  const [trimming, setTrimming] = useState<Clip>();
  const changed = () => {
    programme.again();
    again();
  };
  const setState = async (talkIds: readonly string[], state: 'published' | 'hidden') => {
    const clips = talkIds.flatMap((id) => talks.get(id)?.replay?.clip ?? []);
    if (clips.length === 0) return void message.info(t('noReplayChosen'));
    const results = await Promise.allSettled(clips.map((clip) => deskApi.updateClip(clip, { state })));
    const bad = results.filter(({ status }) => status === 'rejected').length;
    if (bad > 0) void message.warning(t('bulkDone', { good: clips.length - bad, bad }));
    else void message.success(t('done'));
    changed();
  };
  const trim = (talk: Talk) =>
    run(async () => {
      const clips = await deskApi.clips(talk.venueId);
      const clip = clips.find(({ id }) => id === talk.replay?.clip);
      if (clip) setTrimming(clip);
      else void message.info(t('noClip'));
    });
  const overlay = trimming && (
    <div className="desk-part">
      <ClipTrim
        clip={trimming}
        onClose={() => {
          setTrimming(undefined);
          changed();
        }}
      />
    </div>
  );
  return { programme, talks, setState, trim, overlay, changed, edits: may('replay.manage') };
}
type Acts = ReturnType<typeof useReplays>;

function columnsOf(acts: Acts, onConsent?: (row: Row) => void) {
  return [
    { title: t('talk'), render: (_: unknown, row: Row) => row.title },
    {
      title: t('replay'),
      render: (_: unknown, { talkId }: Row) => {
        const state = acts.talks.get(talkId)?.replay?.state ?? 'none';
        const colour = { none: 'default', published: 'green', hidden: 'orange' }[state];
        return <Tag color={colour}>{t(`replay.${state}`)}</Tag>;
      },
    },
    ...(onConsent
      ? [
          {
            title: t('authorisation'),
            render: (_: unknown, { consent }: Row) =>
              consent && (
                <Tag color={{ unasked: 'default', waiting: 'gold', answered: 'green' }[consent.state]}>
                  {t(`state.${consent.state}`)}
                </Tag>
              ),
          },
          {
            title: t('verdict'),
            render: (_: unknown, { consent }: Row) =>
              consent && (
                <>
                  <Tag color={{ yes: 'green', delegates: 'blue', no: 'red' }[consent.verdict.out]}>
                    {t(`verdict.${consent.verdict.out}`)}
                  </Tag>
                  {consent.verdict.from !== null && (
                    <span className="hint">{t('verdictFrom', { time: timeText(consent.verdict.from) })}</span>
                  )}
                </>
              ),
          },
        ]
      : []),
    {
      title: c('actions'),
      render: (_: unknown, row: Row) => <RowActions row={row} acts={acts} onConsent={onConsent} />,
    },
  ];
}

function RowActions({
  row,
  acts,
  onConsent,
}: {
  row: Row;
  acts: Acts;
  onConsent: ((row: Row) => void) | undefined;
}) {
  const talk = acts.talks.get(row.talkId);
  const replay = talk?.replay;
  return (
    <>
      {onConsent && (
        <Button type="link" aria-label={t('consentOf', { title: row.title })} onClick={() => onConsent(row)}>
          {t('manage')}
        </Button>
      )}
      {talk && replay && (
        <>
          {replay.state === 'published' && (
            <Button
              type="link"
              href={`/replay/${encodeURIComponent(talk.venueId)}/${encodeURIComponent(replay.clip)}`}
              target="_blank"
              rel="noreferrer"
              aria-label={`${t('watch')} · ${row.title}`}
            >
              {t('watch')}
            </Button>
          )}
          {acts.edits && (
            <>
              <Button
                type="link"
                aria-label={`${t(replay.state === 'hidden' ? 'show' : 'hide')} · ${row.title}`}
                onClick={() =>
                  void acts.setState([row.talkId], replay.state === 'hidden' ? 'published' : 'hidden')
                }
              >
                {t(replay.state === 'hidden' ? 'show' : 'hide')}
              </Button>
              <Button
                type="link"
                aria-label={`${t('trim')} · ${row.title}`}
                onClick={() => void acts.trim(talk)}
              >
                {t('trim')}
              </Button>
            </>
          )}
        </>
      )}
    </>
  );
}

function WithConsents() {
  const { conference } = useConference();
  const [state, setState] = useState<string>();
  const list = useList<TalkConsent>(replaysApi.consents(conference.id), { state });
  const acts = useReplays(list.again);
  const [chosen, setChosen] = useState<string[]>([]);
  const [looking, setLooking] = useState<string>();
  const rows = {
    ...list,
    page: list.page && {
      ...list.page,
      items: list.page.items.map(
        (consent): Row => ({ talkId: consent.talkId, title: consent.title, consent }),
      ),
    },
  };
  const looked = list.page?.items.find(({ talkId }) => talkId === looking);
  return (
    <>
      <Listing<Row>
        label={t('replays')}
        list={rows}
        rowKey={({ talkId }) => talkId}
        searchHint={t('searchHint')}
        filtered={state !== undefined}
        selection={{ keys: chosen, change: setChosen }}
        empty={<EmptyState title={t('noTalks')} hint={t('noTalksHint')} />}
        tools={
          <FilterSelect
            label={t('authorisation')}
            value={state}
            options={(['unasked', 'waiting', 'answered'] as const).map((value) => ({
              value,
              label: t(`state.${value}`),
            }))}
            onChange={setState}
          />
        }
        columns={columnsOf(acts, ({ talkId }) => setLooking(talkId))}
      />
      <Bulk chosen={chosen} acts={acts} onClear={() => setChosen([])} />
      {looked && (
        <ConsentDrawer consent={looked} onChanged={acts.changed} onClose={() => setLooking(undefined)} />
      )}
      {acts.overlay}
    </>
  );
}

function WithoutConsents() {
  const acts = useReplays(() => undefined);
  const [chosen, setChosen] = useState<string[]>([]);
  return (
    <Waiting asked={acts.programme}>
      {({ talks }) =>
        talks.length === 0 ? (
          <EmptyState title={t('noTalks')} hint={t('noTalksHint')} />
        ) : (
          <>
            <TableRegion label={t('replays')}>
              <Table<Row>
                dataSource={talks.map(({ id, title }) => ({ talkId: id, title, consent: undefined }))}
                rowKey={({ talkId }) => talkId}
                pagination={{ pageSize: 50, showSizeChanger: false, hideOnSinglePage: true }}
                columns={cardColumns(columnsOf(acts))}
                rowSelection={{
                  selectedRowKeys: chosen,
                  onChange: (keys) => setChosen(keys.map(String)),
                  getCheckboxProps: ({ title }) => ({ 'aria-label': title }),
                }}
              />
            </TableRegion>
            <Bulk chosen={chosen} acts={acts} onClear={() => setChosen([])} />
            {acts.overlay}
          </>
        )
      }
    </Waiting>
  );
}

function Bulk({ chosen, acts, onClear }: { chosen: readonly string[]; acts: Acts; onClear(): void }) {
  const { conference, may } = useConference();
  const { message } = App.useApp();
  const { busy, run } = useAct();
  const [opening, setOpening] = useState(false);
  const names = useRuleNames([]);
  if (chosen.length === 0) return null;
  const remind = () =>
    run(async () => {
      const { sent, skipped } = await replaysApi.remind(conference.id, chosen);
      void message.success(t('reminded', { sent, skipped }), 6);
      acts.changed();
    });
  return (
    <div className="bulk-bar" role="toolbar" aria-label={c('selected', { count: chosen.length })}>
      <span>{c('selected', { count: chosen.length })}</span>
      {acts.edits && (
        <>
          <Button onClick={() => void acts.setState(chosen, 'published')}>{t('showAll')}</Button>
          <Button onClick={() => void acts.setState(chosen, 'hidden')}>{t('hideAll')}</Button>
        </>
      )}
      {may('consent.manage') && (
        <Button loading={busy} onClick={() => void remind()}>
          {t('remind')}
        </Button>
      )}
      {may('access.edit') && <Button onClick={() => setOpening(true)}>{t('accessAll')}</Button>}
      <Button onClick={onClear}>{c('cancel')}</Button>
      {opening && (
        <RuleDrawer
          title={t('accessTitle', { count: chosen.length })}
          rules={{ live: null, replay: null }}
          around={{ live: openRule, replay: null }}
          names={names}
          replayOnly
          save={({ replay }) => accessApi.putReplays(conference.id, chosen, replay)}
          onClose={(done) => {
            setOpening(false);
            if (done) onClear();
          }}
        />
      )}
    </div>
  );
}
