/** Introduction, organisers, sponsors. */
import type { PublicConference } from '#contracts/conference.ts';
import { language } from '../ui/i18n.ts';
import { SafeHtml } from '../ui/safe-html.tsx';
import { t } from './texts.ts';

export function AboutTab({ conference }: { conference: PublicConference }) {
  const { introductionZh, introductionEn, organisers, sponsors } = conference;
  const own = language() === 'en' ? introductionEn || introductionZh : introductionZh || introductionEn;
  return (
    <div className="about">
      {own ? (
        <section>
          <h2>{t('about.introduction')}</h2>
          <SafeHtml html={own} />
        </section>
      ) : (
        organisers.length === 0 && (
          <div className="empty">
            <p className="empty-title">{t('about.none')}</p>
          </div>
        )
      )}
      {organisers.length > 0 && (
        <section>
          <h2>{t('about.organisers')}</h2>
          <dl className="organisers">
            {byRole(organisers).map(([role, names]) => (
              <div key={role}>
                <dt>{role}</dt>
                {names.map((name) => (
                  <dd key={name}>{name}</dd>
                ))}
              </div>
            ))}
          </dl>
        </section>
      )}
      <Sponsors sponsors={sponsors} />
    </div>
  );
}

function byRole(organisers: PublicConference['organisers']): [string, string[]][] {
  const roles = new Map<string, string[]>();
  for (const { role, name } of organisers) roles.set(role, [...(roles.get(role) ?? []), name]);
  return [...roles];
}

export function Sponsors({ sponsors }: { sponsors: PublicConference['sponsors'] }) {
  if (sponsors.length === 0) return null;
  return (
    <section>
      <h2>{t('about.sponsors')}</h2>
      <ul className="sponsors">
        {sponsors.map(({ name, logo, link }) => {
          const shown = logo ? <img src={logo} alt={name} loading="lazy" /> : <span>{name}</span>;
          return (
            <li key={name}>
              {link && /^https?:/.test(link) ? (
                <a href={link} target="_blank" rel="noopener noreferrer sponsored">
                  {shown}
                </a>
              ) : (
                shown
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
