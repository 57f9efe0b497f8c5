/** The venue's settings: edited as texts, checked while typing, saved as the changes only. */
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import type { VenueState } from '#contracts/now.ts';
import type { Venue, VenueSettings } from '#contracts/venue.ts';
import { Button } from '../ui/button.tsx';
import { api, errorText } from './api.ts';
import { Confirm } from './dialog.tsx';
import { conferencePath, guardLeaving, navigate } from './router.ts';
import {
  changedSettings,
  checkFields,
  fromFields,
  renditionChoices,
  type SettingsFields,
  toFields,
} from './settings-form.ts';
import { Switch } from './switch.tsx';
import { t } from './texts.ts';

const tiers = ['low-latency', 'standard', 'auto'] as const;
type SettingsProps = { venue: Venue; state: VenueState | undefined; onSaved(): void };

export function SettingsCard({ venue, state, onSaved }: SettingsProps) {
  /** What the person has changed; undefined shows what the server has. */
  const [edited, setEdited] = useState<SettingsFields>();
  /** What the server had when editing began. */
  const [before, setBefore] = useState<VenueSettings>(venue);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [deleting, setDeleting] = useState(false);

  const fields = edited ?? toFields(venue);
  const problems = checkFields(fields);
  const valid = Object.keys(problems).length === 0;
  const dirty =
    edited !== undefined && (!valid || Object.keys(changedSettings(before, fromFields(edited))).length > 0);
  useUnsavedGuard(dirty);

  const put = (part: Partial<SettingsFields>) => {
    if (!edited) setBefore(venue);
    setEdited({ ...fields, ...part });
  };

  async function save(event: FormEvent) {
    event.preventDefault();
    if (!edited || !valid || busy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await api.updateVenue(venue.id, changedSettings(before, fromFields(edited)));
      onSaved();
      setBefore(fromFields(edited));
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  }
  // Once the server's answer has what was saved, the server's values are shown again.
  useEffect(() => {
    if (edited && !dirty && Object.keys(changedSettings(venue, fromFields(edited))).length === 0) {
      setEdited(undefined);
    }
  }, [venue, edited, dirty]);

  const field = (name: keyof SettingsFields, text: string, hint?: string) => (
    <Field key={name} name={name} label={text} problem={problems[name] && t(problems[name])} hint={hint}>
      {(attributes) => (
        <input
          {...attributes}
          inputMode={name === 'title' ? 'text' : name === 'awayMinutes' ? 'decimal' : 'numeric'}
          value={String(fields[name])}
          onChange={(event) => put({ [name]: event.target.value })}
        />
      )}
    </Field>
  );

  return (
    <section className="card" aria-labelledby="settings-title">
      <div className="card-head">
        <h2 id="settings-title">{t('settings.title')}</h2>
        <span className={dirty ? 'tag tag-look' : 'tag'} role="status">
          {busy ? t('settings.saving') : dirty ? t('settings.dirty') : t('settings.clean')}
        </span>
      </div>
      <form onSubmit={(event) => void save(event)} noValidate>
        {field('title', t('settings.name'))}
        <Switch
          checked={fields.autoLive}
          onChange={(autoLive) => put({ autoLive })}
          label={t('settings.autoLive')}
        />
        <Switch
          checked={fields.takeover}
          onChange={(takeover) => put({ takeover })}
          label={t('settings.takeover')}
          hint={t('settings.takeoverHint')}
        />
        <Switch
          checked={fields.signedPush}
          onChange={(signedPush) => put({ signedPush })}
          label={t('settings.signedPush')}
        />
        <fieldset aria-describedby="renditions-hint">
          <legend>{t('settings.renditions')}</legend>
          <div className="rendition-choices">
            {renditionChoices.map((name) => (
              <Switch
                key={name}
                label={t(`rendition.${name}`)}
                checked={fields.renditions.includes(name)}
                onChange={(on) =>
                  put({
                    renditions: on
                      ? [...fields.renditions, name]
                      : fields.renditions.filter((one) => one !== name),
                  })
                }
              />
            ))}
          </div>
          <p className={problems.renditions ? 'field-problem' : 'hint'} id="renditions-hint">
            {t(problems.renditions ?? 'settings.renditionsHint')}
          </p>
        </fieldset>
        <label htmlFor="field-tier">{t('settings.tier')}</label>
        <select
          id="field-tier"
          value={fields.tier}
          onChange={(event) => {
            const tier = tiers.find((one) => one === event.target.value);
            if (tier) put({ tier });
          }}
        >
          {tiers.map((tier) => (
            <option key={tier} value={tier}>
              {t(`settings.tier.${tier}`)}
            </option>
          ))}
        </select>
        {fields.tier === 'auto' && field('standardAbove', t('settings.standardAbove'))}
        {field('awayMinutes', t('settings.awayMinutes'), t('settings.awayHint'))}
        {field('retentionDays', t('settings.retentionDays'), t('settings.retentionHint'))}
        {failure && (
          <p className="problem" role="alert">
            {failure}
          </p>
        )}
        <div className="button-row">
          <Button type="submit" kind="primary" disabled={!dirty || !valid || busy}>
            {t('app.save')}
          </Button>
          {dirty && <Button onClick={() => setEdited(undefined)}>{t('settings.discard')}</Button>}
          <Button className="danger-line push-right" onClick={() => setDeleting(true)}>
            {t('settings.delete')}
          </Button>
        </div>
      </form>
      {deleting && (
        <Confirm
          title={t('settings.deleteTitle', { title: venue.title })}
          body={
            state === 'live' || state === 'break' || state === 'away'
              ? t('settings.deleteBusy')
              : t('settings.deleteBody')
          }
          confirm={t('settings.deleteConfirm')}
          act={async () => {
            await api.deleteVenue(venue.id);
            setEdited(undefined);
            navigate(conferencePath(venue.conferenceId, 'venues'));
          }}
          onClose={() => setDeleting(false)}
        />
      )}
    </section>
  );
}

type FieldProps = {
  name: string;
  label: string;
  problem: string | undefined;
  hint: string | undefined;
  children(attributes: {
    id: string;
    'aria-invalid': boolean;
    'aria-describedby': string | undefined;
  }): ReactNode;
};

function Field({ name, label, problem, hint, children }: FieldProps) {
  const id = `field-${name}`;
  const note = problem ?? hint;
  return (
    <>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': problem !== undefined,
        'aria-describedby': note ? `${id}-note` : undefined,
      })}
      {note && (
        <p id={`${id}-note`} className={problem ? 'field-problem' : 'hint'}>
          {note}
        </p>
      )}
    </>
  );
}

/** Asks before unsaved changes are lost by leaving, inside the console or out of it. */
function useUnsavedGuard(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    const release = guardLeaving(() => confirm(t('app.leaveDirty')));
    return () => {
      removeEventListener('beforeunload', ask);
      release();
    };
  }, [dirty]);
}
