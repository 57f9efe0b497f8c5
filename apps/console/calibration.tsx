/** Measures a track's delay in two clicks: read the clock that the camera or slide output shows, then take the result. */
import { useState } from 'react';
import type { TrackName } from '#contracts/media-urls.ts';
import type { TrackStatus } from '#contracts/venue.ts';
import { Button } from '../ui/button.tsx';
import { api, errorText } from './api.ts';
import { t } from './texts.ts';

type Props = { venueId: string; track: TrackName; status: TrackStatus; onChange(): void };

export function CalibrationRow({ venueId, track, status, onChange }: Props) {
  const [problem, setProblem] = useState<string>();
  const { calibration } = status;
  const act = async (what: 'start' | 'stop' | 'apply') => {
    setProblem(undefined);
    try {
      await api.calibration(venueId, track, what);
    } catch (error) {
      setProblem(errorText(error));
    }
    onChange();
  };
  const name = t(`track.${track}.short`);
  return (
    <div className="calibration">
      {!calibration && (
        <Button
          disabled={!status.publisher}
          aria-label={`${t('calibration.start')} · ${name}`}
          onClick={() => void act('start')}
        >
          {t('calibration.start')}
        </Button>
      )}
      {calibration && (
        <>
          <p role="status" className={calibration.state === 'failed' ? 'bad' : 'muted'}>
            {calibration.state === 'ready'
              ? t('calibration.ready', { ms: calibration.delayMs ?? 0, spread: calibration.spreadMs ?? 0 })
              : t(calibration.state === 'failed' ? 'calibration.failed' : 'calibration.reading', {
                  samples: calibration.samples,
                  wanted: calibration.wanted,
                })}
          </p>
          <div className="button-row">
            {calibration.state === 'ready' && (
              <Button kind="primary" onClick={() => void act('apply')}>
                {t('calibration.apply', { ms: calibration.delayMs ?? 0 })}
              </Button>
            )}
            <Button onClick={() => void act(calibration.state === 'failed' ? 'start' : 'stop')}>
              {t(calibration.state === 'failed' ? 'calibration.again' : 'calibration.stop')}
            </Button>
          </div>
        </>
      )}
      {problem && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
