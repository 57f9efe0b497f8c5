/** Chapters of a replay: its talks, and the pages turned in them, each with its picture and its time. */

import type { ClipInfo } from '#contracts/clip.ts';
import { eventPath } from '#contracts/event-paths.ts';
import { lengthText } from '../../ui/i18n.ts';
import { t } from '../texts.ts';

export type Chapter = ClipInfo['chapters'][number];

/** The chapter a moment is in: the last that began; chapters of joined clips need not be in order of time. */
export function chapterAt(chapters: readonly Chapter[], moment: number): Chapter | undefined {
  let found: Chapter | undefined;
  for (const one of chapters) if (one.t <= moment && (!found || one.t >= found.t)) found = one;
  return found;
}

export type ChaptersProps = {
  readonly base: string;
  readonly chapters: readonly Chapter[];
  readonly now: Chapter | undefined;
  /** Ms from the replay's beginning. */
  offset(chapter: Chapter): number;
  onGoTo(chapter: Chapter): void;
};

export function Chapters({ base, chapters, now, offset, onGoTo }: ChaptersProps) {
  if (chapters.length === 0) return <p className="panel-empty">{t('replay.noChapters')}</p>;
  return (
    <ol className="chapters">
      {chapters.map((chapter) => (
        <li key={`${chapter.kind} ${chapter.t}`}>
          <button
            type="button"
            className={`chapter chapter-${chapter.kind}`}
            aria-current={chapter === now ? 'true' : undefined}
            onClick={() => onGoTo(chapter)}
          >
            {chapter.image && (
              <img
                src={`${base}/${eventPath.page(chapter.image.id, chapter.image.widths[0] ?? 0, 'webp')}`}
                alt=""
                loading="lazy"
                width={chapter.image.width}
                height={chapter.image.height}
              />
            )}
            <span className="chapter-title">{chapter.title || t('replay.untitledPage')}</span>
            <span className="chapter-time">{lengthText(offset(chapter) / 1000)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
