/** Recordings of a venue: when, how long, how big, its replay, and deleting it. */
import { useState } from 'react';
import type { VenueState } from '#contracts/now.ts';
import type { Run } from '#contracts/venue.ts';
import { Button } from '../ui/button.tsx';
import { api, errorText } from './api.ts';
import { Confirm } from './dialog.tsx';
import { bytesText, dateText, runningTime } from './format.ts';
import { t } from './texts.ts';

type RunsProps = {
  venueId: string;
  runs: Run[] | undefined;
  error: unknown;
  /** The venue's present or last run. */
  current: string | null;
  state: VenueState | undefined;
  onChange(): void;
};

export function Runs({ venueId, runs, error, current, state, onChange }: RunsProps) {
  const [deleting, setDeleting] = useState<Run>();
  const running = (run: Run) => run.endedAt === null && run.id === current && state !== 'ended';
  const sorted = runs && [...runs].sort((a, b) => b.startedAt - a.startedAt);
  return (
    <section className="card" aria-labelledby="runs-title">
      <h2 id="runs-title">{t('runs.title')}</h2>
      {error !== undefined && (
        <p className="problem" role="alert">
          {t('runs.failed')} · {errorText(error)}
        </p>
      )}
      {sorted?.length === 0 && <p className="muted">{t('runs.none')}</p>}
      <ul className="run-list">
        {sorted?.map((run) => (
          <li key={run.id}>
            <div className="run-words">
              <strong>{dateText(run.startedAt)}</strong>
              {running(run) && <span className="tag tag-bad">{t('runs.running')}</span>}
              <span className="muted digits">
                {runningTime(run.durationSeconds)} · {bytesText(run.bytes)}
              </span>
            </div>
            <span className="button-row">
              <a
                className="r-button r-button-plain"
                href={`/watch/${encodeURIComponent(venueId)}?run=${encodeURIComponent(run.id)}`}
                target="_blank"
                rel="noreferrer"
                aria-label={`${t('runs.watch')} · ${dateText(run.startedAt)}`}
              >
                {t('runs.watch')}
              </a>
              {!running(run) && (
                <Button
                  className="danger-line"
                  aria-label={`${t('runs.delete')} · ${dateText(run.startedAt)}`}
                  onClick={() => setDeleting(run)}
                >
                  {t('runs.delete')}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {deleting && (
        <Confirm
          title={t('runs.deleteTitle')}
          body={t('runs.deleteBody', {
            time: dateText(deleting.startedAt),
            duration: runningTime(deleting.durationSeconds),
            size: bytesText(deleting.bytes),
          })}
          confirm={t('runs.deleteConfirm')}
          act={async () => {
            await api.deleteRun(venueId, deleting.id);
            onChange();
          }}
          onClose={() => setDeleting(undefined)}
        />
      )}
    </section>
  );
}
