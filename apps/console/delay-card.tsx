/** The delay of each track's connection: a number, and whether someone has checked it since the encoder connected. */
import { type FormEvent, useState } from 'react';
import { type TrackName, trackNames } from '#contracts/media-urls.ts';
import type { TrackStatus, VenueStatus } from '#contracts/venue.ts';
import { Button } from '../ui/button.tsx';
import { api, errorText } from './api.ts';
import { CalibrationRow } from './calibration.tsx';
import { typedNumber, validDelay } from './settings-form.ts';
import { t } from './texts.ts';

export function DelayCard({ status, onSet }: { status: VenueStatus; onSet(): void }) {
  return (
    <section className="card" aria-labelledby="delay-title">
      <h2 id="delay-title">{t('delay.title')}</h2>
      <p className="hint">{t('delay.hint')}</p>
      {trackNames.map((track) => (
        <div key={track}>
          <TrackDelay venueId={status.id} track={track} delay={status.tracks[track].delay} onSet={onSet} />
          <CalibrationRow venueId={status.id} track={track} status={status.tracks[track]} onChange={onSet} />
        </div>
      ))}
      <p className="hint">
        <a href={`/calibrate/${encodeURIComponent(status.id)}`} target="_blank" rel="noreferrer">
          {t('calibration.page')}
        </a>{' '}
        {t('calibration.hint')}
      </p>
    </section>
  );
}

type DelayProps = { venueId: string; track: TrackName; delay: TrackStatus['delay']; onSet(): void };

function TrackDelay({ venueId, track, delay, onSet }: DelayProps) {
  /** What is being typed; undefined shows the server's value. */
  const [typed, setTyped] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const text = typed ?? String(delay.ms);
  const id = `delay-${track}`;
  const same = typedNumber(text) === delay.ms;
  const confirming = same && !delay.checked;

  async function set(event: FormEvent) {
    event.preventDefault();
    if (!validDelay(text)) return setProblem(t('delay.invalid'));
    setBusy(true);
    setProblem(undefined);
    try {
      await (confirming ? api.confirmDelay(venueId, track) : api.setDelay(venueId, track, typedNumber(text)));
      setTyped(undefined);
      onSet();
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className="delay" onSubmit={(event) => void set(event)} noValidate>
      <label htmlFor={id}>
        {t('delay.field', { track: t(`track.${track}.short`) })}
        <span className={`tag ${delay.checked ? 'tag-good' : 'tag-look'}`}>
          {delay.checked ? t('delay.checked') : t('delay.unchecked')}
        </span>
      </label>
      <div className="with-button">
        <input
          id={id}
          inputMode="numeric"
          value={text}
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" disabled={busy} kind={same && delay.checked ? 'plain' : 'primary'}>
          {confirming ? t('delay.confirm', { ms: delay.ms }) : t('delay.save')}
        </Button>
      </div>
      {problem && (
        <p className="field-problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
