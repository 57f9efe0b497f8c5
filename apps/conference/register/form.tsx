/** The form: fields in the order the conference gave them; what is required is said before, not after. */
import { type FormEvent, useState } from 'react';
import type { CodedField, CodedValue, ProfileField } from '#contracts/profile.ts';
import type { OwnRegistration, RegistrationAnswers } from '#contracts/registration.ts';
import { Button } from '../../ui/button.tsx';
import { t } from '../texts.ts';
import { DictionaryPicker } from './dictionary-picker.tsx';

export type FormProps = {
  readonly own: OwnRegistration;
  readonly busy: boolean;
  readonly problem: string | undefined;
  onSend(answers: RegistrationAnswers): void;
};

/** As in contracts/profile.ts, whose schemas are too large for this page. */
const coded: Readonly<Record<CodedField, true>> = {
  region: true,
  department: true,
  title: true,
  education: true,
  discipline: true,
};
const isCoded = (field: ProfileField): field is CodedField => field in coded;

const complete: Partial<Record<ProfileField, string>> = {
  name: 'name',
  hospital: 'organization',
  position: 'organization-title',
};

export function Form({ own, busy, problem, onSend }: FormProps) {
  const [answers, setAnswers] = useState<RegistrationAnswers>(own.answers);
  const [missing, setMissing] = useState<ProfileField>();
  const answer = (
    field: keyof RegistrationAnswers,
    value: RegistrationAnswers[keyof RegistrationAnswers],
  ) => {
    setAnswers({ ...answers, [field]: value });
    if (missing === field) setMissing(undefined);
  };
  const asksPhone = own.fields.some(({ field, required }) => field === 'phone' && required);
  const noPhone = asksPhone && own.phone === null;

  const send = (event: FormEvent) => {
    event.preventDefault();
    const lacking = own.fields.find(
      ({ field, required }) => required && field !== 'phone' && !answered(answers, field),
    );
    setMissing(lacking?.field);
    if (lacking) document.getElementById(`field-${lacking.field}`)?.focus();
    else onSend(answers);
  };
  return (
    <form className="form" onSubmit={send} noValidate>
      {own.fields.map(({ field, required }) => (
        <div key={field} className="field">
          {field === 'phone' ? (
            <>
              <span className="field-name">{t('register.phone')}</span>
              {own.phone ? (
                <p className="field-fixed">{own.phone}</p>
              ) : (
                <p className="note">
                  {t('register.noPhone')} <a href="/account">{t('remind.toAccount')}</a>
                </p>
              )}
            </>
          ) : (
            <>
              <label className="field-name" htmlFor={`field-${field}`}>
                {t(`field.${field}`)}{' '}
                <span className={required ? 'must' : 'muted'}>
                  {t(required ? 'register.required' : 'register.optional')}
                </span>
              </label>
              {isCoded(field) ? (
                <DictionaryPicker
                  id={`field-${field}`}
                  field={field}
                  value={answers[field] ?? null}
                  wrong={missing === field}
                  onChange={(value) => answer(field, value)}
                />
              ) : (
                <input
                  id={`field-${field}`}
                  value={textOf(answers, field)}
                  maxLength={120}
                  autoComplete={complete[field] ?? 'off'}
                  aria-required={required}
                  aria-invalid={missing === field}
                  onChange={(event) => answer(field, event.target.value)}
                />
              )}
              {missing === field && (
                <p className="field-wrong" role="alert">
                  {t('register.missing', { field: t(`field.${field}`) })}
                </p>
              )}
            </>
          )}
        </div>
      ))}
      <p className="muted">{t('register.privacy')}</p>
      {problem && (
        <p className="note note-wrong" role="alert">
          {problem}
        </p>
      )}
      <Button kind="primary" size="large" type="submit" disabled={busy || noPhone}>
        {t(
          busy
            ? 'register.sending'
            : own.state === null || own.state === 'cancelled'
              ? 'register.submit'
              : 'register.change',
        )}
      </Button>
    </form>
  );
}

function textOf(answers: RegistrationAnswers, field: ProfileField): string {
  const value = answers[field as keyof RegistrationAnswers];
  return typeof value === 'string' ? value : '';
}

function answered(answers: RegistrationAnswers, field: ProfileField): boolean {
  if (!isCoded(field)) return textOf(answers, field).trim() !== '';
  const value: CodedValue | null | undefined = answers[field];
  return !!value && value.code !== '' && value.label.trim() !== '';
}
