/** What was changed in the programme, newest first, and taking it back. */
import { Button, Drawer, Tag } from 'antd';
import { language } from '../../../ui/i18n.ts';
import { useAct, useAsk } from '../ask.ts';
import { c } from '../common-texts.ts';
import { useConference } from '../conference-context.ts';
import { EmptyState, Waiting } from '../parts.tsx';
import { timeText } from '../words.ts';
import { programmeApi } from './programme-api.ts';
import { t } from './texts.ts';

export function History({
  mayUndo,
  onUndone,
  onClose,
}: {
  mayUndo: boolean;
  onUndone(): void;
  onClose(): void;
}) {
  const { conference } = useConference();
  const { busy, run } = useAct();
  const asked = useAsk((signal) => programmeApi.history(conference.id, signal), [conference.id]);
  const undo = (id: number) =>
    void run(() => programmeApi.undo(conference.id, id), c('undone')).then((done) => {
      if (!done) return;
      asked.again();
      onUndone();
    });
  return (
    <Drawer open size={560} title={t('history')} onClose={onClose}>
      <Waiting asked={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('historyEmpty')} hint={t('historyEmptyHint')} />
          ) : (
            <ol className="plain-list">
              {items.map(({ id, at, actor, summary, summaryEn, undone }) => {
                const what = language() === 'en' ? summaryEn : summary;
                return (
                  <li key={id}>
                    <span className="grow">
                      {what} {undone && <Tag>{t('undoneTag')}</Tag>}
                      <br />
                      <span className="hint digits">
                        {timeText(at)} · {actor}
                      </span>
                    </span>
                    {mayUndo && !undone && (
                      <Button loading={busy} aria-label={t('undoOf', { what })} onClick={() => undo(id)}>
                        {t('undo')}
                      </Button>
                    )}
                  </li>
                );
              })}
            </ol>
          )
        }
      </Waiting>
    </Drawer>
  );
}
