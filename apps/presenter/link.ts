/** The secret link: the token stands in the fragment, is posted once for a cookie, and leaves the address. */
import type { PresenterTalk } from '#contracts/presenter.ts';
import { ApiError, api } from '../ui/api.ts';

const talkKey = 'rostrum.presenter.talk';

/** The token of the address; it is taken out of the address and the history. */
export function takeToken(): string | undefined {
  const token = location.hash.slice(1);
  if (token.length < 20) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}

/** The talk this tab presents: from `?talk=`, or as opened before. */
export const knownTalk = (): string | undefined =>
  new URLSearchParams(location.search).get('talk') ?? sessionStorage.getItem(talkKey) ?? undefined;

export async function openLink(token: string, name: string): Promise<string> {
  const { talkId } = await api<{ talkId: string }>('/api/v1/presenter/open', {
    method: 'POST',
    body: { token, name },
  });
  sessionStorage.setItem(talkKey, talkId);
  return talkId;
}

/** Undefined when the cookie is not, or no longer, valid for the talk. */
export async function readTalk(talkId: string): Promise<PresenterTalk | undefined> {
  try {
    return await api<PresenterTalk>(`/api/v1/presenter/talk?talk=${encodeURIComponent(talkId)}`);
  } catch (error) {
    if (error instanceof ApiError && [401, 403, 404].includes(error.status)) return undefined;
    throw error;
  }
}

export const pageUrl = (deck: string, page: number, width: number): string =>
  `/api/v1/decks/${deck}/pages/${page}.${width}.webp`;
