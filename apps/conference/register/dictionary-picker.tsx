/** One choice out of a tree two or three levels deep, by the phone's own pickers; "other" with free text. */
import { useEffect, useState } from 'react';
import type { CodedField, CodedValue, Dictionary, DictionaryEntry } from '#contracts/profile.ts';
import { api } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { language } from '../../ui/i18n.ts';
import { t as shared } from '../../ui/texts.ts';
import { t } from '../texts.ts';

export type DictionaryPickerProps = {
  readonly id: string;
  readonly field: CodedField;
  readonly value: CodedValue | null;
  readonly wrong: boolean;
  onChange(value: CodedValue | null): void;
};

export const otherCode = 'other';

/** The entries from the root to this code; empty when it is not in the tree. */
export function pathTo(entries: readonly DictionaryEntry[], code: string): DictionaryEntry[] {
  for (const entry of entries) {
    if (entry.code === code) return [entry];
    const below = pathTo(entry.children ?? [], code);
    if (below.length > 0) return [entry, ...below];
  }
  return [];
}

const wordOf = (entry: DictionaryEntry): string => (language() === 'en' ? (entry.en ?? entry.zh) : entry.zh);

export function DictionaryPicker({ id, field, value, wrong, onChange }: DictionaryPickerProps) {
  const [dictionary, setDictionary] = useState<Dictionary | 'failed'>();
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again.
  useEffect(() => {
    const leaving = new AbortController();
    api<Dictionary>(`/api/v1/public/dictionaries/${field}`, { signal: leaving.signal })
      .then(setDictionary)
      .catch(() => {
        if (!leaving.signal.aborted) setDictionary('failed');
      });
    return () => leaving.abort();
  }, [field, turn]);
  if (dictionary === 'failed')
    return (
      <p className="note note-wrong" role="alert">
        {t('register.dictionaryFailed')}{' '}
        <Button
          onClick={() => {
            setDictionary(undefined);
            setTurn(turn + 1);
          }}
        >
          {shared('action.retry')}
        </Button>
      </p>
    );
  if (!dictionary) return <select id={id} disabled aria-label={t(`field.${field}`)} />;

  const other = value?.code === otherCode;
  const path = value && !other ? pathTo(dictionary.entries, value.code) : [];
  const choose = (entry: DictionaryEntry | undefined, above: DictionaryEntry | undefined) => {
    const chosen = entry ?? above;
    if (!chosen) return onChange(null);
    const own = pathTo(dictionary.entries, chosen.code);
    // Municipalities repeat their own name on the level below.
    const label = own.map((one) => one.zh).filter((word, i, all) => word !== all[i - 1]);
    onChange({ code: chosen.code, label: label.join(' '), version: dictionary.version });
  };
  const levels: (readonly DictionaryEntry[])[] = [dictionary.entries];
  for (const entry of path) if (entry.children && entry.children.length > 0) levels.push(entry.children);
  return (
    <div className="picker">
      {levels.map((entries, level) => (
        <select
          // biome-ignore lint/suspicious/noArrayIndexKey: a level is its depth.
          key={level}
          id={level === 0 ? id : undefined}
          aria-label={
            level === 0 ? undefined : t(level === 1 ? 'level.2' : 'level.3', { field: t(`field.${field}`) })
          }
          aria-invalid={level === 0 && wrong}
          value={level === 0 && other ? otherCode : (path[level]?.code ?? '')}
          onChange={(event) => {
            const code = event.target.value;
            if (level === 0 && code === otherCode)
              onChange({ code: otherCode, label: '', version: dictionary.version });
            else
              choose(
                entries.find((entry) => entry.code === code),
                path[level - 1],
              );
          }}
        >
          <option value="">{t('register.choose')}</option>
          {entries
            .filter((entry) => entry.code !== otherCode)
            .map((entry) => (
              <option key={entry.code} value={entry.code}>
                {wordOf(entry)}
              </option>
            ))}
          {level === 0 && <option value={otherCode}>{t('register.other')}</option>}
        </select>
      ))}
      {other && (
        <input
          value={value.label}
          aria-label={`${t(`field.${field}`)}: ${t('register.otherText')}`}
          placeholder={t('register.otherText')}
          maxLength={120}
          onChange={(event) => onChange({ ...value, label: event.target.value })}
        />
      )}
    </div>
  );
}
