/** All venues at a glance: state, picture, viewers, warnings; and making a new one. */
import { type FormEvent, useState } from 'react';
import type { VenueStatus } from '#contracts/venue.ts';
import { Button } from '../ui/button.tsx';
import { PersonIcon, WarningIcon } from '../ui/icons.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { api, errorText } from './api.ts';
import { useNow } from './clock.ts';
import { Dialog } from './dialog.tsx';
import { numberText, runningTime } from './format.ts';
import { usePageSign } from './page-sign.ts';
import { statusPace, systemPace, usePoll } from './poll.ts';
import { navigate, venuePath } from './router.ts';
import { useExpiry } from './session.ts';
import { validTitle } from './settings-form.ts';
import { LostBanner, PageHead, PageLink, SystemBanners } from './shell.tsx';
import { Switch } from './switch.tsx';
import { t } from './texts.ts';
import { listWarnings, severity } from './warning-list.ts';

export function Venues() {
  usePageSign('none', t('venues.title'));
  const statuses = usePoll(api.statuses, statusPace);
  const system = usePoll(api.system, systemPace);
  useExpiry(statuses.error);
  const [creating, setCreating] = useState(false);
  const list = statuses.data;
  const live = list?.filter((venue) => venue.state === 'live').length ?? 0;

  return (
    <>
      <PageHead />
      <main id="main" className="page">
        <SystemBanners system={system.data} />
        {statuses.lost && <LostBanner age={statuses.age} error={statuses.error} />}
        <div className="title-row">
          <h1>{t('venues.title')}</h1>
          {list && list.length > 0 && !statuses.lost && (
            <p className="muted">{t('venues.summary', { count: list.length, live })}</p>
          )}
          <Button kind="primary" className="push-right" onClick={() => setCreating(true)}>
            {t('venues.create')}
          </Button>
        </div>
        {!list && !statuses.lost && <p className="muted">{t('app.loading')}</p>}
        {list?.length === 0 && (
          <div className="card empty">
            <h2>{t('venues.empty')}</h2>
            <p>{t('venues.emptyHint')}</p>
          </div>
        )}
        {list && list.length > 0 && (
          <ul className={statuses.lost ? 'venue-grid old' : 'venue-grid'}>
            {list.map((venue) => (
              <VenueCard key={venue.id} venue={venue} lost={statuses.lost} />
            ))}
          </ul>
        )}
      </main>
      {creating && <CreateVenue onClose={() => setCreating(false)} />}
    </>
  );
}

function VenueCard({ venue, lost }: { venue: VenueStatus; lost: boolean }) {
  const now = useNow();
  const { previewAt } = venue.tracks.program;
  const warnings = listWarnings(venue);
  const bad = warnings.some(({ warning }) => severity[warning.kind] === 'bad');
  const running = venue.state === 'live' || venue.state === 'break' || venue.state === 'away';
  return (
    <li className={`venue-card state-edge-${lost ? 'lost' : venue.state}`}>
      <PageLink href={venuePath(venue.id)}>
        <div className="picture">
          {previewAt === null ? (
            <span className="muted">{t('venues.noPicture')}</span>
          ) : (
            <img src={api.previewUrl(venue.id, 'program', previewAt)} alt="" />
          )}
        </div>
        <h2>{venue.title}</h2>
      </PageLink>
      <div className="venue-facts">
        <StateBadge state={venue.state} />
        {running && venue.runStart !== null && !lost && (
          <span className="digits">{runningTime((now - venue.runStart) / 1000)}</span>
        )}
        <span className="fact">
          <PersonIcon size={18} />
          {t('venues.viewers', { count: numberText(venue.viewers) })}
        </span>
        {warnings.length > 0 ? (
          <span className={`fact ${bad ? 'bad' : 'look'}`}>
            <WarningIcon size={18} />
            {t('venues.warnings', { count: warnings.length })}
          </span>
        ) : (
          <span className="fact muted">{t('venues.noWarnings')}</span>
        )}
      </div>
    </li>
  );
}

function CreateVenue({ onClose }: { onClose(): void }) {
  const [title, setTitle] = useState('');
  const [autoLive, setAutoLive] = useState(false);
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const bad = checked && !validTitle(title);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!validTitle(title) || busy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const venue = await api.createVenue({ title: title.trim(), autoLive });
      navigate(venuePath(venue.id));
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  }

  return (
    <Dialog title={t('create.title')} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        {failure && (
          <p className="problem" role="alert">
            {failure}
          </p>
        )}
        <label htmlFor="create-title">{t('create.name')}</label>
        <input
          id="create-title"
          data-first
          value={title}
          aria-invalid={bad}
          aria-describedby="create-title-hint"
          onChange={(event) => setTitle(event.target.value)}
        />
        <p id="create-title-hint" className={bad ? 'field-problem' : 'hint'}>
          {bad ? t('field.title') : t('create.nameHint')}
        </p>
        <Switch
          checked={autoLive}
          onChange={setAutoLive}
          label={t('create.autoLive')}
          hint={t('create.autoLiveHint')}
        />
        <div className="dialog-buttons">
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button type="submit" kind="primary" disabled={busy}>
            {busy ? t('create.busy') : t('create.submit')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
