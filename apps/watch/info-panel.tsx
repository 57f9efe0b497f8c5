/** Latency and playback details on demand (key i). */
import { useEffect, useState } from 'react';
import { IconButton } from '../ui/button.tsx';
import { clockTime } from '../ui/i18n.ts';
import { CloseIcon } from '../ui/icons.tsx';
import { t as shared } from '../ui/texts.ts';
import type { Player } from './player/player.ts';
import { t } from './texts.ts';

const seconds = (value: number | undefined): string =>
  value === undefined ? t('info.none') : t('info.seconds', { value: value.toFixed(2) });

function rows(player: Player): [string, string][] {
  const { video, playback } = player;
  const { level } = player.snapshot();
  const live = player.mode() === 'live';
  const quality = video.getVideoPlaybackQuality?.();
  const bandwidth = playback.engine?.bandwidth() ?? 0;
  const date = player.date();
  const size = video.videoWidth ? `${video.videoWidth} × ${video.videoHeight}` : t('info.none');
  return [
    [t('info.latency'), seconds(live ? playback.latency() : undefined)],
    [t('info.target'), seconds(live ? playback.control.target : undefined)],
    [t('info.buffer'), seconds(playback.buffer())],
    [t('info.rate'), `${video.playbackRate.toFixed(2)}×`],
    [t('info.stalls'), String(playback.stalls)],
    [
      t('info.dropped'),
      quality ? `${quality.droppedVideoFrames} / ${quality.totalVideoFrames}` : t('info.none'),
    ],
    [
      t('info.level'),
      level ? `${size}, ${t('info.mbps', { value: (level.bitrate / 1e6).toFixed(1) })}` : size,
    ],
    [
      t('info.bandwidth'),
      bandwidth ? t('info.mbps', { value: (bandwidth / 1e6).toFixed(1) }) : t('info.none'),
    ],
    [t('info.moment'), date === undefined ? t('info.none') : clockTime(date)],
  ];
}

export function InfoPanel({ player, onClose }: { player: Player; onClose(): void }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <aside className="info" aria-label={t('info.title')}>
      <dl>
        {rows(player).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <IconButton label={shared('action.close')} onClick={onClose}>
        <CloseIcon />
      </IconButton>
    </aside>
  );
}
