/** What viewers see now: the public state as their page shows it, how they get it, and the address to give them. */
import { type ReactNode, useState } from 'react';
import { mediaBase, mediaPath, openPass } from '#contracts/media-urls.ts';
import type { VenueStatus } from '#contracts/venue.ts';
import { WarningIcon } from '../ui/icons.tsx';
import { stateIcons } from '../ui/state-badge.tsx';
import { CopyButton } from './copy.tsx';
import { numberText } from './format.ts';
import { t } from './texts.ts';

type OutgoingProps = { status: VenueStatus; watchUrl: string | undefined; lost: boolean };

export function Outgoing({ status, watchUrl, lost }: OutgoingProps) {
  return (
    <section className="card" aria-labelledby="outgoing-title">
      <h2 id="outgoing-title">{t('desk.outgoing')}</h2>
      <PublicPicture status={status} lost={lost} />
      <dl className="facts">
        <Fact name={t('public.viewers')}>
          <span className="big-number digits">{lost ? t('app.unknown') : numberText(status.viewers)}</span>
        </Fact>
        <Fact name={t('public.tier')}>{t(`public.tier.${status.tier}`)}</Fact>
      </dl>
      {watchUrl && (
        <>
          <p className="address">{watchUrl}</p>
          <div className="button-row">
            <a className="r-button r-button-plain" href={watchUrl} target="_blank" rel="noreferrer">
              {t('public.watch')}
            </a>
            <CopyButton text={watchUrl} label={t('public.copy')} />
          </div>
        </>
      )}
    </section>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** The public preview, from the same place and under the same rules as viewers get it; a slate in words otherwise. */
function PublicPicture({ status, lost }: { status: VenueStatus; lost: boolean }) {
  const { previewAt } = status.tracks.program;
  const [failed, setFailed] = useState<number>();
  // To the public an armed venue is off.
  const shown = status.state === 'armed' ? 'off' : status.state;
  if (lost) {
    return (
      <div className="picture public-picture slate">
        <WarningIcon size={40} />
        <span>{t('state.unknown')}</span>
      </div>
    );
  }
  const Icon = stateIcons[shown];
  if (shown === 'live' && previewAt !== null && failed !== previewAt) {
    const address = `${mediaBase(openPass, status.id)}/${mediaPath.preview('program')}`;
    return (
      <div className="picture public-picture">
        <img
          src={`${address}?at=${Math.round(previewAt)}`}
          alt={t('public.alt')}
          onError={() => setFailed(previewAt)}
        />
        <span className="picture-note live">{t('public.live')}</span>
      </div>
    );
  }
  return (
    <div className={`picture public-picture slate slate-${shown}`}>
      <Icon size={40} />
      <span>{t(`public.${status.state}`)}</span>
    </div>
  );
}
