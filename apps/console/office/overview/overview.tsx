/** The conference at a glance: what is on, what is still to be done, and the links to give out. */
import { CheckCircleFilled, ExclamationCircleOutlined } from '@ant-design/icons';
import { QRCode, Tag } from 'antd';
import { stateWord } from '../../../ui/state-badge.tsx';
import { api } from '../../api.ts';
import { numberText } from '../../format.ts';
import { conferencePath, venuePath } from '../../router.ts';
import { PageLink } from '../../shell.tsx';
import { useAsk } from '../ask.ts';
import { useConference } from '../conference-context.ts';
import { nextState, stateText } from '../conferences/conference-words.ts';
import { officeApi } from '../office-api.ts';
import { CopyField, EmptyState, Part, Section, Waiting } from '../parts.tsx';
import { programmeApi } from '../programme/programme-api.ts';
import { stateColours } from '../venues/conference-venues.tsx';
import { checklist } from './checklist.ts';
import { t } from './texts.ts';

export function Overview() {
  return (
    <Section title={t('title')}>
      <div className="part-grid">
        <div>
          <Live />
          <Share />
        </div>
        <NextSteps />
      </div>
    </Section>
  );
}

function Live() {
  const { conference, may } = useConference();
  const venues = useAsk((signal) => officeApi.venues(conference.id, signal), [conference.id]);
  const statuses = useAsk(api.statuses, [], 3000);
  if (!may('venue.view')) return null;
  return (
    <Part title={t('live')}>
      <Waiting asked={venues}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState title={t('noVenues')} hint={t('noVenuesHint')}>
              <PageLink className="touch-link" href={conferencePath(conference.id, 'venues')}>
                {t('toVenues')}
              </PageLink>
            </EmptyState>
          ) : (
            <ul className="plain-list">
              {list.map(({ id, title }) => {
                const status = statuses.data?.find((one) => one.id === id);
                return (
                  <li key={id}>
                    <span className="grow">
                      <PageLink className="touch-link wrap-any" href={venuePath(id)}>
                        {title}
                      </PageLink>
                    </span>
                    {status && <Tag color={stateColours[status.state]}>{stateWord(status.state)}</Tag>}
                    {status && status.viewers > 0 && (
                      <span className="hint digits">
                        {t('viewers', { count: numberText(status.viewers) })}
                      </span>
                    )}
                  </li>
                );
              })}
            </ul>
          )
        }
      </Waiting>
    </Part>
  );
}

function NextSteps() {
  const { conference, may } = useConference();
  const programme = useAsk((signal) => programmeApi.programme(conference.id, signal), [conference.id]);
  const steps = checklist(conference, programme.data);
  const next = nextState[conference.state];
  return (
    <Part title={t('next')}>
      <ul className="plain-list">
        {steps.map(({ name, done, section, count }) => (
          <li key={name}>
            {done ? (
              <CheckCircleFilled style={{ color: '#1f7a3d' }} aria-label={t('done')} />
            ) : (
              <ExclamationCircleOutlined style={{ color: '#8a4b00' }} aria-label={t('open')} />
            )}
            <span className="grow row">
              {done ? (
                t(`step.${name}`)
              ) : (
                <PageLink className="touch-link" href={conferencePath(conference.id, section)}>
                  {t(`step.${name}`)}
                </PageLink>
              )}
              {count > 0 && !done && <span className="hint nowrap">{t('count', { count })}</span>}
            </span>
          </li>
        ))}
      </ul>
      {next && may('conference.edit') && (
        <p>
          <PageLink className="touch-link" href={conferencePath(conference.id, 'settings')}>
            {t('moveOn', { state: stateText(next) })}
          </PageLink>
        </p>
      )}
    </Part>
  );
}

function Share() {
  const { conference } = useConference();
  const venues = useAsk((signal) => officeApi.venues(conference.id, signal), [conference.id]);
  const url = new URL(conference.pageUrl || `/c/${conference.slug}`, location.origin).href;
  return (
    <Part title={t('share')} hint={conference.state === 'draft' ? t('draftHint') : t('shareHint')}>
      <div className="row" style={{ alignItems: 'flex-start' }}>
        <QRCode value={url} size={148} type="svg" aria-label={t('qr')} />
        <div style={{ flex: '1 1 260px', minWidth: 0 }}>
          <p className="hint">{t('pageLink')}</p>
          <CopyField label={t('pageLink')} text={url} />
        </div>
      </div>
      {(venues.data ?? []).length > 0 && (
        <details style={{ marginTop: 12 }}>
          <summary>{t('embed')}</summary>
          <p className="hint">{t('embedHint')}</p>
          {venues.data?.map(({ id, title }) => (
            <div key={id} style={{ marginBottom: 8 }}>
              <p className="hint">{title}</p>
              <CopyField
                label={t('embedOf', { title })}
                text={`<iframe src="${location.origin}/embed/${encodeURIComponent(id)}" width="960" height="540" style="border:0;width:100%;aspect-ratio:16/9" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`}
              />
            </div>
          ))}
        </details>
      )}
    </Part>
  );
}
