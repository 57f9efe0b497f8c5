/** Which talk a replay belongs to: its rules decide. From the link, else from the server; undefined for what is no talk's. */
import { api } from '../../ui/api.ts';

export async function talkOfReplay(clipId: string): Promise<string | undefined> {
  const told = new URLSearchParams(location.search).get('talk');
  if (told) return told.slice(0, 64);
  try {
    const clip = await api<{ talkId?: string | null }>(`/api/v1/public/clips/${encodeURIComponent(clipId)}`);
    return clip.talkId ?? undefined;
  } catch {
    return undefined; // Asked for the venue then; the media have the last word.
  }
}
