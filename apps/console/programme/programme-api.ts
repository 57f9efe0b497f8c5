/** Routes of talks, decks, presenter links and replays. */
import type { Clip } from '#contracts/clip.ts';
import type { Deck } from '#contracts/deck.ts';
import type { PresenterLink } from '#contracts/presenter.ts';
import type { Talk } from '#contracts/talk.ts';
import { request } from '../api.ts';

export type TalkFields = Pick<Talk, 'title' | 'speakers' | 'plannedStart' | 'plannedMinutes' | 'download'>;

const at = (kind: string, id: string): string => `/${kind}/${encodeURIComponent(id)}`;

export const programmeApi = {
  talks: (venue: string, signal?: AbortSignal) =>
    request<{ talks: Talk[] }>('GET', `${at('venues', venue)}/talks`, undefined, signal).then(
      ({ talks }) => talks,
    ),
  createTalk: (venue: string, talk: Partial<TalkFields> & { title: string }) =>
    request<Talk>('POST', `${at('venues', venue)}/talks`, talk),
  updateTalk: (id: string, talk: Partial<TalkFields>) => request<Talk>('PATCH', at('talks', id), talk),
  deleteTalk: (id: string) => request<unknown>('DELETE', at('talks', id)),
  order: (venue: string, ids: readonly string[]) =>
    request<unknown>('POST', `${at('venues', venue)}/talks/order`, { ids }),
  nextTalk: (venue: string, secondsAgo: number) =>
    request<unknown>('POST', `${at('venues', venue)}/next-talk`, { secondsAgo }),
  endTalk: (venue: string, secondsAgo: number) =>
    request<unknown>('POST', `${at('venues', venue)}/end-talk`, { secondsAgo }),
  undoCut: (venue: string) => request<unknown>('POST', `${at('venues', venue)}/undo-cut`, {}),

  deck: (id: string, signal?: AbortSignal) => request<Deck>('GET', at('decks', id), undefined, signal),
  deleteDeck: (id: string) => request<unknown>('DELETE', at('decks', id)),

  links: (talk: string, signal?: AbortSignal) =>
    request<{ links: PresenterLink[] }>(
      'GET',
      `${at('talks', talk)}/presenter-links`,
      undefined,
      signal,
    ).then(({ links }) => links),
  makeLink: (talk: string, name: string) =>
    request<{ url: string }>('POST', `${at('talks', talk)}/presenter-links`, { name }),
  revokeLink: (id: string) => request<unknown>('DELETE', at('presenter-links', id)),

  clips: (venue: string, signal?: AbortSignal) =>
    request<{ clips: Clip[] }>('GET', `${at('venues', venue)}/clips`, undefined, signal).then(
      ({ clips }) => clips,
    ),
  updateClip: (id: string, changes: Partial<Pick<Clip, 'title' | 'ranges' | 'state'>>) =>
    request<Clip>('PATCH', at('clips', id), changes),
  deleteClip: (id: string) => request<unknown>('DELETE', at('clips', id)),
  joinClips: (ids: readonly string[], title: string) => request<Clip>('POST', '/clips/join', { ids, title }),
};
