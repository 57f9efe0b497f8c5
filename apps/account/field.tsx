/** A labelled field, and a form that sends one thing and says how it went. */
import { type FormEvent, type InputHTMLAttributes, type ReactNode, useId, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { failureText, t } from './texts.ts';

export type FieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'id'> & {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

export function Field({ label, onChange, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} {...rest} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

/** With a way to look at what was typed. */
export function PasswordField(props: FieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <>
      <Field {...props} type={shown ? 'text' : 'password'} />
      <label className="check">
        <input type="checkbox" checked={shown} onChange={(event) => setShown(event.target.checked)} />
        <span>{t('login.show')}</span>
      </label>
    </>
  );
}

export type SendFormProps = {
  readonly submit: string;
  readonly kind?: 'primary' | 'danger';
  readonly disabled?: boolean;
  /** Said when it went well; the rest is up to the caller. */
  readonly done?: string;
  readonly send: () => Promise<unknown>;
  readonly children: ReactNode;
};

export function SendForm({
  submit,
  kind = 'primary',
  disabled = false,
  done,
  send,
  children,
}: SendFormProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [well, setWell] = useState(false);
  const go = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    setWell(false);
    try {
      await send();
      setWell(true);
    } catch (error) {
      setProblem(failureText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="form" onSubmit={(event) => void go(event)} noValidate>
      {children}
      {problem && (
        <p className="note note-wrong" role="alert">
          {problem}
        </p>
      )}
      {well && done && (
        <p className="note note-good" role="status">
          {done}
        </p>
      )}
      <Button type="submit" kind={kind} disabled={busy || disabled}>
        {busy ? t('busy') : submit}
      </Button>
    </form>
  );
}
