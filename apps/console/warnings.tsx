/** Warnings in words, each with what to do; newest first; acknowledged ones stay listed but are quiet. */
import { useState } from 'react';
import type { VenueStatus } from '#contracts/venue.ts';
import { Button } from '../ui/button.tsx';
import { clockTime } from '../ui/i18n.ts';
import { CheckIcon, WarningIcon } from '../ui/icons.tsx';
import { soundAlarm, unlockAlarm, useAlarm } from './alarm.ts';
import { useNow } from './clock.ts';
import { roughTime } from './format.ts';
import { recall, remember } from './memory.ts';
import { Switch } from './switch.tsx';
import { t } from './texts.ts';
import { type ListedWarning, listWarnings, severity, warningTexts } from './warning-list.ts';

export function Warnings({ status, lost }: { status: VenueStatus; lost: boolean }) {
  const [acked, setAcked] = useState<ReadonlySet<string>>(() => new Set());
  const [sound, setSound] = useState(() => recall('alarm') === 'on');
  const list = listWarnings(status);
  const open = list.filter((one) => !acked.has(one.id));
  // A lost connection is an alarm of its own: nobody would hear about anything else.
  const blocked = useAlarm(sound, lost ? 'lost' : open.map((one) => one.id).join(' '));
  // Only what is still there is kept, so the set cannot grow through a long day.
  const ack = (ids: readonly string[]) =>
    setAcked(new Set([...list.map((one) => one.id).filter((id) => acked.has(id)), ...ids]));

  return (
    <section className="card warnings" aria-labelledby="warnings-title">
      <div className="card-head">
        <h2 id="warnings-title">
          {t('warnings.title')}
          {!lost && list.length > 0 && <span className="count">{list.length}</span>}
        </h2>
        {open.length > 1 && !lost && (
          <Button onClick={() => ack(open.map((one) => one.id))}>{t('warnings.ackAll')}</Button>
        )}
        <div className="alarm-switch">
          <Switch
            checked={sound}
            label={t('warnings.sound')}
            onChange={(on) => {
              setSound(on);
              remember('alarm', on ? 'on' : 'off');
              if (on) void unlockAlarm().then(soundAlarm);
            }}
          />
        </div>
      </div>
      {blocked && <p className="hint">{t('warnings.soundBlocked')}</p>}
      {lost && <p className="problem">{t('warnings.unknown')}</p>}
      {!lost && list.length === 0 && (
        <p className="all-well">
          <CheckIcon />
          {t('warnings.none')}
        </p>
      )}
      <ul className={lost ? 'warning-list old' : 'warning-list'} aria-live="polite" aria-relevant="additions">
        {list.map((one) => (
          <WarningRow key={one.id} one={one} acked={acked.has(one.id)} onAck={() => ack([one.id])} />
        ))}
      </ul>
    </section>
  );
}

function WarningRow({ one, acked, onAck }: { one: ListedWarning; acked: boolean; onAck(): void }) {
  const now = useNow();
  const { what, todo } = warningTexts(one.warning);
  const { since } = one.warning;
  return (
    <li className={`warning warning-${severity[one.warning.kind]}${acked ? ' acked' : ''}`}>
      <WarningIcon />
      <div className="warning-words">
        <p className="warning-what">
          <span className="tag">{t(`track.${one.track}.short`)}</span>
          {what}
        </p>
        <p>
          <b>{t('warnings.todo')}</b>
          {todo}
        </p>
        <p className="muted" aria-live="off">
          {t('warnings.since', { time: clockTime(since), ago: roughTime((now - since) / 1000) })}
        </p>
      </div>
      {acked ? (
        <span className="acked-mark">
          <CheckIcon size={18} />
          {t('warnings.acked')}
        </span>
      ) : (
        <Button aria-label={`${t('warnings.ack')}: ${what}`} onClick={onAck}>
          {t('warnings.ack')}
        </Button>
      )}
    </li>
  );
}
