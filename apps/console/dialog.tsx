/** Modal dialogs on the browser's own `<dialog>`: it keeps the focus inside, closes on Esc and gives the focus back. */
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button, IconButton } from '../ui/button.tsx';
import { CloseIcon } from '../ui/icons.tsx';
import { t as shared } from '../ui/texts.ts';
import { errorText } from './api.ts';
import { t } from './texts.ts';

/** The focus starts at the element with `data-first`, else at the close button. */
type DialogProps = { title: string; onClose(): void; children: ReactNode };

export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <IconButton label={shared('action.close')} onClick={onClose}>
          <CloseIcon />
        </IconButton>
      </div>
      {children}
    </dialog>
  );
}

type ConfirmProps = {
  title: string;
  body: string;
  confirm: string;
  kind?: 'primary' | 'danger';
  /** Done when it resolves; what it throws is shown and the dialog stays. */
  act(): Promise<void>;
  onClose(): void;
};

/** Asks once before something that cannot be taken back. The focus starts on the way out. */
export function Confirm({ title, body, confirm, kind = 'danger', act, onClose }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  async function go() {
    setBusy(true);
    setFailure(undefined);
    try {
      await act();
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{body}</p>
      {failure && (
        <p className="problem" role="alert">
          {failure}
        </p>
      )}
      <div className="dialog-buttons">
        <Button data-first onClick={onClose}>
          {t('app.cancel')}
        </Button>
        <Button kind={kind} disabled={busy} onClick={() => void go()}>
          {busy ? t('action.busy') : confirm}
        </Button>
      </div>
    </Dialog>
  );
}
