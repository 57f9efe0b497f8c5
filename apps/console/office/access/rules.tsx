/** Rules of the conference, its venues and of talks that have their own; each with the sentence that says it. */
import { Button, InputNumber, Select, Table } from 'antd';
import { useState } from 'react';
import { openRule, type Rule, type Thing, type ThingRules } from '#contracts/access.ts';
import { useAct, useAsk } from '../ask.ts';
import { cardColumns } from '../card-columns.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { TableRegion } from '../listing.tsx';
import { officeApi } from '../office-api.ts';
import { Part, Waiting } from '../parts.tsx';
import { programmeApi } from '../programme/programme-api.ts';
import { accessApi } from './access-api.ts';
import { RuleDrawer } from './rule-drawer.tsx';
import { type RuleNames, ruleSentence } from './rule-sentence.ts';
import { t } from './texts.ts';
import { useRuleNames } from './use-rule-names.ts';

const noRules: ThingRules = { live: null, replay: null };

type Row = {
  readonly thing: Thing;
  readonly title: string;
  readonly depth: number;
  readonly rules: ThingRules;
  /** What holds where it has none of its own; `replay` null: replays follow live. */
  readonly around: { readonly live: Rule; readonly replay: Rule | 'closed' | null };
};

export function Rules() {
  const { conference } = useConference();
  const { id } = conference;
  const access = useAsk((signal) => accessApi.all(id, signal), [id]);
  const venues = useAsk((signal) => officeApi.venues(id, signal), [id]);
  const programme = useAsk((signal) => programmeApi.programme(id, signal), [id]);
  const [editing, setEditing] = useState<Row>();
  const names = useRuleNames((access.data?.items ?? []).map(({ rules }) => rules));

  const own = (kind: Thing['kind'], thingId: string): ThingRules =>
    access.data?.items.find(({ thing }) => thing.kind === kind && thing.id === thingId)?.rules ?? noRules;
  const top = own('conference', id);
  const aroundVenue = { live: top.live ?? openRule, replay: top.replay };
  const rowOfTalk = (talkId: string): Row | undefined => {
    const talk = programme.data?.talks.find((one) => one.id === talkId);
    if (!talk) return undefined;
    const venue = own('venue', talk.venueId);
    return {
      thing: { kind: 'talk', id: talkId },
      title: talk.title,
      depth: 2,
      rules: own('talk', talkId),
      around: { live: venue.live ?? aroundVenue.live, replay: venue.replay ?? aroundVenue.replay },
    };
  };
  const talkRows = (venueId: string) =>
    (programme.data?.talks ?? [])
      .filter((talk) => talk.venueId === venueId)
      .flatMap((talk) => {
        const { live, replay } = own('talk', talk.id);
        const row = live || replay ? rowOfTalk(talk.id) : undefined;
        return row ? [row] : [];
      });
  const rows: Row[] = [
    {
      thing: { kind: 'conference', id },
      title: t('conference'),
      depth: 0,
      rules: top,
      around: { live: openRule, replay: null },
    },
    ...(venues.data ?? []).flatMap((venue): Row[] => [
      {
        thing: { kind: 'venue', id: venue.id },
        title: venue.title,
        depth: 1,
        rules: own('venue', venue.id),
        around: aroundVenue,
      },
      ...talkRows(venue.id),
    ]),
  ];

  return (
    <>
      <Part title={t('rules')} hint={t('rulesHint')}>
        <Waiting asked={access}>
          {() => (
            <TableRegion label={t('rules')}>
              <Table<Row>
                pagination={false}
                dataSource={rows}
                rowKey={({ thing }) => `${thing.kind}:${thing.id}`}
                columns={cardColumns<Row>([
                  {
                    title: t('thing'),
                    render: (_, { title, depth }) => <span className={`below-${depth}`}>{title}</span>,
                  },
                  { title: t('live'), render: (_, row) => <LiveCell row={row} names={names} /> },
                  { title: t('replay'), render: (_, row) => <ReplayCell row={row} names={names} /> },
                  {
                    title: c('actions'),
                    render: (_, row) => (
                      <Button
                        type="link"
                        aria-label={t('editOf', { title: row.title })}
                        onClick={() => setEditing(row)}
                      >
                        {t('edit')}
                      </Button>
                    ),
                  },
                ])}
              />
            </TableRegion>
          )}
        </Waiting>
        <p>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={t('talkRule')}
            style={{ minWidth: 'min(360px, 100%)', marginTop: 12 }}
            placeholder={t('talkRule')}
            value={null}
            options={(programme.data?.talks ?? []).map((talk) => ({ value: talk.id, label: talk.title }))}
            onChange={(talkId: string | null) => setEditing(talkId ? rowOfTalk(talkId) : undefined)}
          />
        </p>
        {access.data && <Devices before={access.data.devices} />}
      </Part>
      {editing && (
        <RuleDrawer
          title={editing.title}
          rules={editing.rules}
          around={editing.around}
          names={names}
          save={(rules) => accessApi.put(editing.thing, rules)}
          onClose={(done) => {
            setEditing(undefined);
            if (done) access.again();
          }}
        />
      )}
    </>
  );
}

function LiveCell({ row: { rules, around }, names }: { row: Row; names: RuleNames }) {
  if (rules.live) return ruleSentence(rules.live, names);
  return <span className="hint">{t('inherited', { sentence: ruleSentence(around.live, names) })}</span>;
}

function ReplayCell({ row: { rules, around }, names }: { row: Row; names: RuleNames }) {
  if (rules.replay) return ruleSentence(rules.replay, names);
  if (around.replay)
    return <span className="hint">{t('inherited', { sentence: ruleSentence(around.replay, names) })}</span>;
  const live = rules.live ?? around.live;
  return <span className="hint">{t('likeLive', { sentence: ruleSentence(live, names) })}</span>;
}

function Devices({ before }: { before: number }) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const [devices, setDevices] = useState(before);
  return (
    <div className="row" style={{ marginTop: 12 }}>
      <label htmlFor="devices">{t('devices')}</label>
      <InputNumber
        id="devices"
        min={1}
        max={100}
        precision={0}
        value={devices}
        onChange={(value) => setDevices(value ?? before)}
      />
      {devices !== before && (
        <Button
          loading={busy}
          onClick={() => void run(() => accessApi.setDevices(conference.id, devices), c('saved'))}
        >
          {c('save')}
        </Button>
      )}
    </div>
  );
}
