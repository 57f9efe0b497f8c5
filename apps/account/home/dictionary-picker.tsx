/** An answer from a dictionary of two levels: the platform's own lists, which phones show full screen, and a text for "other". */
import { useId } from 'react';
import type { Dictionary, DictionaryEntry } from '#contracts/profile.ts';
import { language } from '../../ui/i18n.ts';
import { t } from '../texts.ts';

export type Answer = { readonly code: string; readonly label: string };
export type DictionaryPickerProps = {
  readonly label: string;
  readonly dictionary: Dictionary;
  readonly value: Answer | null;
  readonly onChange: (answer: Answer | null) => void;
};

/** As contracts/profile.ts has it; written here so that the page does without the schemas. */
const other = 'other';

const named = ({ zh, en }: DictionaryEntry): string => (language() === 'en' && en ? `${en} ${zh}` : zh);

export function DictionaryPicker({ label, dictionary, value, onChange }: DictionaryPickerProps) {
  const id = useId();
  const code = value?.code ?? '';
  const first = dictionary.entries.find(
    (entry) => entry.code === code || entry.children?.some((child) => child.code === code),
  );
  const answer = (chosen: string) => onChange(chosen === '' ? null : { code: chosen, label: '' });
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={code === other ? other : (first?.code ?? '')}
        onChange={(event) => answer(event.target.value)}
      >
        <option value="">{t('profile.none')}</option>
        {dictionary.entries.map((entry) => (
          <option key={entry.code} value={entry.code}>
            {named(entry)}
          </option>
        ))}
        <option value={other}>{t('profile.other')}</option>
      </select>
      {first?.children && (
        <select
          aria-label={t('profile.detail', { field: label })}
          value={code}
          onChange={(event) => answer(event.target.value)}
        >
          <option value={first.code}>{t('profile.whole')}</option>
          {first.children.map((entry) => (
            <option key={entry.code} value={entry.code}>
              {named(entry)}
            </option>
          ))}
        </select>
      )}
      {code === other && (
        <input
          aria-label={t('profile.otherText', { field: label })}
          value={value?.label ?? ''}
          maxLength={120}
          onChange={(event) => onChange({ code: other, label: event.target.value })}
        />
      )}
    </div>
  );
}
