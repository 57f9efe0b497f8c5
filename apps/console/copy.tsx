/** Copies a text and says that it did. */
import { useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { CheckIcon, CopyIcon } from '../ui/icons.tsx';
import { t } from './texts.ts';

/** The clipboard API exists only with TLS or on localhost; a desk in a hall's network often has neither. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  area.className = 'r-hidden';
  const before = document.activeElement;
  // Inside an open modal dialog everything else is inert and cannot be selected.
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}

export function CopyButton({ text, label, name }: { text: string; label: string; name?: string }) {
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  useEffect(() => {
    if (state === 'ready') return;
    const timer = setTimeout(() => setState('ready'), state === 'copied' ? 2500 : 6000);
    return () => clearTimeout(timer);
  }, [state]);
  const said = state === 'copied' ? t('app.copied') : state === 'failed' ? t('app.copyFailed') : label;
  return (
    <span className="copy" aria-live="polite">
      <Button
        className={`copy-${state}`}
        icon={state === 'copied' ? <CheckIcon size={18} /> : <CopyIcon size={18} />}
        aria-label={name && state === 'ready' ? name : undefined}
        onClick={() => void copyText(text).then((done) => setState(done ? 'copied' : 'failed'))}
      >
        {said}
      </Button>
    </span>
  );
}
