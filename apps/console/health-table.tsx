/** What is measured of each publisher, as a table: one row a measure, one column a track. */
import type { PublisherHealth } from '#contracts/health.ts';
import { trackNames } from '#contracts/media-urls.ts';
import type { VenueStatus } from '#contracts/venue.ts';
import { useNow } from './clock.ts';
import { numberText, runningTime } from './format.ts';
import { type MessageKey, t } from './texts.ts';

type Row = { name: MessageKey; value(health: PublisherHealth, now: number): string };

const rate = (one: { kbps: number; averageKbps: number }) =>
  t('health.rateValue', { kbps: numberText(one.kbps), average: numberText(one.averageKbps) });

function channelText(channels: number): string {
  if (channels === 1) return t('health.mono');
  return channels === 2 ? t('health.stereo') : t('health.channels', { count: channels });
}

function skewText(ms: number): string {
  if (Math.abs(ms) < 40) return t('health.skewNone', { ms: numberText(ms) });
  return t(ms > 0 ? 'health.videoAhead' : 'health.audioAhead', { ms: numberText(Math.abs(ms)) });
}

const rows: readonly Row[] = [
  { name: 'health.encoder', value: (h) => h.encoder || t('app.unknown') },
  { name: 'health.remote', value: (h) => `${h.remote} · ${h.protocol.toUpperCase()}` },
  { name: 'health.since', value: (h, now) => runningTime((now - h.connectedAt) / 1000) },
  { name: 'health.video', value: (h) => h.video?.codec ?? t('health.noVideo') },
  {
    name: 'health.size',
    value: (h) => (h.video ? `${h.video.width} × ${h.video.height}` : t('app.unknown')),
  },
  {
    name: 'health.fps',
    value: (h) => (h.video ? t('health.fpsValue', { fps: numberText(h.video.fps, 2) }) : t('app.unknown')),
  },
  { name: 'health.videoRate', value: (h) => (h.video ? rate(h.video) : t('app.unknown')) },
  {
    name: 'health.gop',
    value: (h) => {
      if (!h.video) return t('app.unknown');
      if (h.video.gopSeconds === 0) return t('health.pending');
      return t('health.secondsValue', { seconds: numberText(h.video.gopSeconds, 2) });
    },
  },
  {
    name: 'health.audio',
    value: (h) =>
      h.audio
        ? t('health.audioValue', {
            codec: h.audio.codec,
            rate: numberText(h.audio.sampleRate / 1000, 2),
            channels: channelText(h.audio.channels),
          })
        : t('health.noAudio'),
  },
  { name: 'health.audioRate', value: (h) => (h.audio ? rate(h.audio) : t('app.unknown')) },
  { name: 'health.jitter', value: (h) => t('health.msValue', { ms: numberText(h.jitterMs, 1) }) },
  {
    name: 'health.gaps',
    value: (h) =>
      h.gaps === 0
        ? t('health.gapsNone')
        : t('health.gapsValue', { count: numberText(h.gaps), ms: numberText(h.longestGapMs) }),
  },
  { name: 'health.skew', value: (h) => (h.video && h.audio ? skewText(h.avSkewMs) : t('app.unknown')) },
];

export function HealthTable({ status, lost }: { status: VenueStatus; lost: boolean }) {
  const now = useNow();
  const pushing = trackNames.flatMap((track) => {
    const { publisher } = status.tracks[track];
    return publisher ? [{ track, publisher }] : [];
  });
  return (
    <section className={lost ? 'card health old' : 'card health'} aria-labelledby="health-title">
      <h2 id="health-title">{t('health.title')}</h2>
      {pushing.length === 0 ? (
        <p className="muted">{t('health.none')}</p>
      ) : (
        <table className="measures">
          <thead>
            <tr>
              <th scope="col">{t('health.metric')}</th>
              {pushing.map(({ track }) => (
                <th scope="col" key={track}>
                  {t(`track.${track}.short`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{t(row.name)}</th>
                {pushing.map(({ track, publisher }) => (
                  <td key={track}>{row.value(publisher, now)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
