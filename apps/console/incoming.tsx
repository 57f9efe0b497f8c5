/** What comes in: the newest preview picture of each track (never a player: connections are scarce) and the sound meters. */
import { type TrackName, trackNames } from '#contracts/media-urls.ts';
import type { TrackStatus, VenueStatus } from '#contracts/venue.ts';
import { api } from './api.ts';
import { useNow } from './clock.ts';
import { Meters } from './meters.tsx';
import { t } from './texts.ts';

export function Incoming({ status, lost }: { status: VenueStatus; lost: boolean }) {
  return (
    <section className="card" aria-labelledby="incoming-title">
      <h2 id="incoming-title">{t('desk.incoming')}</h2>
      <div className="incoming">
        {trackNames.map((track) => (
          <TrackPicture key={track} venueId={status.id} track={track} status={status.tracks[track]} />
        ))}
      </div>
      <Meters sound={status.tracks.program.sound} lost={lost} />
    </section>
  );
}

/** A picture is made every 5 s; one older than this has stopped, s. */
const stoppedAfter = 15;

type PictureProps = { venueId: string; track: TrackName; status: TrackStatus };

function TrackPicture({ venueId, track, status }: PictureProps) {
  const now = useNow();
  const { previewAt, publisher } = status;
  const age = previewAt === null ? 0 : Math.max(0, Math.round((now - previewAt) / 1000));
  const stopped = age > stoppedAfter;
  return (
    <figure className={`track-picture track-${track}`}>
      <div className={stopped ? 'picture stopped' : 'picture'}>
        {previewAt === null ? (
          <span className="muted">{publisher ? t('preview.waiting') : t('preview.none')}</span>
        ) : (
          <img
            src={api.previewUrl(venueId, track, previewAt)}
            alt={t('preview.alt', { track: t(`track.${track}`) })}
          />
        )}
        {previewAt !== null && stopped && (
          <span className="picture-note">{t('preview.stale', { seconds: age })}</span>
        )}
      </div>
      <figcaption>
        {t(`track.${track}`)}
        {previewAt !== null && !stopped && (
          <span className="muted">{t('preview.age', { seconds: age })}</span>
        )}
      </figcaption>
    </figure>
  );
}
