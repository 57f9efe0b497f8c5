/** Where the conference stands, and the ways from there. */
import { App, Button, Steps } from 'antd';
import { type ConferenceState, conferenceStates } from '#contracts/conference.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { nextState, stateText } from '../conferences/conference-words.ts';
import { officeApi } from '../office-api.ts';
import { Part } from '../parts.tsx';
import { t } from './texts.ts';

export function StateMoves() {
  const { conference, changed } = useConference();
  const { modal } = App.useApp();
  const { busy, run } = useAct();
  const { state } = conference;
  const move = (to: ConferenceState) =>
    run(
      async () => changed(await officeApi.updateConference(conference.id, { state: to })),
      t('moved', { state: stateText(to) }),
    );
  const ask = (to: ConferenceState) => {
    if (to !== 'archived') return void move(to);
    void modal.confirm({
      title: t('archiveTitle'),
      content: t('archiveBody'),
      okText: t('moveTo', { state: stateText(to) }),
      cancelText: c('cancel'),
      onOk: () => move(to),
    });
  };
  const place = conferenceStates.indexOf(state);
  const before = conferenceStates[place - 1];
  const next = nextState[state];
  return (
    <Part title={t('state')}>
      <Steps
        size="small"
        responsive
        current={place}
        items={conferenceStates.map((one) => ({ title: stateText(one) }))}
        style={{ marginBottom: 12 }}
      />
      <p>{t(`state.${state}`)}</p>
      <div className="row">
        {next && (
          <Button type="primary" loading={busy} onClick={() => ask(next)}>
            {t('moveTo', { state: stateText(next) })}
          </Button>
        )}
        {before && (
          <Button loading={busy} onClick={() => ask(before)}>
            {t('moveTo', { state: stateText(before) })}
          </Button>
        )}
      </div>
    </Part>
  );
}
