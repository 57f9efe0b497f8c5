/** What may be downloaded, by talk. */
import type { PlannedTalk } from '#contracts/events.ts';
import { t } from '../texts.ts';

export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} KB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** Only addresses of ours: a link of the programme must lead nowhere else. */
const isOurs = (href: string): boolean => href.startsWith('/') && !href.startsWith('//');

export function Files({ talks }: { talks: readonly PlannedTalk[] }) {
  const having = talks.filter((talk) => talk.courseware.some((file) => isOurs(file.href)));
  if (having.length === 0) return <p className="panel-empty">{t('files.none')}</p>;
  return (
    <ul className="files">
      {having.map((talk) => (
        <li key={talk.id}>
          <p className="talk-title">{talk.title}</p>
          {talk.courseware
            .filter((file) => isOurs(file.href))
            .map((file) => (
              <a key={file.href} className="r-button file" href={file.href} download>
                <span>{file.name}</span>
                <span className="file-size">{sizeText(file.bytes)}</span>
              </a>
            ))}
        </li>
      ))}
    </ul>
  );
}
