/** 开播, 休息, 继续, 结束: by button and by key; what cannot be done says why. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { VenueStatus } from '#contracts/venue.ts';
import { actions, shortcuts, whyNot } from './actions.ts';
import { type Action, api, errorText } from './api.ts';
import { Confirm } from './dialog.tsx';
import { numberText } from './format.ts';
import { recall, remember } from './memory.ts';
import { Switch } from './switch.tsx';
import { t } from './texts.ts';

type ActionBarProps = { id: string; status: VenueStatus | undefined; onDone(): void };

export function ActionBar({ id, status, onDone }: ActionBarProps) {
  const [busy, setBusy] = useState<Action>();
  const [failure, setFailure] = useState<string>();
  const [ending, setEnding] = useState(false);
  const [keys, setKeys] = useState(() => recall('shortcuts') !== 'off');

  const reason = (action: Action) => {
    if (busy) return t('action.why.busy');
    if (!status) return t('action.why.lost');
    const why = whyNot(action, status);
    return why && t(why);
  };

  async function act(action: Action) {
    setBusy(action);
    setFailure(undefined);
    try {
      await api.act(id, action);
    } finally {
      setBusy(undefined);
      onDone();
    }
  }

  const press = (action: Action) => {
    if (reason(action)) return;
    if (action === 'end') setEnding(true);
    else act(action).catch((error: unknown) => setFailure(errorText(error)));
  };
  useShortcuts(keys, press);

  return (
    <section className="action-bar" aria-label={t('desk.actions')}>
      <div className="action-row">
        {actions.map((action) => {
          const why = reason(action);
          return (
            <button
              key={action}
              type="button"
              className={`action action-${action}`}
              aria-disabled={why !== undefined}
              aria-keyshortcuts={keys ? `Shift+${shortcuts[action]}` : undefined}
              onClick={() => press(action)}
            >
              <strong>{busy === action ? t('action.busy') : t(`action.${action}`)}</strong>
              <small>{why ?? (keys ? <kbd>Shift+{shortcuts[action]}</kbd> : null)}</small>
            </button>
          );
        })}
      </div>
      <div className="shortcut-switch">
        <Switch
          checked={keys}
          label={t('action.shortcuts')}
          hint={t('action.shortcutsHint')}
          onChange={(on) => {
            setKeys(on);
            remember('shortcuts', on ? 'on' : 'off');
          }}
        />
      </div>
      {failure && (
        <p className="problem" role="alert">
          {failure}
        </p>
      )}
      {ending && status && (
        <Confirm
          title={t('end.title')}
          body={t('end.body', { viewers: numberText(status.viewers) })}
          confirm={t('end.confirm')}
          act={() => act('end')}
          onClose={() => setEnding(false)}
        />
      )}
    </section>
  );
}

/** Shift+letter anywhere but in fields and dialogs. */
function useShortcuts(on: boolean, press: (action: Action) => void): void {
  const latest = useRef(press);
  latest.current = press;
  const onKey = useCallback((event: KeyboardEvent) => {
    if (!event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.isComposing || document.querySelector('dialog[open]')) return;
    const target = event.target;
    if (target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]')) return;
    const action = actions.find((one) => event.code === `Key${shortcuts[one]}`);
    if (!action) return;
    event.preventDefault();
    latest.current(action);
  }, []);
  useEffect(() => {
    if (!on) return;
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [on, onKey]);
}
