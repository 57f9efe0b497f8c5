/** What viewers can choose from now, how far each rendition is behind, and what transcoding has given up. */
import { trackNames } from '#contracts/media-urls.ts';
import type { VenueStatus } from '#contracts/venue.ts';
import { numberText } from './format.ts';
import { type MessageKey, t } from './texts.ts';

/** Behind by more than this deserves a look, seconds. */
const lateAfter = 3;

const known = new Set(['source', '720', '480', '360', 'audio']);
const nameOf = (name: string): string => (known.has(name) ? t(`rendition.${name}` as MessageKey) : name);

type RenditionProps = {
  status: VenueStatus;
  lost: boolean;
};

export function RenditionCard({ status, lost }: RenditionProps) {
  const rows = trackNames.flatMap((track) => {
    const { renditions, warnings } = status.tracks[track];
    const givenUp = warnings.flatMap(({ kind, values }) =>
      kind === 'renditionGivenUp' ? [String(values.rendition ?? '')] : [],
    );
    return [
      ...renditions.map((rendition) => ({ track, name: rendition.name, rendition })),
      ...givenUp.map((name) => ({ track, name, rendition: undefined })),
    ];
  });
  return (
    <section className={lost ? 'card old' : 'card'} aria-labelledby="renditions-title">
      <h2 id="renditions-title">{t('renditions.title')}</h2>
      {rows.length === 0 ? (
        <p className="muted">{t('renditions.none')}</p>
      ) : (
        <table className="measures">
          <thead>
            <tr>
              <th scope="col">{t('renditions.name')}</th>
              <th scope="col">{t('renditions.size')}</th>
              <th scope="col">{t('renditions.rate')}</th>
              <th scope="col">{t('renditions.lag')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ track, name, rendition }) => (
              <tr key={`${track}/${name}/${rendition ? 'on' : 'off'}`}>
                <th scope="row">
                  {nameOf(name)} <span className="muted">{t(`track.${track}.short`)}</span>
                </th>
                {rendition ? (
                  <>
                    <td>
                      {rendition.height > 0 ? `${rendition.width} × ${rendition.height}` : t('app.unknown')}
                    </td>
                    <td>{numberText(rendition.kbps)} kbit/s</td>
                    <td className={rendition.lagSeconds > lateAfter ? 'look' : ''}>
                      {t('health.secondsValue', { seconds: numberText(rendition.lagSeconds, 1) })}
                    </td>
                  </>
                ) : (
                  <td colSpan={3} className="look">
                    {t('renditions.givenUp')}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
