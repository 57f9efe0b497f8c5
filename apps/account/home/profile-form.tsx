/** The profile: free texts, and answers from dictionaries. */
import { useEffect, useState } from 'react';
import type { CodedField, Dictionary, Profile } from '#contracts/profile.ts';
import { api } from '../../ui/api.ts';
import { Field, SendForm } from '../field.tsx';
import { failureText, t } from '../texts.ts';
import { type Answer, DictionaryPicker } from './dictionary-picker.tsx';
import { Section } from './section.tsx';

const coded = ['region', 'department', 'title', 'education', 'discipline'] as const;
type Draft = {
  readonly name: string;
  readonly hospital: string;
  readonly position: string;
} & Readonly<Record<CodedField, Answer | null>>;

const labels = {
  region: 'profile.region',
  department: 'profile.department',
  title: 'profile.titleField',
  education: 'profile.education',
  discipline: 'profile.discipline',
} as const;

export function ProfileForm({ onSaved }: { readonly onSaved: () => void }) {
  const [draft, setDraft] = useState<Draft>();
  const [dictionaries, setDictionaries] = useState<Partial<Record<CodedField, Dictionary>>>({});
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const load = async () => {
      const [profile, ...read] = await Promise.all([
        api<Profile>('/api/v1/me/profile', { signal }),
        ...coded.map((field) => api<Dictionary>(`/api/v1/public/dictionaries/${field}`, { signal })),
      ]);
      setDictionaries(Object.fromEntries(read.map((one) => [one.field, one])));
      setDraft(profile);
    };
    load().catch((error: unknown) => {
      if (!signal.aborted) setFailure(failureText(error));
    });
    return () => leaving.abort();
  }, []);
  const put = (change: Partial<Draft>) => setDraft((now) => now && { ...now, ...change });
  const send = async () => {
    if (!draft) return;
    const { name, hospital, position } = draft;
    const answers = Object.fromEntries(
      coded.map((field) => {
        const answer = draft[field];
        return [field, answer && { code: answer.code, label: answer.label }];
      }),
    );
    await api('/api/v1/me/profile', { method: 'PUT', body: { name, hospital, position, ...answers } });
    onSaved();
  };
  const pick = (field: CodedField) => {
    const dictionary = dictionaries[field];
    return (
      dictionary &&
      draft && (
        <DictionaryPicker
          label={t(labels[field])}
          dictionary={dictionary}
          value={draft[field]}
          onChange={(answer) => put({ [field]: answer })}
        />
      )
    );
  };

  return (
    <Section title={t('profile.title')}>
      {failure && (
        <p className="note note-wrong" role="alert">
          {failure}
        </p>
      )}
      {!draft && !failure && <p aria-busy="true">{t('busy')}</p>}
      {draft && (
        <SendForm submit={t('save')} done={t('saved')} send={send}>
          <Field
            label={t('profile.name')}
            autoComplete="name"
            maxLength={60}
            value={draft.name}
            onChange={(name) => put({ name })}
          />
          {pick('region')}
          <Field
            label={t('profile.hospital')}
            autoComplete="organization"
            maxLength={120}
            value={draft.hospital}
            onChange={(hospital) => put({ hospital })}
          />
          {pick('department')}
          {pick('title')}
          <Field
            label={t('profile.position')}
            autoComplete="organization-title"
            maxLength={60}
            value={draft.position}
            onChange={(position) => put({ position })}
          />
          {pick('education')}
          {pick('discipline')}
        </SendForm>
      )}
    </Section>
  );
}
