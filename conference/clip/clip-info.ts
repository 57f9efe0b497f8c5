/** What a replay page is told of a clip: its chapters and its events, made of the stage stream. Pure. */
import type { ClipEvents, ClipInfo } from '#contracts/clip.ts';
import type { PageImage } from '#contracts/events.ts';
import { mediaPath, type TrackName } from '#contracts/media-urls.ts';
import { replayStart } from '#contracts/stage-state.ts';
import type { Range } from './clip.ts';

/** The stage over one range: how it stood at the beginning, and what followed before the end. */
export type StagePiece = ClipEvents['ranges'][number];
type Chapter = ClipInfo['chapters'][number];

/** Chapters listed at most. */
const mostChapters = 2000;

/** One for each talk and each page turned to; what was on already at the beginning of a range stands there. */
export function chaptersOf(pieces: readonly StagePiece[]): Chapter[] {
  const chapters: Chapter[] = [];
  let talkId: string | undefined;
  let imageId: string | undefined;
  const onTalk = (t: number, talk: { id: string; title: string } | null): void => {
    if (talk && talk.id !== talkId) chapters.push({ t, kind: 'talk', title: talk.title, image: null });
    talkId = talk?.id;
  };
  const onPage = (t: number, { image, title }: { image: PageImage; title: string }): void => {
    if (image.id !== imageId) chapters.push({ t, kind: 'page', title, image });
    imageId = image.id;
  };
  for (const { from, state, events } of pieces) {
    onTalk(from, state.talk);
    const { page, black } = replayStart(state, from, events);
    if (page && !black) onPage(from, page);
    for (const event of events) {
      if (event.type === 'talk') onTalk(event.t, event.talk);
      else if (event.type === 'page') onPage(event.t, event);
    }
  }
  return withTalkPictures(chapters.slice(0, mostChapters));
}

/** A talk is shown by its first page. */
const withTalkPictures = (chapters: readonly Chapter[]): Chapter[] =>
  chapters.map((chapter, i) => {
    if (chapter.kind !== 'talk') return chapter;
    const next = chapters.slice(i + 1).findIndex(({ kind }) => kind === 'talk');
    const own = chapters.slice(i + 1, next < 0 ? undefined : i + 1 + next);
    return { ...chapter, image: own[0]?.image ?? null };
  });

export type ClipAbout = Pick<ClipInfo, 'id' | 'version' | 'title' | 'speakers'> & {
  readonly ranges: readonly Range[];
  readonly tracks: readonly TrackName[];
};

export function clipInfo(about: ClipAbout, pieces: readonly StagePiece[]): ClipInfo {
  const { id, version, title, speakers, ranges, tracks } = about;
  const playlists: ClipInfo['tracks'] = {};
  for (const track of tracks) playlists[track] = mediaPath.clip(id, version, track);
  return {
    ...{ id, version, title, speakers },
    ranges: [...ranges],
    open: ranges.at(-1)?.to === null,
    tracks: playlists,
    chapters: chaptersOf(pieces),
  };
}
