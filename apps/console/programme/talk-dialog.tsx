/** Adds, changes or deletes a talk. */
import { type FormEvent, useState } from 'react';
import type { Talk } from '#contracts/talk.ts';
import { Button } from '../../ui/button.tsx';
import { errorText } from '../api.ts';
import { Confirm, Dialog } from '../dialog.tsx';
import { programmeApi } from './programme-api.ts';
import { emptyForm, fieldsOf, formOf, type TalkForm } from './talk-fields.ts';
import { t } from './texts.ts';

const downloads = ['no', 'original', 'pdf'] as const;

export function TalkDialog({
  venueId,
  talk,
  onClose,
}: {
  venueId: string;
  talk: Talk | undefined;
  onClose(): void;
}) {
  const [form, setForm] = useState<TalkForm>(() => (talk ? formOf(talk) : emptyForm));
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const set = (changes: Partial<TalkForm>) => setForm({ ...form, ...changes });
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const fields = fieldsOf(form);
    if (fields.title === '') {
      setProblem(t('form.needTitle'));
      return;
    }
    setBusy(true);
    try {
      await (talk ? programmeApi.updateTalk(talk.id, fields) : programmeApi.createTalk(venueId, fields));
      onClose();
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  };
  if (talk && deleting) {
    return (
      <Confirm
        title={t('form.delete')}
        body={t('form.deleteBody', { title: talk.title })}
        confirm={t('form.delete')}
        act={async () => void (await programmeApi.deleteTalk(talk.id))}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog title={t(talk ? 'form.edit' : 'form.new')} onClose={onClose}>
      <form onSubmit={(event) => void save(event)} noValidate>
        <label>
          {t('form.title')}
          <input
            data-first
            value={form.title}
            maxLength={300}
            onChange={(event) => set({ title: event.target.value })}
          />
        </label>
        <label>
          {t('form.speakers')}
          <textarea
            rows={3}
            value={form.speakers}
            onChange={(event) => set({ speakers: event.target.value })}
          />
        </label>
        <label>
          {t('form.start')}
          <input
            type="datetime-local"
            value={form.start}
            onChange={(event) => set({ start: event.target.value })}
          />
        </label>
        <label>
          {t('form.minutes')}
          <input
            inputMode="numeric"
            value={form.minutes}
            onChange={(event) => set({ minutes: event.target.value })}
          />
        </label>
        <label>
          {t('form.download')}
          <select
            value={form.download}
            onChange={(event) => set({ download: event.target.value as Talk['download'] })}
          >
            {downloads.map((one) => (
              <option key={one} value={one}>
                {t(`form.download.${one}`)}
              </option>
            ))}
          </select>
        </label>
        {problem !== '' && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <div className="dialog-buttons">
          {talk && talk.state !== 'now' && (
            <Button className="danger-line" onClick={() => setDeleting(true)}>
              {t('form.delete')}
            </Button>
          )}
          <Button kind="primary" type="submit" disabled={busy}>
            {t('form.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
