/** Decks and replays of all talks of a conference. */
import { useConference } from '../conference-context.ts';
import { Section } from '../parts.tsx';
import { Tabs } from '../tabs.tsx';
import { Decks } from './decks.tsx';
import { ReplayTable } from './replay-table.tsx';
import { t } from './texts.ts';

export function Replays() {
  const { may } = useConference();
  const items = [
    ...(may('deck.manage') ? [{ key: 'decks', label: t('decks'), children: <Decks /> }] : []),
    ...(may('replay.manage') || may('consent.manage')
      ? [{ key: 'replays', label: t('replays'), children: <ReplayTable /> }]
      : []),
  ];
  return (
    <Section title={t('title')}>
      <Tabs label={t('title')} items={items} />
    </Section>
  );
}
